//! Making room: what the server has too may go.

use rexie::TransactionMode;
use wasm_bindgen::JsValue;

use super::{Device, Result, schema};

/// How many messages go at once.
const SOME: u32 = 2_000;

/// How many messages, conversations, unsent messages and drafts are kept.
pub type Counts = [u32; 4];

impl Device {
    /// # Errors
    /// When the database is broken; so for all below.
    pub async fn counts(&self) -> Result<Counts> {
        let transaction = self.transaction(TransactionMode::ReadOnly)?;
        let mut counts = Counts::default();
        for (count, name) in counts.iter_mut().zip(schema::STORES) {
            *count = transaction.store(name)?.count(None).await?;
        }
        Ok(counts)
    }

    /// Drops messages, the oldest first: they are fetched again where one scrolls up to them.
    pub async fn drop_oldest(&self) -> Result<()> {
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        let messages = transaction.store(schema::MESSAGES)?;
        for key in messages.index(schema::BY_AGE)?.get_all_keys(None, Some(SOME)).await? {
            messages.delete(key).await?;
        }
        self.commit(transaction).await
    }

    /// Removes all that can be fetched again. What was not sent stays, and what it was written in.
    pub async fn clear(&self) -> Result<()> {
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        let mut used = Vec::new();
        for outgoing in transaction.store(schema::OUTBOX)?.get_all(None, None).await? {
            let conversation = js_sys::Reflect::get(&outgoing, &JsValue::from_str("conversation"));
            used.extend(conversation.ok().and_then(|id| id.as_string()));
        }
        let drafts = transaction.store(schema::DRAFTS)?.get_all_keys(None, None).await?;
        used.extend(drafts.iter().filter_map(JsValue::as_string));
        let conversations = transaction.store(schema::CONVERSATIONS)?;
        for key in conversations.get_all_keys(None, None).await? {
            if key.as_string().is_none_or(|id| !used.contains(&id)) {
                conversations.delete(key).await?;
            }
        }
        transaction.store(schema::MESSAGES)?.clear().await?;
        transaction.store(schema::META)?.clear().await?;
        self.commit(transaction).await
    }
}
