//! Posts the messages of bots' conversations to the bots' addresses, behind the writer and never in its way: it is woken
//! after commits, reads what lies above each cursor, and moves the cursors of many tries in one transaction.
//!
//! A conversation's messages are posted one by one, in the order of their changes; the next one goes once the one before
//! was taken or given up. A crash between an answer and its cursor has the message posted again, under the same name.

mod client;
mod connect;
mod signature;
mod target;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kith_shared::bot::{Delivery, Reply};
use kith_shared::message::{Message, PageQuery};
use kith_shared::{ConversationId, UserId};
use tokio::sync::Notify;
use tokio::task::{Id, JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

pub use self::connect::{Unconnected, connect};
pub use self::target::{Reach, Target};
use crate::error::{Error, Result};
use crate::posting;
use crate::store::deliveries::{Due, Outcome};
use crate::store::{Store, Writer};
use crate::time;

/// Posts under way at once, and for one bot.
const AT_ONCE: usize = 64;
const AT_ONCE_FOR_A_BOT: usize = 4;
/// Between two rounds: how long the others have the write connection for themselves.
const BREATH: Duration = Duration::from_millis(25);
/// After it the cursors are looked at, whether woken or not.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// How long posts under way may take to be answered when the server goes down.
const LAST_ANSWERS: Duration = Duration::from_secs(3);
/// Messages read at once: the bot's own among them are passed over.
const PAGE: u32 = 20;

/// What a try needs.
#[derive(Clone)]
struct Sender {
    store: Store,
    writer: Writer,
    reach: Reach,
}

/// Tries under way, and those whose outcome is not stored yet.
#[derive(Default)]
struct Tries {
    set: JoinSet<(Due, Outcome)>,
    under_way: HashMap<Id, (UserId, ConversationId)>,
    done: Vec<(Due, Outcome)>,
}

/// Starts the task, at first with what an earlier run left over. It ends after `stop`.
pub fn start(
    store: Store,
    writer: Writer,
    reach: Reach,
    woken: Arc<Notify>,
    stop: CancellationToken,
) -> JoinHandle<()> {
    tokio::spawn(run(Sender { store, writer, reach }, woken, stop))
}

async fn run(sender: Sender, woken: Arc<Notify>, stop: CancellationToken) {
    let mut tries = Tries::default();
    while !stop.is_cancelled() {
        let pause = sender.begin(&mut tries).await.unwrap_or_else(|error| {
            tracing::error!(%error, "webhooks are behind");
            LONGEST_SLEEP
        });
        tokio::select! {
            () = stop.cancelled() => {}
            () = woken.notified() => {}
            () = tries.finish_one() => {}
            () = tokio::time::sleep(pause) => {}
        }
        tokio::time::sleep(BREATH).await;
        sender.record(&mut tries).await;
    }
    let last = async {
        while !tries.set.is_empty() {
            tries.finish_one().await;
        }
    };
    // What is not answered by then is posted again when the server starts.
    let _ = tokio::time::timeout(LAST_ANSWERS, last).await;
    sender.record(&mut tries).await;
}

impl Tries {
    /// Waits for the next one to be done; for ever while there is none.
    async fn finish_one(&mut self) {
        match self.set.join_next_with_id().await {
            Some(done) => self.finished(done),
            None => std::future::pending().await,
        }
    }

    fn finished(&mut self, done: Result<(Id, (Due, Outcome)), tokio::task::JoinError>) {
        match done {
            Ok((id, outcome)) => {
                self.under_way.remove(&id);
                self.done.push(outcome);
            }
            Err(error) => {
                self.under_way.remove(&error.id());
                tracing::error!(%error, "a delivery broke off");
            }
        }
    }

    /// Whether one more may begin.
    fn has_room(&self, due: &Due) -> bool {
        let for_bot = self.under_way.values().filter(|(bot, _)| *bot == due.bot).count();
        let is_known = |(bot, conversation): (UserId, ConversationId)| {
            (bot, conversation) == (due.bot, due.conversation)
        };
        let known = self.under_way.values().copied().any(is_known)
            || self.done.iter().any(|(done, _)| is_known((done.bot, done.conversation)));
        !known && for_bot < AT_ONCE_FOR_A_BOT && self.under_way.len() < AT_ONCE
    }
}

impl Sender {
    /// Begins the tries that are due. Answers how long until the next one is.
    async fn begin(&self, tries: &mut Tries) -> Result<Duration> {
        for due in self.store.deliveries_due().await? {
            let pause = time::until(due.next_try_at);
            if !pause.is_zero() {
                return Ok(pause.min(LONGEST_SLEEP));
            }
            if tries.has_room(&due) {
                let (sender, of) = (self.clone(), (due.bot, due.conversation));
                let begun = tries.set.spawn(async move {
                    let outcome = sender.attempt(&due).await;
                    (due, outcome)
                });
                tries.under_way.insert(begun.id(), of);
            }
        }
        Ok(LONGEST_SLEEP)
    }

    /// Stores what is done; what can't be stored now waits for the next round.
    async fn record(&self, tries: &mut Tries) {
        while let Some(done) = tries.set.try_join_next_with_id() {
            tries.finished(done);
        }
        if tries.done.is_empty() {
            return;
        }
        match self.store.record_deliveries(&tries.done, time::now()).await {
            Ok(()) => tries.done.clear(),
            Err(error) => tracing::error!(%error, "deliveries could not be stored"),
        }
    }

    async fn attempt(&self, due: &Due) -> Outcome {
        match self.deliver_next(due).await {
            Ok(outcome) => outcome,
            // No member any more: its cursor is gone too.
            Err(Error::Refused { .. }) => Outcome::Delivered(due.delivered),
            Err(error) => {
                tracing::error!(%error, "a delivery failed");
                Outcome::Failed(due.delivered, "the server could not read the messages".to_owned())
            }
        }
    }

    async fn deliver_next(&self, due: &Due) -> Result<Outcome> {
        let query =
            PageQuery { changed_after: Some(due.delivered), limit: Some(PAGE), ..PageQuery::default() };
        let page = self.store.messages(due.bot, due.conversation, &query).await?;
        let last = page.messages.last().map(|message| message.change).filter(|_| page.more);
        match page.messages.into_iter().find(|message| message.sender != due.bot) {
            Some(message) => self.deliver(due, message).await,
            None => Ok(Outcome::Delivered(last.unwrap_or(page.head.change))),
        }
    }

    async fn deliver(&self, due: &Due, message: Message) -> Result<Outcome> {
        let change = message.change;
        let name = format!("{}/{change}", due.conversation);
        let delivery = Delivery { event: "messages".to_owned(), bot: due.bot, messages: vec![message] };
        let body = serde_json::to_vec(&delivery)?;
        let signature = signature::sign(&due.secret, time::now(), &body);
        let post = client::Post { delivery: name.clone(), signature, body };
        match client::post(&due.url, self.reach, post).await {
            Ok(answer) if answer.status == 410 => Ok(Outcome::Gone),
            Ok(answer) if (200..300).contains(&answer.status) => {
                if let Ok(Reply { text }) = serde_json::from_slice(&answer.body) {
                    self.reply(due, &name, text).await?;
                }
                Ok(Outcome::Delivered(change))
            }
            Ok(answer) => Ok(Outcome::Failed(change, format!("the receiver answered {}", answer.status))),
            Err(error) => Ok(Outcome::Failed(change, error.to_string())),
        }
    }

    /// Writes the receiver's answer, once for each delivery. What can't be a message, or be written there, is let go.
    async fn reply(&self, due: &Due, delivery: &str, text: String) -> Result<()> {
        let client_id = posting::named(due.bot.0, delivery);
        match posting::post(&self.writer, due.bot, due.conversation, client_id, text).await {
            Ok(_) => Ok(()),
            Err(error @ Error::Refused { .. }) => {
                tracing::debug!(%error, "a receiver's answer could not be written");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}
