//! Packs of stickers: each as its archive, whole, so that the picker works offline.

use js_sys::Uint8Array;
use kith_shared::PackId;
use rexie::TransactionMode;
use wasm_bindgen::{JsCast, JsValue};

use super::request::{all, delete, keys, put};
use super::{Device, Result, key, schema};

impl Device {
    /// # Errors
    /// When there is no room, or the database is broken; so for all below.
    pub async fn put_pack(&self, id: PackId, archive: &[u8]) -> Result<()> {
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        let record = (Uint8Array::from(archive).into(), Some(key(&id)));
        put(&transaction, schema::PACKS, vec![record]).await?;
        self.commit(transaction).await
    }

    /// The archives of all that are kept.
    pub async fn packs(&self) -> Result<Vec<Vec<u8>>> {
        let transaction = self.transaction(TransactionMode::ReadOnly)?;
        let found = all(&transaction, schema::PACKS, None).await?;
        Ok(found
            .into_iter()
            .filter_map(|archive| archive.dyn_into::<Uint8Array>().ok())
            .map(|it| it.to_vec())
            .collect())
    }

    /// Drops all others.
    pub async fn keep_packs(&self, ids: &[PackId]) -> Result<()> {
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        let is_kept =
            |key: &JsValue| key.as_string().is_some_and(|key| ids.iter().any(|id| id.to_string() == key));
        for key in keys(&transaction, schema::PACKS, None).await? {
            if !is_kept(&key) {
                delete(&transaction, schema::PACKS, key).await?;
            }
        }
        self.commit(transaction).await
    }
}
