//! Putting a backup back.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tokio::io::BufReader;

use super::{CHUNK, Manifest, Place, hash, media};
use crate::error::{Error, Result};
use crate::media::Storage;
use crate::store::snapshot::{self, Kept, Snapshot};

/// Puts a backup where there is no database yet. The database comes last: one that was cut is done again. Every file is
/// looked at, whether it is what its name says.
///
/// # Errors
/// When there is a database already, the backup is not whole, or what the disk or the object store says.
pub async fn restore(folder: &Path, place: &Place) -> Result<Manifest> {
    let target = place.data.join(snapshot::FILE);
    if target.exists() {
        return Err(Error::DatabaseThere(target));
    }
    let manifest = Manifest::read(folder)?;
    let database = folder.join(&manifest.database);
    if hash(&database)? != manifest.sha256 {
        return Err(Error::BrokenBackup(format!("{} is not what it was", database.display())));
    }
    let mut snapshot = Snapshot::open(&database).await?;
    snapshot.check().await?;
    fs::create_dir_all(&place.data).map_err(|error| Error::of_file("made", &place.data, error))?;
    let storage = Storage::open(place.media.as_deref(), &place.data)?;
    let mut page = snapshot.files(None).await?;
    while let Some(last) = page.last() {
        let last = last.hash;
        for kept in &page {
            put_back(folder, &storage, kept).await?;
        }
        page = snapshot.files(Some(last)).await?;
    }
    snapshot.close().await?;
    put_database(&database, &target).map_err(|error| Error::of_file("written", &target, error))?;
    Ok(manifest)
}

async fn put_back(folder: &Path, storage: &Storage, kept: &Kept) -> Result<()> {
    let file = media(folder, &kept.object);
    if hash(&file)? != kept.hash {
        return Err(Error::BrokenBackup(format!("{} is not what it was", file.display())));
    }
    let opened = tokio::fs::File::open(&file).await.map_err(|error| Error::of_file("read", &file, error))?;
    storage.bring(&kept.object, BufReader::with_capacity(CHUNK, opened)).await
}

/// Under another name first: a server that is started meanwhile finds none, or all of it.
fn put_database(from: &Path, to: &Path) -> io::Result<()> {
    let part = to.with_extension("sqlite.new");
    fs::copy(from, &part)?;
    File::open(&part)?.sync_all()?;
    // The files, which lie in many folders.
    rustix::fs::sync();
    fs::rename(&part, to)?;
    match to.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
