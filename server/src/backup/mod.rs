//! Backups: all of a server's database and files in a folder, made while it runs, and put back.
//!
//! A backup's folder holds `backup.json`, the database it names, and `media/` with the files that names. `backup.json` is
//! written last and replaces the one before in one step: a backup that was cut leaves the one before as it was. A second one
//! into the same folder copies only files that are new.

mod make;
mod restore;

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use kith_shared::{FileId, Millis};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use self::make::make;
pub use self::restore::restore;
use crate::error::{Error, Result};

const MANIFEST: &str = "backup.json";
const MEDIA: &str = "media";
/// Bytes of a file read at once.
const CHUNK: usize = 256 * 1024;

/// Where a server keeps what it has.
#[derive(Clone, Debug)]
pub struct Place {
    pub data: PathBuf,
    /// As `kith serve --media`.
    pub media: Option<String>,
}

/// What a backup has, as `backup.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of Kith that made it.
    pub version: String,
    pub made_at: Millis,
    /// The database's file, and the SHA-256 of that.
    pub database: String,
    pub sha256: FileId,
    pub users: i64,
    pub messages: i64,
    pub files: u64,
    pub bytes: u64,
}

impl Manifest {
    fn read(folder: &Path) -> Result<Self> {
        let file = folder.join(MANIFEST);
        let text = fs::read(&file).map_err(|error| Error::of_file("read", &file, error))?;
        serde_json::from_slice(&text).map_err(|error| Error::Corrupt(format!("{}: {error}", file.display())))
    }

    fn write(&self, folder: &Path) -> Result<()> {
        let (file, new) = (folder.join(MANIFEST), folder.join("backup.json.new"));
        let text = serde_json::to_vec_pretty(self)?;
        let write = || {
            let mut written = File::create(&new)?;
            written.write_all(&text)?;
            written.sync_all()?;
            fs::rename(&new, &file)?;
            File::open(folder)?.sync_all()
        };
        write().map_err(|error| Error::of_file("written", &file, error))
    }
}

/// Where a file lies in a backup.
fn media(folder: &Path, object: &str) -> PathBuf {
    folder.join(MEDIA).join(object.get(..2).unwrap_or_default()).join(object)
}

/// Makes a folder that nobody else on this machine reads: what is put there is not for them.
pub(crate) fn private_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Error::of_file("made", folder, error))
}

/// The SHA-256 of what is in a file.
fn hash(file: &Path) -> Result<FileId> {
    let hash = || {
        let (mut hash, mut buffer) = (Sha256::new(), vec![0; CHUNK]);
        let mut opened = File::open(file)?;
        loop {
            match opened.read(&mut buffer)? {
                0 => return Ok(FileId(hash.finalize().into())),
                read => hash.update(&buffer[..read]),
            }
        }
    };
    hash().map_err(|error| Error::of_file("read", file, error))
}
