//! Where files lie once they are whole: a local folder, or an object store.

use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use kith_shared::problem::Code;
use kith_shared::{FileId, UploadId};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{BackoffConfig, GetOptions, GetResultPayload, ObjectStore, ObjectStoreExt, RetryConfig};
use tokio::io::{AsyncBufRead, AsyncWriteExt};
use tokio_util::io::{ReaderStream, StreamReader};

use super::spool::Spool;
use crate::error::{Error, Result};
use crate::{time, tls};

/// Bytes read from a file at once: as many as fifty downloads together may take of memory.
const CHUNK: usize = 96 * 1024;
/// Bytes of one part of what is put into an object store; the least there may be is 5 MiB.
const PART: usize = 8 * 1024 * 1024;

/// How long an object store that is out of reach is asked again, before whoever waits is told.
const RETRY: RetryConfig = RetryConfig {
    backoff: BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(2),
        base: 2.0,
    },
    max_retries: 6,
    retry_timeout: Duration::from_secs(30),
};

/// Clones are the same one.
#[derive(Clone)]
pub struct Storage {
    objects: Arc<dyn ObjectStore>,
    /// Where it is a folder: files are moved into it, rather than copied.
    folder: Option<Arc<LocalFileSystem>>,
    pub spool: Spool,
}

impl Storage {
    /// Opens a folder, made when there is none, or a bucket named by an address such as `s3://bucket`; what else that
    /// takes is in `AWS_…` variables of the environment. Uploads under way lie in the folder, or in `data`.
    pub fn open(place: Option<&str>, data: &Path) -> Result<Self> {
        match place {
            Some(url) if url.contains("://") => {
                tls::use_ring();
                let bucket = AmazonS3Builder::from_env().with_url(url).with_retry(RETRY).build();
                let objects = Arc::new(bucket.map_err(Error::Storage)?);
                Ok(Self { objects, folder: None, spool: Spool::open(data.join("uploads"))? })
            }
            folder => Self::in_folder(&folder.map_or_else(|| data.join("media"), PathBuf::from)),
        }
    }

    fn in_folder(folder: &Path) -> Result<Self> {
        let spool = Spool::open(folder.join("uploads"))?;
        let files = Arc::new(LocalFileSystem::new_with_prefix(folder).map_err(Error::Storage)?);
        Ok(Self { objects: files.clone(), folder: Some(files), spool })
    }

    /// The name an upload's file is stored by. It is never used again: what collects files nobody needs can't take away
    /// one that somebody brings anew.
    pub fn object(hash: FileId, upload: UploadId) -> String {
        format!("{hash}-{}", upload.0.simple())
    }

    fn path(object: &str) -> ObjectPath {
        // In 256 folders: one of a million files is slow to read on some disks.
        ObjectPath::from_iter(["files", object.get(..2).unwrap_or_default(), object])
    }

    /// Puts an upload's whole file there; doing it twice is doing it once.
    ///
    /// # Errors
    /// `upload_not_found` when it is neither here nor there; `busy` when an object store is out of reach.
    pub async fn put(&self, upload: UploadId, object: &str) -> Result<()> {
        let (from, to) = (self.spool.path(upload), Self::path(object));
        match &self.folder {
            Some(folder) => {
                let to = folder.path_to_filesystem(&to).map_err(Error::Storage)?;
                let moved = tokio::task::spawn_blocking(move || move_file(&from, &to)).await;
                match moved.map_err(|_| Error::GoingDown)? {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Code::UploadNotFound.into()),
                    moved => moved.map_err(io_error),
                }
            }
            None => self.send(&from, to).await,
        }
    }

    async fn send(&self, from: &Path, to: ObjectPath) -> Result<()> {
        let file = match tokio::fs::File::open(from).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return match self.objects.head(&to).await {
                    Err(object_store::Error::NotFound { .. }) => Err(Code::UploadNotFound.into()),
                    there => there.map(drop).map_err(Error::Storage),
                };
            }
            opened => opened.map_err(io_error)?,
        };
        let mut from = tokio::io::BufReader::with_capacity(CHUNK, file);
        // One part at a time: memory is what fifty at once have to share.
        let mut to = BufWriter::with_capacity(self.objects.clone(), to, PART).with_max_concurrency(1);
        let copied = async {
            tokio::io::copy_buf(&mut from, &mut to).await?;
            to.shutdown().await
        };
        if let Err(error) = copied.await {
            if let Err(error) = to.abort().await {
                tracing::debug!(%error, "parts of a file are left in the object store");
            }
            return Err(Error::Unsent(error));
        }
        Ok(())
    }

    /// The first bytes of a file, at most so many.
    pub async fn beginning(&self, object: &str, most: u64) -> Result<Bytes> {
        let options = GetOptions { range: Some((0..most).into()), ..GetOptions::default() };
        let found = self.objects.get_opts(&Self::path(object), options).await.map_err(Error::Storage)?;
        found.bytes().await.map_err(Error::Storage)
    }

    /// Some of a file's bytes, as they are read.
    pub async fn read(
        &self,
        object: &str,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>> {
        let options = GetOptions { range: Some(range.clone().into()), ..GetOptions::default() };
        let found = self.objects.get_opts(&Self::path(object), options).await.map_err(Error::Storage)?;
        match found.payload {
            GetResultPayload::File(file, _) => read_file(file, range).await,
            GetResultPayload::Stream(stream) => Ok(stream.map_err(io::Error::other).boxed()),
        }
    }

    /// Copies a file of so many bytes out of it, to where nobody looks before it is whole.
    ///
    /// # Errors
    /// What the storage says, or the disk.
    pub async fn copy(&self, object: &str, size: u64, to: &Path) -> Result<()> {
        let unwritten = |error| Error::of_file("written", to, error);
        let from = if size > 0 { Some(self.read(object, 0..size).await?) } else { None };
        let mut file = tokio::fs::File::create(to).await.map_err(unwritten)?;
        if let Some(from) = from {
            tokio::io::copy_buf(&mut StreamReader::new(from), &mut file).await.map_err(unwritten)?;
        }
        file.sync_data().await.map_err(unwritten)
    }

    /// Puts a file there that comes from elsewhere; doing it twice is doing it once.
    ///
    /// # Errors
    /// What the storage says, or whoever brings it.
    pub async fn bring(&self, object: &str, mut from: impl AsyncBufRead + Unpin) -> Result<()> {
        let mut to = BufWriter::with_capacity(self.objects.clone(), Self::path(object), PART);
        let copied = async {
            tokio::io::copy_buf(&mut from, &mut to).await?;
            to.shutdown().await
        };
        if let Err(error) = copied.await {
            // What is left of it is never read.
            let _ = to.abort().await;
            return Err(Error::Unsent(error));
        }
        Ok(())
    }

    /// How many bytes a file has.
    pub async fn size(&self, object: &str) -> Result<u64> {
        Ok(self.objects.head(&Self::path(object)).await.map_err(Error::Storage)?.size)
    }

    /// Removes a file; one that is not there is removed.
    pub async fn remove(&self, object: &str) -> Result<()> {
        match self.objects.delete(&Self::path(object)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            done => done.map_err(Error::Storage),
        }
    }

    /// The names of files that were put there so long ago.
    pub fn old(&self, age: Duration) -> BoxStream<'static, Result<String>> {
        let before = time::now() - time::millis(age);
        let listed = self.objects.list(Some(&ObjectPath::from("files"))).map_err(Error::Storage);
        let old = listed.try_filter_map(move |object| async move {
            let name = object.location.filename().map(str::to_owned);
            Ok(name.filter(|_| object.last_modified.timestamp_millis() <= before))
        });
        old.boxed()
    }
}

/// Moves a file, so that it is there after a crash too.
fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && to.exists() => {}
        moved => moved?,
    }
    File::open(folder)?.sync_all()
}

async fn read_file(file: File, range: Range<u64>) -> Result<BoxStream<'static, io::Result<Bytes>>> {
    use tokio::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};

    let mut file = tokio::fs::File::from_std(file);
    file.set_max_buf_size(CHUNK);
    file.seek(SeekFrom::Start(range.start)).await.map_err(io_error)?;
    Ok(ReaderStream::with_capacity(file.take(range.end - range.start), CHUNK).boxed())
}

/// What the disk said. That it is full is told to who brings a file.
pub fn io_error(error: io::Error) -> Error {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};

    if matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge) {
        tracing::warn!(%error, "there is no room for a file");
        return Code::StorageFull.into();
    }
    Error::Io("a file could not be kept or read".to_owned(), error)
}
