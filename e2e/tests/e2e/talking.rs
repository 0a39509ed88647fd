//! Two people find each other and talk.

use anyhow::Result;

use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn two_people_meet_by_a_link_and_talk_both_ways() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::register(&server, "Mia").await?;
    let link = mia.invitation_link().await?;
    let leo = Person::arrive(&server, "Leo").await?;
    leo.open(&link).await?;
    leo.see("invites you to chat").await?;
    leo.sign_up().await?;
    leo.see("Mia invites you to chat").await?;
    leo.click("Accept and chat").await?;
    leo.see("No messages yet. Say hello.").await?;

    mia.open_dialog("Leo").await?;
    mia.send("Hello Leo").await?;
    leo.sees(&["Hello Leo"]).await?;
    leo.write("Hello M").await?;
    mia.see("Leo is typing…").await?;
    leo.send("ia").await?;
    let seen = mia.sees(&["Hello Leo", "Hello Mia"]).await?;
    assert!(seen[0].own && !seen[1].own, "{seen:?}");
    mia.see_no_more("Leo is typing…").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_message_is_sent_then_delivered_and_read_once_it_was_looked_at() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    leo.press("//a[@aria-label='Settings']").await?;
    leo.see("This device").await?;
    leo.browser.offline(true).await?;
    leo.see("Offline.").await?;
    mia.send("Are you there?").await?;
    mia.last_is("Are you there?", "Sent").await?;
    leo.browser.offline(false).await?;
    mia.last_is("Are you there?", "Delivered").await?;
    leo.find("//*[contains(@class, 'contact-row')]//*[@class='badge' and normalize-space()='1']").await?;
    leo.open_dialog("Mia").await?;
    leo.sees(&["Are you there?"]).await?;
    mia.last_is("Are you there?", "Read").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn links_can_be_clicked_and_markup_stays_text() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let text = "<img src=x onerror=alert(1)> see https://example.org/a?b=1 or javascript:alert(1)";
    mia.send(text).await?;
    leo.sees(&[text]).await?;
    let links = leo.browser.run(
        "return [...document.querySelectorAll('.bubble__text a')].map(a => [a.textContent, a.href, a.rel])",
    );
    let expected = serde_json::json!([[
        "https://example.org/a?b=1",
        "https://example.org/a?b=1",
        "noopener noreferrer nofollow"
    ]]);
    assert_eq!(links.await?, expected);
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn the_newest_is_kept_in_view_unless_one_has_scrolled_up() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let lines: Vec<String> = (1..=60).map(|number| format!("line {number}")).collect();
    mia.send(&lines.join("\n")).await?;
    mia.last_is("line 60", "Read").await?;
    assert!(from_end(&leo).await? < 5, "the newest is in view");

    leo.browser.run("document.querySelector('.dialog__log').scrollTop = 0").await?;
    leo.see("To the newest").await?;
    mia.send("one more").await?;
    leo.see("1 new message").await?;
    assert!(from_end(&leo).await? > 500, "the view has not moved");
    mia.last_is("one more", "Delivered").await?;
    leo.click("1 new message").await?;
    until("the newest is in view", || from_end(&leo), |left| *left < 5).await?;
    mia.last_is("one more", "Read").await?;
    mia.leave().await?;
    leo.leave().await
}

/// Pixels between the log's end and what is seen of it.
async fn from_end(person: &Person) -> Result<i64> {
    let log = "const log = document.querySelector('.dialog__log');";
    let left = format!("{log} return Math.round(log.scrollHeight - log.scrollTop - log.clientHeight)");
    Ok(person.browser.run(&left).await?.as_i64().unwrap_or(i64::MAX))
}
