//! What the service worker leaves for the app, and the app for it: see client/worker/.

use rexie::TransactionMode;
use wasm_bindgen::JsValue;

use super::read::parse_all;
use super::request::{all, put};
use super::{Device, Result, schema};
use crate::state::Pushed;

impl Device {
    /// What was left, in the order of conversations and messages; it is left no more.
    ///
    /// # Errors
    /// When the database is broken; so for the one below.
    pub async fn take_pushed(&self) -> Result<Vec<Pushed>> {
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        let left = all(&transaction, schema::PUSHED, None).await?;
        if !left.is_empty() {
            transaction.store(schema::PUSHED)?.clear().await?;
        }
        self.commit(transaction).await?;
        Ok(parse_all(&left))
    }

    /// What the service worker says, as JSON; it takes their being there for somebody being logged in.
    pub async fn put_push_texts(&self, texts: &str) -> Result<()> {
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        let key = Some(JsValue::from_str(schema::PUSH_TEXTS));
        put(&transaction, schema::META, vec![(JsValue::from_str(texts), key)]).await?;
        self.commit(transaction).await
    }
}
