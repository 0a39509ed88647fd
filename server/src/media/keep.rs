//! Pictures the server itself has had from elsewhere for somebody: files of theirs from then on.

use kith_shared::media::fits_pixels;
use kith_shared::{FileId, UploadId, UserId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

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
    let (id, now) = (FileId(Sha256::digest(&bytes).into()), time::now());
    if store.hold_known(user, id, now).await? {
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
    let stored = store.put_file((user, upload), &brought, now).await?;
    if stored.object != brought.object {
        // Somebody else brought the same at the same time.
        storage.remove(&brought.object).await?;
    }
    Ok(id)
}
