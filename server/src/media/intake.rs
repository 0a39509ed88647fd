//! One body of an upload, written to the disk as it comes, on a thread of its own. What it answers for is on the disk and
//! in the database, also when the connection is cut in the middle.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use kith_shared::problem::Code;
use kith_shared::{FileId, limits};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tokio::sync::{OwnedMutexGuard, mpsc};

use super::body::Part;
use super::spool::Spool;
use super::storage::io_error;
use super::syncing::Syncing;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::uploads::Upload;
use crate::time;

/// What the beginning of an upload hashes to, so far.
#[derive(Clone)]
pub struct Hashed {
    bytes: u64,
    sha256: Sha256,
}

/// What a body has to hash to.
pub enum Checksum {
    Sha1(Sha1, Vec<u8>),
    Sha256(Sha256, Vec<u8>),
}

impl Checksum {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hash, _) => hash.update(bytes),
            Self::Sha256(hash, _) => hash.update(bytes),
        }
    }

    fn fits(self) -> bool {
        match self {
            Self::Sha1(hash, expected) => hash.finalize()[..] == expected[..],
            Self::Sha256(hash, expected) => hash.finalize()[..] == expected[..],
        }
    }
}

pub struct Intake {
    pub store: Store,
    pub spool: Spool,
    pub upload: Upload,
    pub checksum: Option<Checksum>,
    /// Held until all of it is written: nobody else writes to this upload meanwhile.
    pub turn: OwnedMutexGuard<Option<Hashed>>,
}

impl Intake {
    /// Takes what comes, until it ends or is cut. Answers how the upload stands then.
    ///
    /// # Errors
    /// `upload_not_found` when its file is gone, `invalid_upload` for more than was announced, `checksum_mismatch`,
    /// `storage_full`
    pub fn run(mut self, mut parts: mpsc::Receiver<Part>, runtime: &Handle) -> Result<Upload> {
        let begin = u64::try_from(self.upload.offset).unwrap_or(0);
        let mut file = self.spool.resume(self.upload.id, begin).map_err(gone)?;
        let before = match self.turn.take().filter(|hashed| hashed.bytes == begin) {
            Some(hashed) => hashed,
            None => hash_again(&mut file, begin).map_err(io_error)?,
        };
        let mut hashed = before.clone();
        let mut syncing = Syncing::new(begin);
        let mut taken = self.take(&mut file, &mut hashed, &mut syncing, &mut parts, runtime);
        if let Err(error) = syncing.wait() {
            taken = Err(io_error(error));
        }
        if syncing.failed {
            // Nobody knows what of it is on the disk: all that is not said to be comes again.
            return taken.map(|_| self.upload);
        }
        let ended = match taken {
            Ok(ended) => {
                self.checksum.take().is_none_or(|checksum| ended && checksum.fits()).then_some(ended)
            }
            // Where nothing has to be checked, what came before the disk was full is good.
            Err(Error::Refused { code: Code::StorageFull, .. }) if self.checksum.is_none() => Some(false),
            Err(_) => None,
        };
        if ended.is_none() {
            hashed = before;
            file.set_len(begin).map_err(io_error)?;
        }
        let moved = self.record(&file, &hashed, runtime);
        *self.turn = Some(hashed);
        match (taken?, ended) {
            (true, None) => Err(Code::ChecksumMismatch.into()),
            _ => moved.map(|()| self.upload),
        }
    }

    /// Writes what comes. Answers whether it ended as it should.
    fn take(
        &mut self,
        file: &mut File,
        hashed: &mut Hashed,
        syncing: &mut Syncing,
        parts: &mut mpsc::Receiver<Part>,
        runtime: &Handle,
    ) -> Result<bool> {
        while let Some(part) = parts.blocking_recv() {
            let Part::Batch(batch) = part else { return Ok(true) };
            for bytes in batch {
                self.write(file, hashed, &bytes)?;
            }
            // What is checked counts once all of it has come.
            if self.checksum.is_none()
                && let Some(durable) = syncing.go_on(file, hashed.bytes).map_err(io_error)?
            {
                self.say(durable, hashed, runtime)?;
            }
        }
        Ok(false)
    }

    fn write(&mut self, file: &mut File, hashed: &mut Hashed, bytes: &[u8]) -> Result<()> {
        let length = hashed.bytes + bytes.len() as u64;
        if i64::try_from(length).is_ok_and(|length| length > self.upload.length) {
            return Err(Error::refused(Code::InvalidUpload, "more came than was announced"));
        }
        file.write_all(bytes).map_err(io_error)?;
        hashed.sha256.update(bytes);
        hashed.bytes = length;
        if let Some(checksum) = &mut self.checksum {
            checksum.update(bytes);
        }
        Ok(())
    }

    /// Makes durable what has come.
    fn record(&mut self, file: &File, hashed: &Hashed, runtime: &Handle) -> Result<()> {
        // What a write that failed left behind the last that did not.
        file.set_len(hashed.bytes).map_err(io_error)?;
        file.sync_data().map_err(io_error)?;
        self.say(hashed.bytes, hashed, runtime)
    }

    /// Has the database say that so many bytes are durable.
    fn say(&mut self, durable: u64, hashed: &Hashed, runtime: &Handle) -> Result<()> {
        let offset = i64::try_from(durable).map_err(|_| Code::FileTooLarge)?;
        let upload = &mut self.upload;
        upload.offset = offset;
        upload.hash = (offset == upload.length).then(|| hash(hashed));
        upload.expires_at = time::now() + time::millis(limits::UPLOAD_LIFE);
        runtime.block_on(self.store.move_upload(upload.id, offset, upload.expires_at, upload.hash))
    }
}

fn hash(hashed: &Hashed) -> FileId {
    FileId(hashed.sha256.clone().finalize().into())
}

/// Reads what is on the disk: the server was started since it came.
fn hash_again(file: &mut File, bytes: u64) -> io::Result<Hashed> {
    let mut sha256 = Sha256::new();
    file.seek(SeekFrom::Start(0))?;
    let mut buffer = vec![0; 64 * 1024];
    let mut left = bytes;
    while left > 0 {
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = file.read(&mut buffer[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        sha256.update(&buffer[..read]);
        left -= read as u64;
    }
    file.seek(SeekFrom::Start(bytes))?;
    Ok(Hashed { bytes, sha256 })
}

/// An upload whose file is gone, or lost what was answered for, has to begin anew.
fn gone(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => Code::UploadNotFound.into(),
        _ => io_error(error),
    }
}
