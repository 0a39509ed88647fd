//! The server is killed while people write.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use kith_shared::message::Head;
use kith_shared::{ClientId, ConversationId};
use uuid::Uuid;

use crate::history::Program;
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
    matches!(bubble.state.as_str(), "Sent" | "Delivered" | "Read")
}

/// Pairs of people who write at once, and messages each of them writes, all of which are under way together.
const WRITERS: usize = 8;
const MESSAGES: usize = 2_000;

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_nothing_doubled_when_the_server_is_killed_under_load() -> Result<()>
{
    let mut server = Server::start()?;
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let (writer, reader) = (
            Program::register(&server, &format!("Writer{number}")).await?,
            Program::register(&server, &format!("Reader{number}")).await?,
        );
        let dialog = writer.befriend(&reader).await?;
        writers.push((writer, dialog, (0..MESSAGES).map(|_| ClientId(Uuid::now_v7())).collect::<Vec<_>>()));
    }

    let acknowledged = AtomicUsize::new(0);
    let before = try_join_all(writers.iter().map(|(writer, dialog, ids)| {
        writer.write_as(*dialog, ids, || {
            acknowledged.fetch_add(1, Ordering::Relaxed);
        })
    }));
    let kill = async {
        let count = || async { Ok(acknowledged.load(Ordering::Relaxed)) };
        until("much is acknowledged", count, |count| *count > WRITERS * MESSAGES / 4).await?;
        server.kill()
    };
    let (before, killed) = tokio::join!(before, kill);
    (killed?, server.restart()?);
    let before = before?;
    let told: usize = before.iter().map(Vec::len).sum();
    ensure!(told < WRITERS * MESSAGES, "the server was killed too late to prove anything");

    // Everything is sent again, as a device does that can't know what arrived.
    for ((writer, dialog, ids), before) in writers.iter().zip(before) {
        let after: HashMap<_, _> = writer.write_as(*dialog, ids, || ()).await?.into_iter().collect();
        assert_eq!(after.len(), MESSAGES, "each is acknowledged");
        let same = before.iter().filter(|(id, head)| after.get(id) == Some(head)).count();
        assert_eq!(same, before.len(), "what was acknowledged before is, as it was");
        check_history(writer, *dialog, &after).await?;
    }
    Ok(())
}

async fn check_history(
    writer: &Program,
    dialog: ConversationId,
    acknowledged: &HashMap<ClientId, Head>,
) -> Result<()> {
    let history = writer.history(dialog).await?;
    assert_eq!(history.len(), MESSAGES, "each is there once");
    for (message, seq) in history.iter().zip(1..) {
        assert_eq!(message.seq.0, seq, "without a hole");
        let head = Head { seq: message.seq, change: message.change };
        assert_eq!(acknowledged.get(&message.client_id), Some(&head), "where it was acknowledged");
    }
    Ok(())
}
