//! What comes of an upload, hashed as it comes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use kith_shared::FileId;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// What the beginning of a file hashes to, so far.
#[derive(Clone, Default)]
pub struct Hashed {
    pub bytes: u64,
    sha256: Sha256,
}

impl Hashed {
    /// Reads what is on the disk: the server was started since it came. The file stands behind it then.
    pub fn again(file: &mut File, bytes: u64) -> io::Result<Self> {
        let mut hashed = Self::default();
        file.seek(SeekFrom::Start(0))?;
        let mut buffer = vec![0; 64 * 1024];
        while hashed.bytes < bytes {
            let left = bytes - hashed.bytes;
            let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let read = file.read(&mut buffer[..most])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            hashed.update(&buffer[..read]);
        }
        Ok(hashed)
    }

    pub fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// The name of a file that has this in it.
    pub fn file(&self) -> FileId {
        FileId(self.sha256.clone().finalize().into())
    }
}

/// What a body has to hash to.
pub enum Checksum {
    Sha1(Sha1, Vec<u8>),
    Sha256(Sha256, Vec<u8>),
}

/// Of a body that comes: of the upload so far, and of the body where it has to be checked.
pub struct Digests {
    pub hashed: Hashed,
    pub checksum: Option<Checksum>,
}

impl Digests {
    pub fn update(&mut self, bytes: &[u8]) {
        self.hashed.update(bytes);
        match &mut self.checksum {
            Some(Checksum::Sha1(hash, _)) => hash.update(bytes),
            Some(Checksum::Sha256(hash, _)) => hash.update(bytes),
            None => {}
        }
    }

    /// Whether the body, now that all of it has come, is what it was said to be.
    pub fn fits(self) -> bool {
        match self.checksum {
            Some(Checksum::Sha1(hash, expected)) => hash.finalize()[..] == expected[..],
            Some(Checksum::Sha256(hash, expected)) => hash.finalize()[..] == expected[..],
            None => true,
        }
    }
}
