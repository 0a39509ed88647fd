//! Messages that disappear are gone from the device too, whether or not it hears of it.

use kith_shared::Millis;
use kith_shared::message::{Body, Message};
use rexie::{KeyRange, TransactionMode};
use wasm_bindgen::JsValue;

use super::read::parse_all;
use super::write::{replace, value};
use super::{Device, Result, schema};
use crate::state::{BLOCK, Block};

impl Device {
    /// Takes away what those say whose time has come, and what they are found by.
    ///
    /// # Errors
    /// When the database is broken.
    pub async fn expire(&self, now: Millis) -> Result<()> {
        // Mostly there is nothing, which is no reason to have others wait. What there is may be another by the time it can
        // be written.
        for mode in [TransactionMode::ReadOnly, TransactionMode::ReadWrite] {
            let transaction = self.transaction(mode)?;
            let by_expiry = transaction.store(schema::MESSAGES)?.index(schema::BY_EXPIRY)?;
            let range =
                KeyRange::upper_bound(&JsValue::from_f64(now as f64), None).map_err(rexie::Error::from)?;
            let due: Vec<Message> = parse_all(&by_expiry.get_all(Some(range), None).await?);
            if due.is_empty() {
                return Ok(());
            }
            if mode == TransactionMode::ReadWrite {
                let (mut gone, mut stale) = (Vec::with_capacity(due.len()), Vec::<Block>::new());
                for mut message in due {
                    let block = (message.conversation, message.seq.0 / BLOCK);
                    if !stale.contains(&block) {
                        stale.push(block);
                    }
                    message.take_away(Body::Expired);
                    gone.push((value(&message)?, None));
                }
                replace(&transaction, gone, stale).await?;
                return self.commit(transaction).await;
            }
        }
        Ok(())
    }
}
