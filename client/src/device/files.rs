//! Files of messages: the Media Cache, and what was chosen here and is not sent yet. What is in them lies apart from what is
//! known of them, so that going through all of that reads none of their bytes.

use kith_shared::{FileId, json};
use rexie::{Transaction, TransactionMode};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::read::parse_all;
use super::request::{all, delete, each, one, put};
use super::write::text;
use super::{Device, DeviceError, Result, key, schema};
use crate::state::Kept;

impl Device {
    /// Keeps files, all or none. Their transaction is their own: writing many bytes holds nobody else up.
    ///
    /// # Errors
    /// When there is no room, or the database is broken; so for all below.
    pub async fn put_files(&self, files: &[(Kept, Blob)]) -> Result<()> {
        let transaction = self.over_files(TransactionMode::ReadWrite)?;
        for (kept, blob) in files {
            let name = Some(key(&kept.file));
            put(&transaction, schema::FILES, vec![(blob.clone().into(), name.clone())]).await?;
            put(&transaction, schema::KEPT, vec![(text(kept)?, name)]).await?;
        }
        self.commit(transaction).await
    }

    /// What is in a file, if it is kept.
    pub async fn file(&self, file: FileId) -> Result<Option<Blob>> {
        Ok(self.files(&[file]).await?.pop().flatten())
    }

    /// What is in files, of those that are kept: all at once, as a transaction each would take longer than reading.
    pub async fn files(&self, files: &[FileId]) -> Result<Vec<Option<Blob>>> {
        let transaction = self.over_files(TransactionMode::ReadOnly)?;
        let asked = files.iter().map(|file| one(&transaction, schema::FILES, &file.to_string())).collect();
        let found = each(asked).await?;
        Ok(found.into_iter().map(|found| found.and_then(|found| found.dyn_into().ok())).collect())
    }

    /// What is known of all that are kept.
    pub async fn kept_files(&self) -> Result<Vec<Kept>> {
        let transaction = self.over_files(TransactionMode::ReadOnly)?;
        Ok(parse_all(&all(&transaction, schema::KEPT, None).await?))
    }

    /// The server has given a file its name.
    pub async fn rename_file(&self, from: FileId, to: FileId) -> Result<()> {
        let transaction = self.over_files(TransactionMode::ReadWrite)?;
        let (blob, kept) = (
            one(&transaction, schema::FILES, &from.to_string()).await?,
            one(&transaction, schema::KEPT, &from.to_string()).await?,
        );
        if let (Some(blob), Some(kept)) = (blob, kept.and_then(|kept| read(&kept))) {
            remove(&transaction, from).await?;
            let name = Some(key(&to));
            put(&transaction, schema::FILES, vec![(blob, name.clone())]).await?;
            put(&transaction, schema::KEPT, vec![(text(&Kept { file: to, ..kept })?, name)]).await?;
        }
        self.commit(transaction).await
    }

    /// Changes what is known of files; those that are not kept are passed over.
    pub async fn note_files(&self, files: &[FileId], change: impl Fn(&mut Kept)) -> Result<()> {
        let transaction = self.over_files(TransactionMode::ReadWrite)?;
        for file in files {
            let found = one(&transaction, schema::KEPT, &file.to_string()).await?;
            if let Some(mut kept) = found.and_then(|found| read(&found)) {
                change(&mut kept);
                put(&transaction, schema::KEPT, vec![(text(&kept)?, Some(key(file)))]).await?;
            }
        }
        self.commit(transaction).await
    }

    /// Takes away those of which this is true.
    pub async fn drop_files_if(&self, gone: impl Fn(&Kept) -> bool) -> Result<()> {
        let transaction = self.over_files(TransactionMode::ReadWrite)?;
        let kept: Vec<Kept> = parse_all(&all(&transaction, schema::KEPT, None).await?);
        for kept in kept.iter().filter(|kept| gone(kept)) {
            remove(&transaction, kept.file).await?;
        }
        self.commit(transaction).await
    }

    pub async fn drop_files(&self, files: &[FileId]) -> Result<()> {
        let transaction = self.over_files(TransactionMode::ReadWrite)?;
        for file in files {
            remove(&transaction, *file).await?;
        }
        self.commit(transaction).await
    }

    fn over_files(&self, mode: TransactionMode) -> Result<Transaction> {
        let db = self.db.as_ref().ok_or(DeviceError::Closed)?;
        Ok(db.transaction(&schema::FILE_STORES, mode)?)
    }
}

async fn remove(transaction: &Transaction, file: FileId) -> Result<()> {
    for store in schema::FILE_STORES {
        delete(transaction, store, key(&file)).await?;
    }
    Ok(())
}

fn read(kept: &JsValue) -> Option<Kept> {
    json::read(&kept.as_string()?).ok()
}
