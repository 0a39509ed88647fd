//! Making room: what the server has too may go.

use rexie::{Rexie, TransactionMode};
use wasm_bindgen_futures::spawn_local;

use super::request::{delete, keys};
use super::{Device, Result, schema};

/// How many messages go at once.
const SOME: u32 = 2_000;

/// How many messages, conversations, unsent messages and drafts are kept.
pub type Counts = [usize; 4];

impl Device {
    /// # Errors
    /// When the database is broken; so for all below.
    pub async fn counts(&self) -> Result<Counts> {
        let transaction = self.transaction(TransactionMode::ReadOnly)?;
        let mut counts = Counts::default();
        for (count, name) in counts.iter_mut().zip(schema::STORES) {
            *count = keys(&transaction, name, None).await?.len();
        }
        Ok(counts)
    }

    /// Drops messages, the oldest first: they are fetched again where one scrolls up to them.
    pub async fn drop_oldest(&self) -> Result<()> {
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        let by_age = transaction.store(schema::MESSAGES)?.index(schema::BY_AGE)?;
        for key in by_age.get_all_keys(None, Some(SOME)).await? {
            delete(&transaction, schema::MESSAGES, key).await?;
        }
        self.commit(transaction).await
    }

    /// Removes all that can be fetched again: not what was not sent, nor drafts.
    pub async fn clear(&self) -> Result<()> {
        self.empty(&[schema::MESSAGES, schema::CONVERSATIONS, schema::META, schema::SEARCH, schema::PACKS])
            .await?;
        self.drop_files_if(|kept| !kept.unsent).await
    }

    /// Removes everything that is kept of the user, and the database with it.
    pub async fn wipe(&self) -> Result<()> {
        self.empty(&schema::STORES).await?;
        self.drop_files_if(|_| true).await?;
        // Empty is what counts: a database that another tab still holds goes when that one lets go of it.
        let Some(db) = &self.db else { return Ok(()) };
        let name = db.name();
        spawn_local(async move { drop(Rexie::delete(&name).await) });
        Ok(())
    }

    async fn empty(&self, stores: &[&str]) -> Result<()> {
        let transaction = self.transaction(TransactionMode::ReadWrite)?;
        for name in stores {
            transaction.store(name)?.clear().await?;
        }
        self.commit(transaction).await
    }
}
