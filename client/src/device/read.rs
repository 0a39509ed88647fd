//! Reading back.

use js_sys::JSON;
use kith_shared::contact::Contacts;
use kith_shared::message::Message;
use kith_shared::{ConversationId, Seq};
use rexie::{Direction, KeyRange, Transaction, TransactionMode};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::{Device, DeviceError, Result, schema};
use crate::state::Stored;

impl Device {
    /// Everything but the messages: they are read as they are looked at.
    ///
    /// # Errors
    /// When the database is broken.
    pub async fn load(&self) -> Result<Stored> {
        let transaction = self.db.transaction(&schema::STORES, TransactionMode::ReadOnly)?;
        let contacts = transaction.store(schema::META)?.get(JsValue::from_str(schema::CONTACTS)).await?;
        let contacts = contacts.map(parse::<Contacts>).transpose()?.unwrap_or_default();
        let conversations = transaction.store(schema::CONVERSATIONS)?.get_all(None, None).await?;
        let outbox = transaction.store(schema::OUTBOX)?.index(schema::BY_PLACE)?.get_all(None, None).await?;
        Ok(Stored {
            contacts: Contacts { online: Vec::new(), ..contacts },
            conversations: conversations.into_iter().map(parse).collect::<Result<_>>()?,
            outbox: outbox.into_iter().map(parse).collect::<Result<_>>()?,
            drafts: drafts(&transaction).await?,
        })
    }

    /// The newest `limit` messages of `from..=to` that are kept, ascending.
    ///
    /// # Errors
    /// When the database is broken.
    pub async fn messages(
        &self,
        conversation: ConversationId,
        from: Seq,
        to: Seq,
        limit: u32,
    ) -> Result<Vec<Message>> {
        let transaction = self.db.transaction(&[schema::MESSAGES], TransactionMode::ReadOnly)?;
        let range = between(conversation, from, to)?;
        let store = transaction.store(schema::MESSAGES)?;
        let found = store.scan(Some(range), Some(limit), None, Some(Direction::Prev)).await?;
        found.into_iter().rev().map(|(_, value)| parse(value)).collect()
    }
}

async fn drafts(transaction: &Transaction) -> Result<Vec<(ConversationId, String)>> {
    let found = transaction.store(schema::DRAFTS)?.scan(None, None, None, None).await?;
    let draft = |(key, text): (JsValue, JsValue)| Some((key.as_string()?.parse().ok()?, text.as_string()?));
    Ok(found.into_iter().filter_map(draft).collect())
}

/// The messages of `from..=to`.
pub(super) fn between(conversation: ConversationId, from: Seq, to: Seq) -> Result<KeyRange> {
    KeyRange::bound(&place(conversation, from), &place(conversation, to), None, None)
        .map_err(|error| DeviceError::Value(error.to_string()))
}

/// The key of a message.
fn place(conversation: ConversationId, seq: Seq) -> JsValue {
    let key =
        js_sys::Array::of2(&JsValue::from_str(&conversation.to_string()), &JsValue::from_f64(seq.0 as f64));
    key.into()
}

pub(super) fn parse<T: DeserializeOwned>(value: JsValue) -> Result<T> {
    Ok(serde_json::from_str(&String::from(JSON::stringify(&value)?))?)
}
