//! What the server itself has had from elsewhere for somebody, pictures mostly: files of theirs from then on.

use std::fs::File;
use std::io::{self, Write};

use kith_shared::media::fits_pixels;
use kith_shared::problem::Code;
use kith_shared::{FileId, UploadId, UserId, limits};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::digest::Hashed;
use super::storage::io_error;
use super::{Storage, kind};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::files::StoredFile;
use crate::time;

/// A picture that can be shown: of a type browsers know, and not larger than they are let decode.
pub struct Picture {
    bytes: Vec<u8>,
    content_type: &'static str,
    /// Pixels.
    pub width: u32,
    pub height: u32,
}

impl Picture {
    /// `None` for what is no such picture.
    pub fn read(bytes: Vec<u8>) -> Option<Self> {
        let (content_type, (width, height)) = kind::of_photo(&bytes)?;
        let fits = width > 0 && height > 0 && fits_pixels(width, height);
        fits.then_some(Self { bytes, content_type, width, height })
    }
}

/// Makes a picture a file that the user has.
pub async fn keep(store: &Store, storage: &Storage, user: UserId, picture: Picture) -> Result<FileId> {
    let Picture { bytes, content_type, width, height } = picture;
    let id = FileId(Sha256::digest(&bytes).into());
    if store.hold_known(user, id, time::now()).await? {
        return Ok(id);
    }
    let (upload, spool) = (UploadId(Uuid::now_v7()), storage.spool.clone());
    let object = Storage::object(id, upload);
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let written = tokio::task::spawn_blocking(move || spool.put(upload, &bytes)).await;
    let kept = match written.map_err(|_| Error::GoingDown)? {
        Ok(()) => storage.put(upload, &object).await,
        Err(error) => Err(io_error(error)),
    };
    // Moved away, or left half written.
    storage.spool.remove(upload).map_err(io_error)?;
    kept?;
    let content_type = content_type.to_owned();
    let brought = StoredFile { id, object, size, content_type, dimensions: Some((width, height)) };
    make_known(store, storage, (user, upload), &brought).await?;
    Ok(id)
}

/// Has the database know a file that lies in the storage now. Answers how it is stored.
async fn make_known(
    store: &Store,
    storage: &Storage,
    by: (UserId, UploadId),
    brought: &StoredFile,
) -> Result<StoredFile> {
    let stored = store.put_file(by, brought, time::now()).await?;
    if stored.object != brought.object {
        // Somebody else brought the same at the same time.
        storage.remove(&brought.object).await?;
    }
    Ok(stored)
}

/// Stores what an upload has brought and nobody has brought before. Each step may be done again, should it end between two.
///
/// # Errors
/// `upload_not_found` when it is neither here nor there; what the storage says.
pub(super) async fn store_new(
    store: &Store,
    storage: &Storage,
    (user, upload): (UserId, UploadId),
    (id, size): (FileId, i64),
) -> Result<StoredFile> {
    let object = Storage::object(id, upload);
    storage.put(upload, &object).await?;
    let (content_type, dimensions) = kind::of(storage, &object, size).await?;
    let brought = StoredFile { id, object, size, content_type, dimensions };
    make_known(store, storage, (user, upload), &brought).await
}

/// Makes a file that the user has of what is written by `fill`, however long it is.
///
/// # Errors
/// `file_too_large`, what `fill` says, or the disk.
pub async fn keep_file(
    store: &Store,
    storage: &Storage,
    user: UserId,
    fill: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<StoredFile> {
    let upload = UploadId(Uuid::now_v7());
    let kept = take(store, storage, user, upload, fill).await;
    // Moved away, or left half written.
    storage.spool.remove(upload).map_err(io_error)?;
    kept
}

async fn take(
    store: &Store,
    storage: &Storage,
    user: UserId,
    upload: UploadId,
    fill: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<StoredFile> {
    storage.spool.create(upload).map_err(io_error)?;
    let file = storage.spool.resume(upload, 0).map_err(io_error)?;
    let mut hashing = Hashing { file, hashed: Hashed::default() };
    fill(&mut hashing)?;
    hashing.file.sync_data().map_err(io_error)?;
    let (id, size) = (hashing.hashed.file(), hashing.size());
    if size > limits::FILE_BYTES {
        return Err(Code::FileTooLarge.into());
    }
    if store.hold_known(user, id, time::now()).await? {
        return store.any_file(id).await?.ok_or_else(|| Code::FileNotFound.into());
    }
    store_new(store, storage, (user, upload), (id, size)).await
}

/// A file that knows what was written to it. Of what is too large it keeps the size alone.
struct Hashing {
    file: File,
    hashed: Hashed,
}

impl Hashing {
    fn size(&self) -> i64 {
        i64::try_from(self.hashed.bytes).unwrap_or(i64::MAX)
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.size() > limits::FILE_BYTES {
            return Ok(bytes.len());
        }
        let written = self.file.write(bytes)?;
        self.hashed.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
