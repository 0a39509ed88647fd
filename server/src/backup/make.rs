//! Making a backup.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{MEDIA, Manifest, Place, hash, media, private_folder};
use crate::error::{Error, Result};
use crate::media::Storage;
use crate::store::snapshot::{self, Snapshot};
use crate::time;

/// Copies all that a server keeps into `folder`, while the server runs or not. Answers what the backup has, and how many of
/// its files were copied now.
///
/// Files are copied before the database and after it: one that is taken from the server meanwhile was there before, and one
/// that came is kept for a day, whether anything names it or not.
///
/// # Errors
/// When there is no database, a file that it names is nowhere, or what the disk or the object store says.
pub async fn make(place: &Place, folder: &Path) -> Result<(Manifest, u64)> {
    let mut database = Snapshot::open(&place.data.join(snapshot::FILE)).await?;
    private_folder(folder)?;
    let storage = Storage::open(place.media.as_deref(), &place.data)?;
    let mut copied = copy_files(&mut database, &storage, folder, Missing::Ignored).await?.0;

    let made_at = time::now();
    let name = format!("kith-{made_at}.sqlite");
    let file = folder.join(&name);
    database.copy(&file).await?;
    database.close().await?;
    let synced = File::open(&file).and_then(|file| file.sync_all());
    synced.map_err(|error| Error::of_file("written", &file, error))?;

    let mut snapshot = Snapshot::open(&file).await?;
    let (again, files, bytes) = copy_files(&mut snapshot, &storage, folder, Missing::Fails).await?;
    copied += again;
    let (users, messages) = snapshot.counts().await?;
    snapshot.close().await?;
    rustix::fs::sync();
    let sha256 = hash(&file)?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { version, made_at, database: name, sha256, users, messages, files, bytes };
    manifest.write(folder)?;
    tidy(folder, &manifest).await?;
    Ok((manifest, copied))
}

/// What it means that a file is not where the database says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// It was taken from the server since.
    Ignored,
    Fails,
}

/// Copies the files this database names, those that are not in the backup yet. Answers how many were copied, how many there
/// are, and their bytes.
async fn copy_files(
    database: &mut Snapshot,
    storage: &Storage,
    folder: &Path,
    missing: Missing,
) -> Result<(u64, u64, u64)> {
    let (mut copied, mut files, mut bytes) = (0, 0, 0);
    let mut page = database.files(None).await?;
    while let Some(last) = page.last() {
        let last = last.hash;
        for kept in &page {
            let to = media(folder, &kept.object);
            if fs::metadata(&to).is_ok_and(|there| there.len() == kept.size) {
                (files, bytes) = (files + 1, bytes + kept.size);
                continue;
            }
            match copy(storage, &kept.object, kept.size, &to).await {
                Err(Error::Storage(object_store::Error::NotFound { .. })) if missing == Missing::Ignored => {}
                done => {
                    done?;
                    (copied, files, bytes) = (copied + 1, files + 1, bytes + kept.size);
                }
            }
        }
        page = database.files(Some(last)).await?;
    }
    Ok((copied, files, bytes))
}

/// Copied under another name first: what has its name is whole.
async fn copy(storage: &Storage, object: &str, size: u64, to: &Path) -> Result<()> {
    let (part, unwritten) = (to.with_extension("part"), |error| Error::of_file("written", to, error));
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(unwritten)?;
    }
    storage.copy(object, size, &part).await?;
    fs::rename(&part, to).map_err(unwritten)
}

/// Takes away what this backup does not name: databases from before, and files that are gone.
async fn tidy(folder: &Path, manifest: &Manifest) -> Result<()> {
    let unread = |error| Error::of_file("tidied", folder, error);
    for entry in fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("kith-") && name.ends_with(".sqlite") && name != manifest.database {
            fs::remove_file(entry.path()).map_err(unread)?;
        }
    }
    let mut snapshot = Snapshot::open(&folder.join(&manifest.database)).await?;
    for part in folders(&folder.join(MEDIA)).map_err(unread)? {
        for entry in fs::read_dir(part).map_err(unread)? {
            let path = entry.map_err(unread)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !snapshot.names(&name).await? {
                fs::remove_file(path).map_err(unread)?;
            }
        }
    }
    snapshot.close().await
}

fn folders(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}
