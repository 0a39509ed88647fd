//! The server is killed while people write.

use anyhow::Result;

use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_nothing_doubled_when_the_server_is_killed_in_a_burst() -> Result<()>
{
    let mut server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let texts: Vec<String> = (1..=40).map(|number| format!("number {number}")).collect();
    let lines: Vec<&str> = texts.iter().map(String::as_str).collect();

    mia.send(&lines[..10].join("\n")).await?;
    // In the middle of it: some are acknowledged, some are not, more are being written.
    let acknowledged = || async { Ok(mia.bubbles().await?.iter().filter(|bubble| is_sent(bubble)).count()) };
    let before = until("something is acknowledged", acknowledged, |count| *count > 0).await?;
    server.kill()?;
    mia.send(&lines[10..30].join("\n")).await?;
    mia.last_is("number 30", "Sending").await?;
    mia.see("No connection to the server.").await?;
    server.restart()?;
    mia.send(&lines[30..].join("\n")).await?;

    leo.reads(&lines).await?;
    let seen = mia.reads(&lines).await?;
    assert!(before > 0 && seen[..before].iter().all(is_sent), "{before} were acknowledged before: {seen:?}");
    mia.last_is("number 40", "Read").await?;

    // Not only on the screens: the server's history, as a new device of the same person would have it.
    let again = Person::arrive(&server, "Leo").await?;
    again.fill("Username", "leo").await?;
    again.fill("Password", crate::person::PASSWORD).await?;
    again.press("//form//button[normalize-space()='Log in']").await?;
    again.open_dialog("Mia").await?;
    again.reads(&lines).await?;
    again.leave().await?;
    mia.leave().await?;
    leo.leave().await
}

fn is_sent(bubble: &crate::person::Bubble) -> bool {
    matches!(bubble.state.as_str(), "Sent" | "Read")
}
