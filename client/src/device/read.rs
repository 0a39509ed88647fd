//! Reading back.

use js_sys::{Array, JSON};
use kith_shared::contact::Contacts;
use kith_shared::json::list;
use kith_shared::message::Message;
use kith_shared::{ConversationId, Seq};
use rexie::{KeyRange, Transaction, TransactionMode};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::{Device, Result, key, schema};
use crate::state::{Outgoing, Stored};

impl Device {
    /// Everything but the messages: they are read as they are looked at.
    ///
    /// # Errors
    /// When the database is broken.
    pub async fn load(&self) -> Result<Stored> {
        let transaction = self.transaction(TransactionMode::ReadOnly)?;
        let contacts = transaction.store(schema::META)?.get(JsValue::from_str(schema::CONTACTS)).await?;
        let contacts: Contacts =
            contacts.as_ref().and_then(|contacts| parse(contacts).ok()).unwrap_or_default();
        let settings = transaction.store(schema::META)?.get(JsValue::from_str(schema::SETTINGS)).await?;
        let conversations = transaction.store(schema::CONVERSATIONS)?.get_all(None, None).await?;
        Ok(Stored {
            contacts: Contacts { online: Vec::new(), ..contacts },
            conversations: parse_all(&conversations),
            outbox: parse_all(&outbox(&transaction).await?),
            drafts: drafts(&transaction).await?,
            settings: settings.as_ref().and_then(|settings| parse(settings).ok()).unwrap_or_default(),
        })
    }

    /// What was written and not acknowledged, as it was written.
    ///
    /// # Errors
    /// When the database is broken.
    pub async fn outbox(&self) -> Result<Vec<Outgoing>> {
        Ok(parse_all(&outbox(&self.transaction(TransactionMode::ReadOnly)?).await?))
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

async fn outbox(transaction: &Transaction) -> Result<Vec<JsValue>> {
    Ok(transaction.store(schema::OUTBOX)?.index(schema::BY_PLACE)?.get_all(None, None).await?)
}

async fn drafts(transaction: &Transaction) -> Result<Vec<(ConversationId, String)>> {
    let store = transaction.store(schema::DRAFTS)?;
    // Both in the order of the keys.
    let (keys, texts) = (store.get_all_keys(None, None).await?, store.get_all(None, None).await?);
    let draft = |(key, text): (JsValue, JsValue)| Some((key.as_string()?.parse().ok()?, text.as_string()?));
    Ok(keys.into_iter().zip(texts).filter_map(draft).collect())
}

pub(super) async fn kept(
    transaction: &Transaction,
    conversation: ConversationId,
    from: Seq,
    to: Seq,
) -> Result<Vec<Message>> {
    let range = KeyRange::bound(&place(conversation, from), &place(conversation, to), None, None);
    let range = range.map_err(rexie::Error::from)?;
    Ok(parse_all(&transaction.store(schema::MESSAGES)?.get_all(Some(range), None).await?))
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
fn parse_all<T: DeserializeOwned>(values: &[JsValue]) -> Vec<T> {
    let all = text(&values.iter().collect::<Array>()).and_then(|text| Ok(list(&text)?));
    all.unwrap_or_else(|_| values.iter().filter_map(|value| parse(value).ok()).collect())
}

pub(super) fn parse<T: DeserializeOwned>(value: &JsValue) -> Result<T> {
    Ok(serde_json::from_str(&text(value)?)?)
}

fn text(value: &JsValue) -> Result<String> {
    Ok(String::from(JSON::stringify(value)?))
}
