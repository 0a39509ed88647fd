//! Messages that disappear are gone from the device too, whether or not it hears of it.

use kith_shared::message::Message;
use kith_shared::{Millis, Seq};
use rexie::{KeyRange, TransactionMode};
use wasm_bindgen::JsValue;

use super::read::{parse, place};
use super::request::{delete, put};
use super::write::value;
use super::{Device, Result, schema};
use crate::state::{BLOCK, gone};

impl Device {
    /// Takes away what those say whose time has come, and what they are found by.
    ///
    /// # Errors
    /// When the database is broken.
    pub async fn expire(&self, now: Millis) -> Result<()> {
        let due = || KeyRange::upper_bound(&JsValue::from_f64(now as f64), None).map_err(rexie::Error::from);
        // Mostly there is nothing, which is no reason to have others wait.
        let transaction = self.transaction(TransactionMode::ReadOnly)?;
        let by_expiry = transaction.store(schema::MESSAGES)?.index(schema::BY_EXPIRY)?;
        if by_expiry.get_all_keys(Some(due()?), Some(1)).await?.is_empty() {
            return Ok(());
        }
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        let by_expiry = transaction.store(schema::MESSAGES)?.index(schema::BY_EXPIRY)?;
        for record in by_expiry.get_all(Some(due()?), None).await? {
            let message: Message = parse(&record)?;
            let block = place(message.conversation, Seq(message.seq.0 / BLOCK));
            put(&transaction, schema::MESSAGES, vec![(value(&gone(&message))?, None)]).await?;
            delete(&transaction, schema::SEARCH, block).await?;
        }
        self.commit(transaction).await
    }
}
