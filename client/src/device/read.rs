//! Reading back.

use futures::try_join;
use js_sys::{Array, JSON};
use kith_shared::contact::Contacts;
use kith_shared::json::{self, list};
use kith_shared::message::Message;
use kith_shared::{ConversationId, Seq};
use rexie::{KeyRange, Transaction, TransactionMode};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::request::{Answer, all, each, keys, one};
use super::{Device, DeviceError, Result, key, schema};
use crate::state::{Outgoing, Stored};

impl Device {
    /// Everything but the messages, which are read as they are looked at. The outbox is in no order: each has its place.
    ///
    /// # Errors
    /// When the database is broken.
    pub async fn load(&self) -> Result<Stored> {
        let transaction = self.transaction(TransactionMode::ReadOnly)?;
        // All is asked for at once: waiting for each answer before the next question takes longer than reading.
        let (contacts, settings, schedule, conversations, outbox, ids, texts) = try_join!(
            one(&transaction, schema::META, schema::CONTACTS),
            one(&transaction, schema::META, schema::SETTINGS),
            one(&transaction, schema::META, schema::SCHEDULE),
            all(&transaction, schema::CONVERSATIONS, None),
            all(&transaction, schema::OUTBOX, None),
            keys(&transaction, schema::DRAFTS, None),
            all(&transaction, schema::DRAFTS, None),
        )?;
        let contacts: Contacts = contacts.and_then(|contacts| parse(&contacts).ok()).unwrap_or_default();
        let draft = |(id, text): (JsValue, JsValue)| Some((id.as_string()?.parse().ok()?, text.as_string()?));
        Ok(Stored {
            contacts: Contacts { online: Vec::new(), ..contacts },
            conversations: parse_all(&conversations),
            outbox: parse_all(&outbox),
            drafts: ids.into_iter().zip(texts).filter_map(draft).collect(),
            settings: settings.and_then(|settings| parse(&settings).ok()).unwrap_or_default(),
            schedule: schedule.and_then(|schedule| parse(&schedule).ok()).unwrap_or_default(),
        })
    }

    /// What was written and not acknowledged, in no order.
    ///
    /// # Errors
    /// When the database is broken.
    pub async fn outbox(&self) -> Result<Vec<Outgoing>> {
        let transaction = self.transaction(TransactionMode::ReadOnly)?;
        Ok(parse_all(&all(&transaction, schema::OUTBOX, None).await?))
    }

    /// The messages of `from..=to` that are kept, ascending.
    ///
    /// # Errors
    /// When the database is broken.
    pub async fn messages(&self, conversation: ConversationId, from: Seq, to: Seq) -> Result<Vec<Message>> {
        let transaction = self.transaction(TransactionMode::ReadOnly)?;
        kept(&transaction, conversation, from, to).await
    }
}

pub(super) async fn kept(
    transaction: &Transaction,
    conversation: ConversationId,
    from: Seq,
    to: Seq,
) -> Result<Vec<Message>> {
    Ok(parse_all(&messages(transaction, conversation, from, to)?.await?))
}

/// Single messages, those that are kept, in the order of `places`.
pub(super) async fn kept_at(
    transaction: &Transaction,
    places: impl Iterator<Item = (ConversationId, Seq)>,
) -> Result<Vec<Message>> {
    let requests: Result<_> =
        places.map(|(conversation, seq)| messages(transaction, conversation, seq, seq)).collect();
    Ok(parse_all(&each(requests?).await?.concat()))
}

fn messages(
    transaction: &Transaction,
    conversation: ConversationId,
    from: Seq,
    to: Seq,
) -> Result<Answer<Vec<JsValue>>> {
    let range = KeyRange::bound(&place(conversation, from), &place(conversation, to), None, None);
    Ok(all(transaction, schema::MESSAGES, Some(range.map_err(rexie::Error::from)?)))
}

/// The keys of all messages of a conversation, and of all its blocks.
pub(super) fn all_of(conversation: ConversationId) -> Result<KeyRange> {
    let (first, last) = (place(conversation, Seq::ZERO), place(conversation, Seq(i64::MAX)));
    Ok(KeyRange::bound(&first, &last, None, None).map_err(rexie::Error::from)?)
}

/// The key of a message, or of a block.
pub(super) fn place(conversation: ConversationId, seq: Seq) -> JsValue {
    Array::of2(&key(&conversation), &JsValue::from_f64(seq.0 as f64)).into()
}

/// All at once: one text to make and to read is faster than many. Where there is one among them that can't be read, it
/// is left out: nobody is locked out for it.
pub(super) fn parse_all<T: DeserializeOwned>(values: &[JsValue]) -> Vec<T> {
    all_in_one(values)
        .and_then(|text| Ok(list(&text)?))
        .unwrap_or_else(|_: DeviceError| values.iter().filter_map(|value| parse(value).ok()).collect())
}

fn all_in_one(values: &[JsValue]) -> Result<String> {
    let all: Array = values.iter().collect();
    if values.first().is_some_and(JsValue::is_string) {
        return Ok(format!("[{}]", String::from(all.join(","))));
    }
    text(&all)
}

pub(super) fn parse<T: DeserializeOwned>(value: &JsValue) -> Result<T> {
    Ok(json::read(&text(value)?)?)
}

/// What is kept as a text is JSON already.
fn text(value: &JsValue) -> Result<String> {
    match value.as_string() {
        Some(text) => Ok(text),
        None => Ok(String::from(JSON::stringify(value)?)),
    }
}
