//! Uploads: begun, written to from where they stand, finished or given up. One body at a time writes to one; a new one
//! cuts the one before, whose connection is most likely dead.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use kith_shared::problem::Code;
use kith_shared::{UploadId, UserId, limits};
use tokio::runtime::Handle;
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::body::{Bodies, pass_over};
use super::digest::{Checksum, Digests, Hashed};
use super::intake::Intake;
use super::keep::store_new;
use super::storage::io_error;
use super::{Counted, Files, Storage};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::uploads::Upload;
use crate::time;

/// Clones share them.
#[derive(Clone)]
pub struct Uploads {
    store: Store,
    storage: Storage,
    stop: CancellationToken,
    counted: Counted,
    bodies: Bodies,
    /// Those something has come for since the server was started.
    turns: Arc<Mutex<HashMap<UploadId, Turn>>>,
}

/// Whose turn it is to write to an upload.
#[derive(Clone, Default)]
struct Turn {
    /// Cuts the body that is being written.
    cut: CancellationToken,
    hashed: Arc<tokio::sync::Mutex<Option<Hashed>>>,
}

/// A body, and what is said of it.
pub struct Incoming {
    /// From where on it goes, in bytes.
    pub offset: i64,
    pub checksum: Option<Checksum>,
    /// In bytes, where it is said.
    pub length: Option<u64>,
    pub body: Body,
}

impl Incoming {
    /// # Errors
    /// `wrong_offset`, or `invalid_upload` for more than is missing.
    fn fits(&self, upload: &Upload) -> Result<()> {
        if upload.offset != self.offset {
            return Err(Code::WrongOffset.into());
        }
        let room = u64::try_from(upload.length - upload.offset).unwrap_or(0);
        if self.length.is_some_and(|length| length > room) {
            return Err(Error::refused(Code::InvalidUpload, "the body is longer than what is missing"));
        }
        Ok(())
    }
}

impl Uploads {
    pub fn new(store: Store, files: &Files) -> Self {
        let Files { storage, stop, counted, .. } = files.clone();
        Self { store, storage, stop, counted, bodies: Bodies::default(), turns: Arc::default() }
    }

    /// Begins an upload of so many bytes; one of none is whole at once.
    ///
    /// # Errors
    /// `file_too_large`, `quota_reached`, `storage_full`, `too_many`
    pub async fn begin(&self, user: UserId, length: i64, metadata: Option<String>) -> Result<Upload> {
        if length > limits::FILE_BYTES {
            return Err(Code::FileTooLarge.into());
        }
        let (id, expires_at) = (UploadId(Uuid::now_v7()), time::now() + time::millis(limits::UPLOAD_LIFE));
        let mut upload =
            Upload { id, user, length, offset: 0, metadata, expires_at, hash: None, whole: false };
        self.storage.spool.create(id).map_err(io_error)?;
        if let Err(error) = self.store.begin_upload(&upload).await {
            self.storage.spool.remove(id).map_err(io_error)?;
            return Err(error);
        }
        if length == 0 {
            upload.hash = Some(Hashed::default().file());
            self.store.move_upload(id, 0, expires_at, upload.hash).await?;
        }
        self.finish(upload).await
    }

    /// How one of the user's stands: whoever asks has lost the connection a body came by, and what is left of that is
    /// cut, so that the answer holds. One of which all is here is finished first, where that was cut off.
    ///
    /// # Errors
    /// `upload_not_found`
    pub async fn stands(&self, user: UserId, id: UploadId) -> Result<Upload> {
        let upload = self.store.upload(user, id).await?;
        if upload.whole {
            return Ok(upload);
        }
        let turn = self.take_turn(id).hashed.lock_owned().await;
        let upload = self.store.upload(user, id).await?;
        drop(turn);
        self.finish(upload).await
    }

    /// Writes a body to one of the user's. Answers how it stands then.
    ///
    /// # Errors
    /// `upload_not_found`, `wrong_offset`, `invalid_upload`, `checksum_mismatch`, `storage_full`; `busy` when it was cut.
    pub async fn append(&self, user: UserId, id: UploadId, incoming: Incoming) -> Result<Upload> {
        let upload = self.store.upload(user, id).await?;
        if upload.whole {
            incoming.fits(&upload)?;
            return Ok(upload);
        }
        let Turn { cut, hashed } = self.take_turn(id);
        let turn = hashed.lock_owned().await;
        // What wrote before has moved it.
        let upload = self.store.upload(user, id).await?;
        incoming.fits(&upload)?;
        if upload.hash.is_some() {
            drop(turn);
            return self.finish(upload).await;
        }
        let begin = upload.offset;
        let (ended, written) = self.write(upload, incoming, turn, &cut).await;
        if matches!(&written, Err(error) if error.code() == Code::UploadNotFound) {
            self.give_up(user, id).await?;
        }
        let upload = written?;
        self.counted.received_bytes.inc_by(upload.offset.abs_diff(begin));
        self.counted.uploads.inc_by(upload.hash.is_some().into());
        if !ended {
            return Err(Code::Busy.into());
        }
        self.finish(upload).await
    }

    /// Answers whether the body ended as it should, and how the upload stands then.
    async fn write(
        &self,
        upload: Upload,
        Incoming { checksum, body, .. }: Incoming,
        turn: OwnedMutexGuard<Option<Hashed>>,
        cut: &CancellationToken,
    ) -> (bool, Result<Upload>) {
        let (store, spool, checked) = (self.store.clone(), self.storage.spool.clone(), checksum.is_some());
        let intake = on_a_thread(move || Intake::begin((store, &spool), upload, checked, turn)).await;
        let intake = match intake {
            Ok(intake) => intake,
            Err(error) => {
                pass_over(pin!(body)).await;
                return (true, Err(error));
            }
        };
        let digests = Digests { hashed: intake.hashed(), checksum };
        let ((give, parts), runtime) = (Bodies::channel(), Handle::current());
        let writing = on_a_thread(move || intake.run(parts, &runtime));
        tokio::join!(self.bodies.feed(body, digests, give, cut), writing)
    }

    /// Gives up one of the user's.
    ///
    /// # Errors
    /// `upload_not_found`
    pub async fn give_up(&self, user: UserId, id: UploadId) -> Result<()> {
        self.store.drop_upload(user, id).await?;
        self.remove(id).await
    }

    /// Gives up those that got nothing for too long.
    pub async fn expire(&self) -> Result<()> {
        for id in self.store.drop_expired_uploads(time::now()).await? {
            self.remove(id).await?;
        }
        Ok(())
    }

    /// Removes what lies here of one that is no more.
    async fn remove(&self, id: UploadId) -> Result<()> {
        let Turn { hashed, .. } = self.take_turn(id);
        let _turn = hashed.lock().await;
        self.turns().remove(&id);
        self.storage.spool.remove(id).map_err(io_error)
    }

    fn turns(&self) -> std::sync::MutexGuard<'_, HashMap<UploadId, Turn>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cuts who writes to the upload now, and is the next to.
    fn take_turn(&self, id: UploadId) -> Turn {
        let mut turns = self.turns();
        let turn = turns.entry(id).or_default();
        turn.cut.cancel();
        turn.cut = self.stop.child_token();
        turn.clone()
    }

    /// Makes a file of an upload of which all is here. It goes on when whoever asked goes away.
    async fn finish(&self, upload: Upload) -> Result<Upload> {
        if upload.whole || upload.hash.is_none() {
            return Ok(upload);
        }
        let uploads = self.clone();
        let finished = tokio::spawn(async move { uploads.make_file(upload).await });
        finished.await.map_err(|_| Error::GoingDown)?
    }

    async fn make_file(&self, upload: Upload) -> Result<Upload> {
        let (user, id) = (upload.user, upload.id);
        let hashed = self.turns().entry(id).or_default().hashed.clone();
        let _turn = hashed.lock().await;
        // Another call may have done it meanwhile.
        let upload = self.store.upload(user, id).await?;
        let Some(hash) = upload.hash.filter(|_| !upload.whole) else { return Ok(upload) };
        if !self.store.hold_known(user, hash, time::now()).await? {
            let by = (upload.user, upload.id);
            let stored = store_new(&self.store, &self.storage, by, (hash, upload.length)).await;
            if matches!(&stored, Err(error) if error.code() == Code::UploadNotFound) {
                // Its file was taken away: there is nothing to go on with.
                self.store.drop_upload(user, id).await?;
            }
            stored?;
        }
        self.turns().remove(&id);
        self.storage.spool.remove(id).map_err(io_error)?;
        Ok(Upload { whole: true, ..upload })
    }
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::GoingDown)?
}
