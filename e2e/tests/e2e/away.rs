//! Coming back after a week.

use std::collections::BTreeMap;

use anyhow::Result;
use kith_shared::conversation::Conversation;
use kith_shared::{ConversationId, routes};
use serde_json::{Value, json};

use crate::clock::{DAY, set_clock};
use crate::history::Program;
use crate::offline::{in_storage, installed};
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

const LEOS: usize = 9_000;
const ZOES: usize = 1_000;

#[tokio::test]
async fn ten_thousand_messages_of_a_week_are_there_once_and_are_counted_as_the_server_counts() -> Result<()> {
    let server = Server::start()?;
    let mias = Program::register(&server, "Mia").await?;
    let (leo, zoe) = (Program::register(&server, "Leo").await?, Program::register(&server, "Zoe").await?);
    let (with_leo, with_zoe) = (leo.befriend(&mias).await?, zoe.befriend(&mias).await?);
    leo.write(with_leo, &["before".to_owned()]).await?;
    zoe.write(with_zoe, &["before".to_owned()]).await?;
    let mia = Person::arrive(&server, "Mia").await?;
    mia.log_in().await?;
    installed(&mia).await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&["before"]).await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.send("written far away").await?;
    mia.press("//a[@aria-label='Settings']").await?;

    leo.write(with_leo, &numbered("Leo", LEOS)).await?;
    zoe.write(with_zoe, &numbered("Zoe", ZOES)).await?;
    set_clock(&mia, 7 * DAY).await?;
    mia.browser.refresh().await?;
    mia.see("Offline.").await?;
    mia.browser.offline(false).await?;
    mia.connected().await?;

    // In the order the server has: hers came last.
    let all = BTreeMap::from([(with_leo, LEOS + 2), (with_zoe, ZOES + 1)]);
    until("every message is stored once", || stored(&mia), |stored| *stored == dense(&all)).await?;
    let counts = |unread: &BTreeMap<String, i64>| {
        *unread == BTreeMap::from([("Leo".to_owned(), LEOS as i64), ("Zoe".to_owned(), ZOES as i64 + 1)])
    };
    until("what is unread is counted", || badges(&mia), counts).await?;
    for (id, unread) in [(with_leo, LEOS), (with_zoe, ZOES + 1)] {
        let conversation: Conversation = mias.get(&routes::conversation(id)).await?;
        assert_eq!(conversation.unread, unread as i64, "by the server");
    }

    mia.open_dialog("Leo").await?;
    mia.last_is("written far away", "Sent").await?;
    mia.open(&server.url(&format!("/c/{with_leo}/{}", LEOS / 2))).await?;
    mia.see(&format!("Leo {} says", LEOS / 2 - 1)).await?;
    mia.open_dialog("Zoe").await?;
    mia.see(&format!("Zoe {ZOES} says")).await?;
    until("Zoe's are read", || badges(&mia), |unread| !unread.contains_key("Zoe")).await?;
    mia.leave().await
}

fn numbered(name: &str, count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("{name} {number} says hello")).collect()
}

/// The first and the last `seq` of each conversation, and how many messages of it there are.
fn dense(messages: &BTreeMap<ConversationId, usize>) -> Value {
    messages.iter().map(|(id, count)| (id.to_string(), json!([1, count, count]))).collect()
}

/// The same of Device Storage, where a message's key is its conversation and `seq`.
async fn stored(person: &Person) -> Result<Value> {
    let read = "const keys = read.objectStore('messages').getAllKeys();
        return () => {
            const found = {};
            for (const [conversation, seq] of keys.result) {
                const [first, , count] = found[conversation] ?? [seq, seq, 0];
                found[conversation] = [first, seq, count + 1];
            }
            return found;
        };";
    in_storage(person, read).await
}

/// How many messages are unread by the Contact List, of those who wrote some.
async fn badges(person: &Person) -> Result<BTreeMap<String, i64>> {
    let script = "return Object.fromEntries([...document.querySelectorAll('.contact-row:has(.badge)')].map(row =>
        [row.querySelector('.contact-row__name').textContent, Number(row.querySelector('.badge').textContent)]))";
    Ok(serde_json::from_value(person.browser.run(script).await?)?)
}
