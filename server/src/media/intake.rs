//! One body of an upload, written to the disk as it comes, on a thread of its own. What it answers for is on the disk and
//! in the database, also when the connection is cut in the middle.

use std::fs::File;
use std::io::{self, IoSlice, Write};

use axum::body::Bytes;
use kith_shared::limits;
use kith_shared::problem::Code;
use tokio::runtime::Handle;
use tokio::sync::{OwnedMutexGuard, mpsc};

use super::body::Part;
use super::digest::Hashed;
use super::spool::Spool;
use super::storage::io_error;
use super::syncing::Syncing;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::uploads::Upload;
use crate::time;

pub struct Intake {
    store: Store,
    upload: Upload,
    file: File,
    /// Where it began.
    before: Hashed,
    /// What of it is written.
    hashed: Hashed,
    /// The body counts once all of it has come and is what it was said to be.
    checked: bool,
    /// Held until all of it is written: nobody else writes to this upload meanwhile.
    turn: OwnedMutexGuard<Option<Hashed>>,
}

impl Intake {
    /// Opens the upload's file, to write on where it stands.
    ///
    /// # Errors
    /// `upload_not_found` when that is gone
    pub fn begin(
        (store, spool): (Store, &Spool),
        upload: Upload,
        checked: bool,
        turn: OwnedMutexGuard<Option<Hashed>>,
    ) -> Result<Self> {
        let begin = u64::try_from(upload.offset).unwrap_or(0);
        let mut file = spool.resume(upload.id, begin).map_err(gone)?;
        let before = match turn.as_ref().filter(|hashed| hashed.bytes == begin) {
            Some(hashed) => hashed.clone(),
            None => Hashed::again(&mut file, begin).map_err(io_error)?,
        };
        Ok(Self { store, upload, file, hashed: before.clone(), before, checked, turn })
    }

    /// What the upload hashes to as it stands.
    pub fn hashed(&self) -> Hashed {
        self.before.clone()
    }

    /// Takes what comes, until it ends or is cut. Answers how the upload stands then.
    ///
    /// # Errors
    /// `invalid_upload` for more than was announced, `checksum_mismatch`, `storage_full`
    pub fn run(mut self, mut parts: mpsc::Receiver<Part>, runtime: &Handle) -> Result<Upload> {
        // Not known until it is said what stays.
        self.turn.take();
        let mut syncing = Syncing::new(self.before.bytes);
        let mut taken = self.take(&mut syncing, &mut parts, runtime);
        if let Err(error) = syncing.wait() {
            taken = Err(io_error(error));
        }
        if syncing.failed {
            // Nobody knows what of it is on the disk: all that is not said to be comes again.
            return taken.map(|_| self.upload);
        }
        let stays = match &taken {
            Ok(Some(fits)) => *fits,
            Ok(None) => !self.checked,
            // Where nothing has to be checked, what came before the disk was full is good.
            Err(Error::Refused { code: Code::StorageFull, .. }) => !self.checked,
            Err(_) => false,
        };
        if !stays {
            self.hashed = self.before.clone();
        }
        let moved = self.record(runtime);
        *self.turn = Some(self.hashed);
        match taken? {
            Some(false) => Err(Code::ChecksumMismatch.into()),
            _ => moved.map(|()| self.upload),
        }
    }

    /// Writes what comes. Answers whether it is what it was said to be, if it ended as it should.
    fn take(
        &mut self,
        syncing: &mut Syncing,
        parts: &mut mpsc::Receiver<Part>,
        runtime: &Handle,
    ) -> Result<Option<bool>> {
        while let Some(part) = parts.blocking_recv() {
            let (batch, until) = match part {
                Part::Batch(batch, until) => (batch, until),
                Part::End { fits } => return Ok(Some(fits)),
            };
            self.write(&batch, until)?;
            if !self.checked
                && let Some(durable) = syncing.go_on(&self.file, self.hashed.bytes).map_err(io_error)?
            {
                self.say(durable, runtime)?;
            }
        }
        Ok(None)
    }

    fn write(&mut self, batch: &[Bytes], until: Hashed) -> Result<()> {
        if i64::try_from(until.bytes).is_ok_and(|length| length > self.upload.length) {
            return Err(Error::refused(Code::InvalidUpload, "more came than was announced"));
        }
        write_all(&mut self.file, batch).map_err(io_error)?;
        self.hashed = until;
        Ok(())
    }

    /// Makes durable what has come.
    fn record(&mut self, runtime: &Handle) -> Result<()> {
        // What a write that failed left behind the last that did not, and what does not stay.
        self.file.set_len(self.hashed.bytes).map_err(io_error)?;
        self.file.sync_data().map_err(io_error)?;
        self.say(self.hashed.bytes, runtime)
    }

    /// Has the database say that so many bytes are durable.
    fn say(&mut self, durable: u64, runtime: &Handle) -> Result<()> {
        let offset = i64::try_from(durable).map_err(|_| Code::FileTooLarge)?;
        let upload = &mut self.upload;
        upload.offset = offset;
        upload.hash = (offset == upload.length).then(|| self.hashed.file());
        upload.expires_at = time::now() + time::millis(limits::UPLOAD_LIFE);
        runtime.block_on(self.store.move_upload(upload.id, offset, upload.expires_at, upload.hash))
    }
}

/// A call to the system for each piece would cost as much as writing it.
fn write_all(file: &mut File, pieces: &[Bytes]) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
    let mut left = &mut slices[..];
    // Past pieces with nothing in them: of those nothing would be written.
    IoSlice::advance_slices(&mut left, 0);
    while !left.is_empty() {
        match file.write_vectored(left) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut left, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// An upload whose file is gone, or lost what was answered for, has to begin anew.
fn gone(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => Code::UploadNotFound.into(),
        _ => io_error(error),
    }
}
