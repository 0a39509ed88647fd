//! Writing, many things in one transaction.

use std::borrow::Cow;

use js_sys::JSON;
use kith_shared::json;
use kith_shared::message::Message;
use kith_shared::{ConversationId, Seq};
use rexie::{Transaction, TransactionMode};
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::read::{all_of, kept, place};
use super::request::{delete, put};
use super::{Device, Result, Write, key, schema};
use crate::state::{BLOCK, Block};

impl Device {
    /// Writes all of it or nothing, in the order given. Resolves once it is stored.
    ///
    /// # Errors
    /// When the quota is exceeded or the database is broken; nothing of it is written then.
    pub async fn write(&self, writes: &[Write]) -> Result<()> {
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        put_messages(&transaction, writes).await?;
        for write in writes {
            store(&transaction, write).await?;
        }
        self.commit(transaction).await
    }
}

impl Write {
    /// Whether after this nothing is left of `earlier`.
    pub fn replaces(&self, earlier: &Self) -> bool {
        match (self, earlier) {
            (Self::Conversation(one), Self::Conversation(other)) => {
                one.conversation.id == other.conversation.id
            }
            (Self::Draft { conversation: one, .. }, Self::Draft { conversation: other, .. }) => one == other,
            (Self::Contacts(_), Self::Contacts(_))
            | (Self::Settings(_), Self::Settings(_))
            | (Self::Schedule(_), Self::Schedule(_)) => true,
            _ => false,
        }
    }
}

/// Messages are many, so each conversation's go in one request; one that is kept in a later change stays: a page that
/// was long under way undoes nothing.
async fn put_messages(transaction: &Transaction, writes: &[Write]) -> Result<()> {
    let mut left: Vec<&Message> = Vec::new();
    for write in writes {
        if let Write::Message(message) = write {
            left.push(message);
        }
    }
    while let Some(conversation) = left.last().map(|message| message.conversation) {
        let of_it = |message: &&Message| message.conversation == conversation;
        let messages: Vec<&Message> = left.iter().copied().filter(of_it).collect();
        left.retain(|message| !of_it(message));
        put_conversation(transaction, conversation, &messages).await?;
    }
    Ok(())
}

async fn put_conversation(
    transaction: &Transaction,
    conversation: ConversationId,
    messages: &[&Message],
) -> Result<()> {
    let seqs = || messages.iter().map(|message| message.seq);
    let (first, last) = (seqs().min().unwrap_or_default(), seqs().max().unwrap_or_default());
    let kept = kept(transaction, conversation, first, last).await?;
    let mut newest: Vec<Cow<'_, Message>> = kept.into_iter().map(Cow::Owned).collect();
    let (mut due, mut stale) = (Vec::with_capacity(messages.len()), Vec::new());
    for message in messages {
        let known = newest.iter().position(|known| known.seq == message.seq);
        if known.is_some_and(|known| newest[known].change >= message.change) {
            continue;
        }
        let message = with_voted(message, known.map(|known| &*newest[known]));
        due.push((value(&*message)?, None));
        let block = (conversation, message.seq.0 / BLOCK);
        match known {
            Some(known) => newest[known] = message,
            None => newest.push(message),
        }
        if stale.last() != Some(&block) {
            stale.push(block);
        }
    }
    replace(transaction, due, stale).await
}

/// Puts messages in the place of others, with the blocks they are found by: these are made anew after.
pub(super) async fn replace(
    transaction: &Transaction,
    messages: Vec<(JsValue, Option<JsValue>)>,
    stale: Vec<Block>,
) -> Result<()> {
    put(transaction, schema::MESSAGES, messages).await?;
    for (conversation, block) in stale {
        delete(transaction, schema::SEARCH, place(conversation, Seq(block))).await?;
    }
    Ok(())
}

/// What is told to everybody does not say what one chose of a poll: what is kept does.
fn with_voted<'a>(message: &'a Message, known: Option<&Message>) -> Cow<'a, Message> {
    let mut message = Cow::Borrowed(message);
    if message.voted().is_none()
        && let Some(known) = known
    {
        message.to_mut().keep_voted(known);
    }
    message
}

async fn store(transaction: &Transaction, write: &Write) -> Result<()> {
    let (store, value, key) = match write {
        Write::Message(_) => return Ok(()),
        Write::DropOutgoing(client_id) => (schema::OUTBOX, None, Some(key(client_id))),
        Write::Outgoing(outgoing) => (schema::OUTBOX, Some(value(&**outgoing)?), None),
        Write::Conversation(held) => {
            (schema::CONVERSATIONS, Some(text(&**held)?), Some(key(&held.conversation.id)))
        }
        Write::Draft { conversation, text } => {
            let text = (!text.is_empty()).then(|| JsValue::from_str(text));
            (schema::DRAFTS, text, Some(key(conversation)))
        }
        Write::Contacts(contacts) => {
            (schema::META, Some(text(contacts)?), Some(JsValue::from_str(schema::CONTACTS)))
        }
        Write::Settings(settings) => {
            (schema::META, Some(text(&**settings)?), Some(JsValue::from_str(schema::SETTINGS)))
        }
        Write::Schedule(schedule) => {
            (schema::META, Some(text(&**schedule)?), Some(JsValue::from_str(schema::SCHEDULE)))
        }
        Write::DropConversation(id) => {
            for (store, keys) in [
                (schema::MESSAGES, all_of(*id)?.into()),
                (schema::SEARCH, all_of(*id)?.into()),
                (schema::DRAFTS, key(id)),
            ] {
                delete(transaction, store, keys).await?;
            }
            (schema::CONVERSATIONS, None, Some(key(id)))
        }
    };
    match (value, key) {
        (Some(value), key) => put(transaction, store, vec![(value, key)]).await,
        (None, Some(key)) => delete(transaction, store, key).await,
        (None, None) => Ok(()),
    }
}

/// A plain object, for the stores whose keys stand in what they keep. The browser's own parser makes it, for it is there
/// already and fast.
pub(super) fn value<T: Serialize + ?Sized>(value: &T) -> Result<JsValue> {
    Ok(JSON::parse(&json::write(value)?)?)
}

/// JSON as it is: what is read when the app opens is there sooner than objects of the browser's would be.
pub(super) fn text<T: Serialize + ?Sized>(value: &T) -> Result<JsValue> {
    Ok(JsValue::from_str(&json::write(value)?))
}
