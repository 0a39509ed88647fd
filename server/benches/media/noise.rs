//! What is brought: files no two pieces of which are alike, made as they are sent, so that no disk is read for them, and
//! compared byte for byte with what comes back.

use std::io::{self, Read, Write};
use std::ops::Range;
use std::sync::LazyLock;

use anyhow::{Context, Result, ensure};
use kith_shared::FileId;
use sha2::{Digest, Sha256};

/// Bytes written and read at once. Files and their slices are whole ones.
const BLOCK: u64 = 256 * 1024;

static PATTERN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut pattern = vec![0; BLOCK as usize];
    rand::fill(pattern.as_mut_slice());
    pattern
});

/// Another file for each seed.
#[derive(Clone, Copy)]
pub struct Noise {
    pub seed: u64,
    /// Bytes.
    pub length: u64,
}

impl Noise {
    /// Writes the bytes from one place to another.
    pub fn write(self, bytes: Range<u64>, to: &mut impl Write) -> io::Result<()> {
        let mut block = PATTERN.clone();
        for place in bytes.step_by(BLOCK as usize) {
            self.mark(&mut block, place);
            to.write_all(&block)?;
        }
        Ok(())
    }

    /// Reads all of it.
    ///
    /// # Errors
    /// When less comes, or something else.
    pub fn expect(self, from: &mut impl Read) -> Result<()> {
        let (mut block, mut read) = (PATTERN.clone(), vec![0; BLOCK as usize]);
        for place in (0..self.length).step_by(BLOCK as usize) {
            self.mark(&mut block, place);
            from.read_exact(&mut read).with_context(|| format!("the file ended behind byte {place}"))?;
            ensure!(read == block, "behind byte {place} is not what was brought");
        }
        Ok(())
    }

    pub fn hash(self) -> Result<FileId> {
        let mut sha256 = Sha256::new();
        self.write(0..self.length, &mut Hasher(&mut sha256))?;
        Ok(FileId(sha256.finalize().into()))
    }

    fn mark(self, block: &mut [u8], place: u64) {
        block[..8].copy_from_slice(&self.seed.to_le_bytes());
        block[8..16].copy_from_slice(&place.to_le_bytes());
    }
}

struct Hasher<'a>(&'a mut Sha256);

impl Write for Hasher<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
