//! Finding messages among those that are kept.
//!
//! What they can be found by is one text for each block of a conversation: a line a message, a space and a term as many
//! as there are, then `|seq sent_at sender`. The browser goes through it with a regular expression that begins with a
//! term, which is how it is fastest, and gives what follows in the lines that have it.

use js_sys::{Array, JsString, RegExp};
use kith_shared::message::Message;
use kith_shared::search::{SearchQuery, found_by, matches, terms};
use kith_shared::{ConversationId, Millis, Seq, UserId};
use rexie::TransactionMode;
use wasm_bindgen::JsCast;

use super::read::{kept, kept_at, place};
use super::request::keys;
use super::texts::{Text, searchable};
use super::{Device, Result, schema};
use crate::fold::fold;
use crate::state::{BLOCK, Block};

/// Where a message is found: when it was sent comes first, for the newest are wanted.
type Place = (Millis, ConversationId, Seq);

/// Some more than are shown are looked at: what one is not quite what was asked for is left out.
const SPARE: usize = 100;

impl Device {
    /// Those of `blocks` that can't be searched: new, or changed since they were read.
    ///
    /// # Errors
    /// When the database is broken; so for all below.
    pub async fn unindexed(&self, mut blocks: Vec<Block>) -> Result<Vec<Block>> {
        let transaction = self.transaction(TransactionMode::ReadOnly)?;
        let known = searchable(&keys(&transaction, schema::SEARCH, None).await?);
        blocks.retain(|block| known.binary_search(block).is_err());
        Ok(blocks)
    }

    /// Makes a block searchable. What is written meanwhile waits, so that nothing is missed.
    pub async fn index(&self, (conversation, number): Block) -> Result<()> {
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        let first = number * BLOCK;
        let messages = kept(&transaction, conversation, Seq(first), Seq(first + BLOCK - 1)).await?;
        let mut lines = String::new();
        for message in &messages {
            if let Some(text) = message.body.words() {
                let folded = fold(text);
                for term in found_by(&message.body, &folded) {
                    lines.push(' ');
                    lines += term;
                }
                lines += &format!("|{} {} {}\n", message.seq, message.sent_at, short(message.sender));
            }
        }
        let key = place(conversation, Seq(number));
        self.put_text(&transaction, (conversation, number), key, &lines).await?;
        self.commit(transaction).await
    }

    /// The newest messages that are what is asked for, newest first, `most` of them.
    pub async fn find(&self, query: &SearchQuery, most: usize) -> Result<Vec<Message>> {
        let asked = fold(&query.q);
        let patterns = patterns(query, &asked);
        let transaction = self.transaction(TransactionMode::ReadOnly)?;
        self.read_texts(&transaction).await?;
        let newest = newest(&self.texts.borrow().all, query, &patterns, most + SPARE);
        let mut messages = Vec::new();
        for some in newest.chunks(most) {
            // One or the other may have gone meanwhile, to make room.
            let kept = kept_at(&transaction, some.iter().map(|(_, conversation, seq)| (*conversation, *seq)));
            messages.extend(kept.await?.into_iter().filter(|message| is_asked_for(message, query, &asked)));
            if messages.len() >= most {
                break;
            }
        }
        messages.truncate(most);
        Ok(messages)
    }

    /// Reads what the first search would have to.
    pub async fn prepare_search(&self) -> Result<()> {
        self.read_texts(&self.transaction(TransactionMode::ReadOnly)?).await
    }
}

/// Where the newest lie that have what the patterns say, newest first, `most` of them. Within a conversation what was
/// sent later stands later, so that blocks before those that have enough need not be gone through.
fn newest(texts: &[Text], query: &SearchQuery, patterns: &[RegExp], most: usize) -> Vec<Place> {
    let (after, before) = (query.after.unwrap_or(Millis::MIN), query.before.unwrap_or(Millis::MAX));
    let mut newest: Vec<Place> = Vec::new();
    for Text { block: (conversation, _), lines, latest } in texts {
        if *latest < after || newest.get(most - 1).is_some_and(|(sent_at, ..)| sent_at > latest) {
            break;
        }
        if query.conversation.is_some_and(|only| only != *conversation) {
            continue;
        }
        for (seq, sent_at) in all_found(lines, patterns) {
            let candidate = (sent_at, *conversation, seq);
            let index = newest.partition_point(|other| *other > candidate);
            if index < most && (after..before).contains(&sent_at) {
                newest.insert(index, candidate);
                newest.truncate(most);
            }
        }
    }
    newest
}

/// What each line that is looked for has; none where nothing is asked for.
fn patterns(query: &SearchQuery, asked: &str) -> Vec<RegExp> {
    let mut wanted = Vec::new();
    for word in asked.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let mut pattern = String::new();
        for term in terms(word) {
            pattern.push(' ');
            pattern += term;
        }
        wanted.push(pattern);
    }
    let SearchQuery { q, from, conversation: _, before, after, has, cursor: _ } = query;
    // Words without a letter or digit are in no message.
    if wanted.is_empty() && !q.is_empty() {
        return Vec::new();
    }
    wanted.extend(has.map(|has| format!(" {}", has.term())));
    if wanted.is_empty() && (from.is_some() || before.is_some() || after.is_some()) {
        wanted.push(String::new());
    }
    let sender = from.map(short).unwrap_or_default();
    wanted.into_iter().map(|word| RegExp::new(&format!("{word}.*{sender}"), "g")).collect()
}

/// What has all of it.
fn all_found(lines: &JsString, patterns: &[RegExp]) -> Vec<(Seq, Millis)> {
    let mut patterns = patterns.iter().map(|pattern| found(lines, pattern));
    let mut all = patterns.next().unwrap_or_default();
    for found in patterns {
        all.retain(|place| found.binary_search(place).is_ok());
    }
    all
}

/// Where in a block it is, ascending, and when it was sent.
fn found(lines: &JsString, pattern: &RegExp) -> Vec<(Seq, Millis)> {
    // One text is faster to take over than many.
    let found = lines.match_(pattern).map(|found| String::from(found.unchecked_into::<Array>().join("\n")));
    let place = |line: &str| {
        let mut numbers = line.split_once('|')?.1.split(' ');
        Some((Seq(numbers.next()?.parse().ok()?), numbers.next()?.parse().ok()?))
    };
    found.iter().flat_map(|found| found.split('\n')).filter_map(place).collect()
}

/// What the lines can't say for sure: characters next to each other, a whole link, the whole sender.
fn is_asked_for(message: &Message, query: &SearchQuery, asked: &str) -> bool {
    let Some(text) = message.body.words() else { return false };
    let from = query.from.is_none_or(|from| from == message.sender);
    from && query.has.is_none_or(|has| has.is_in(&message.body)) && matches(&fold(text), asked)
}

/// The end of an id, which is random: who it is not is found out by it, in a quarter of the room.
fn short(user: UserId) -> String {
    user.to_string().split_off(28)
}
