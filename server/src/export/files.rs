//! The files of an export: each once, however many messages carry it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use kith_shared::FileId;

use crate::error::{Error, Result};
use crate::media::Storage;
use crate::store::Store;

pub(super) struct Files<'a> {
    store: &'a Store,
    storage: &'a Storage,
    folder: PathBuf,
    brought: HashSet<FileId>,
    missing: HashSet<FileId>,
}

impl<'a> Files<'a> {
    pub(super) fn new(store: &'a Store, storage: &'a Storage, folder: &Path) -> Self {
        let (brought, missing) = (HashSet::new(), HashSet::new());
        Self { store, storage, folder: folder.join("media"), brought, missing }
    }

    /// Copies one as it is read. What a running server has thrown away meanwhile is counted and goes without.
    pub(super) async fn bring(&mut self, id: FileId) -> Result<()> {
        if self.brought.contains(&id) || self.missing.contains(&id) {
            return Ok(());
        }
        let Some(stored) = self.store.any_file(id).await? else {
            self.missing.insert(id);
            return Ok(());
        };
        let to = self.folder.join(id.to_string());
        match self.storage.copy(&stored.object, stored.size.unsigned_abs(), &to).await {
            Err(Error::Storage(object_store::Error::NotFound { .. })) => self.missing.insert(id),
            done => done.map(|()| self.brought.insert(id))?,
        };
        Ok(())
    }

    /// How many were copied, and how many are missing.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.brought.len(), self.missing.len())
    }
}
