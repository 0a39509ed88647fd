//! Archives: several files in one, uncompressed, as `tar` writes them (POSIX ustar). Kith writes plain files with short
//! names alone, and reads no more than that.

use std::str;

/// Everything is in blocks of so many bytes.
pub const BLOCK: usize = 512;
/// Ends an archive.
pub const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];
/// Bytes of a name.
const NAME: usize = 100;
/// Where the parts of a header are.
const SIZE: std::ops::Range<usize> = 124..136;
const SUM: std::ops::Range<usize> = 148..156;
const KIND: usize = 156;
const MAGIC: std::ops::Range<usize> = 257..263;

/// What stands before a file of so many bytes. `name` has at most 100 bytes; what is longer is cut off.
pub fn header(name: &str, size: u64) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &[u8]| {
        for (byte, value) in header[at..].iter_mut().zip(text) {
            *byte = *value;
        }
    };
    put(0, &name.as_bytes()[..name.len().min(NAME)]);
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(SIZE.start, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(SUM.start, b"        ");
    put(KIND, b"0");
    put(MAGIC.start, b"ustar\x0000");
    let sum = sum(&header);
    header[SUM][..7].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    header
}

/// How many zeros stand after a file of so many bytes.
pub fn padding(size: u64) -> usize {
    let block = BLOCK as u64;
    ((block - size % block) % block) as usize
}

/// The bytes of a whole archive of files of these sizes.
pub fn length(sizes: impl IntoIterator<Item = u64>) -> u64 {
    let one = |size: u64| BLOCK as u64 + size + padding(size) as u64;
    sizes.into_iter().map(one).sum::<u64>() + END.len() as u64
}

/// A text that is no archive, or one of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no archive that can be read")]
pub struct Unreadable;

/// The files of an archive, by name, in their order. Nothing is copied, so that it takes no more than the archive does.
///
/// # Errors
/// When it is cut off, damaged, or holds something else than files.
pub fn files(archive: &[u8]) -> Result<Vec<(&str, &[u8])>, Unreadable> {
    let mut files = Vec::new();
    let mut rest = archive;
    loop {
        let (header, after) = rest.split_first_chunk::<BLOCK>().ok_or(Unreadable)?;
        if header.iter().all(|byte| *byte == 0) {
            return Ok(files);
        }
        let (name, size) = read(header).ok_or(Unreadable)?;
        let size = usize::try_from(size).map_err(|_| Unreadable)?;
        let file = after.get(..size).ok_or(Unreadable)?;
        rest = after[size..].get(padding(size as u64)..).ok_or(Unreadable)?;
        files.push((name, file));
    }
}

/// The name and the size a header tells.
fn read(header: &[u8; BLOCK]) -> Option<(&str, u64)> {
    let is_ours = header[MAGIC].starts_with(b"ustar") && header[KIND] == b'0';
    if !is_ours || octal(&header[SUM])? != u64::from(sum(header)) {
        return None;
    }
    let name = header[..NAME].split(|byte| *byte == 0).next()?;
    Some((str::from_utf8(name).ok()?, octal(&header[SIZE])?))
}

/// The sum of a header's bytes, those of the sum itself taken as spaces.
fn sum(header: &[u8; BLOCK]) -> u32 {
    let bytes = header.iter().enumerate();
    bytes.map(|(at, byte)| u32::from(if SUM.contains(&at) { b' ' } else { *byte })).sum()
}

fn octal(digits: &[u8]) -> Option<u64> {
    let text = str::from_utf8(digits).ok()?.trim_matches(['\0', ' ']);
    let plain = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| u64::from_str_radix(text, 8).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = Vec::new();
        for (name, bytes) in files {
            archive.extend(header(name, bytes.len() as u64));
            archive.extend(*bytes);
            archive.resize(archive.len() + padding(bytes.len() as u64), 0);
        }
        archive.extend(END);
        archive
    }

    const FILES: [(&str, &[u8]); 4] =
        [("pack.json", b"{}"), ("none", b""), ("a", &[7; 512]), ("b", &[8; 513])];

    #[test]
    fn files_are_had_again_as_they_were_put_in() {
        let archive = archive(&FILES);
        assert_eq!(files(&archive), Ok(FILES.to_vec()));
        assert_eq!(archive.len() as u64, length(FILES.map(|(_, bytes)| bytes.len() as u64)));
    }

    #[test]
    fn what_is_cut_off_anywhere_is_no_archive() {
        let archive = archive(&FILES);
        for end in 0..archive.len() - BLOCK {
            assert_eq!(files(&archive[..end]), Err(Unreadable), "{end}");
        }
    }

    #[test]
    fn what_is_damaged_or_says_it_is_larger_than_all_there_is_is_no_archive() {
        let mut damaged = archive(&FILES);
        damaged[3] ^= 1;
        assert_eq!(files(&damaged), Err(Unreadable));
        let huge = header("a", 0o77_777_777_777).to_vec();
        assert_eq!(files(&huge), Err(Unreadable));
        assert_eq!(files(b""), Err(Unreadable));
        assert_eq!(files(&[b'a'; 2 * BLOCK]), Err(Unreadable));
    }
}
