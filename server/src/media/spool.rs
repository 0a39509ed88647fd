//! Where files lie while they come in: one file an upload, on a local disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use kith_shared::UploadId;

use crate::error::{Error, Result};

#[derive(Clone, Debug)]
pub struct Spool {
    folder: PathBuf,
}

impl Spool {
    pub fn open(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).map_err(|error| {
            Error::Io(format!("the folder for uploads {} can't be made", folder.display()), error)
        })?;
        Ok(Self { folder })
    }

    pub fn path(&self, id: UploadId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    pub fn create(&self, id: UploadId) -> io::Result<()> {
        OpenOptions::new().write(true).create_new(true).open(self.path(id)).map(drop)
    }

    /// Puts something there that is whole.
    pub fn put(&self, id: UploadId, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(self.path(id))?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// To write on from `offset`: what lies behind it was never answered for, and goes.
    pub fn resume(&self, id: UploadId, offset: u64) -> io::Result<File> {
        let mut file = OpenOptions::new().read(true).write(true).open(self.path(id))?;
        if file.metadata()?.len() < offset {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        file.set_len(offset)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(file)
    }

    pub fn remove(&self, id: UploadId) -> io::Result<()> {
        remove(&self.path(id))
    }

    /// Files that nobody has written to for so long, with the uploads they are named after.
    pub fn old(&self, age: Duration) -> io::Result<Vec<UploadId>> {
        let before = SystemTime::now().checked_sub(age);
        let mut old = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let id: Option<UploadId> = entry.file_name().to_str().and_then(|name| name.parse().ok());
            let written = entry.metadata()?.modified()?;
            if before.is_some_and(|before| written <= before) {
                old.extend(id);
            }
        }
        Ok(old)
    }
}

/// Removes a file; one that is not there is removed.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
