//! PNG: chunks, each with its length, name and checksum. PNG (Third Edition), 5.

use super::{Stripped, number};

const SIGNATURE: usize = 8;

pub(super) fn strip(bytes: &[u8]) -> Option<Stripped> {
    let mut stripped = Stripped::default();
    stripped.keep(0..SIGNATURE);
    let mut at = SIGNATURE;
    loop {
        let end = at.checked_add(12)?.checked_add(number(bytes, at)?)?;
        let name = bytes.get(at..end)?.get(4..8)?;
        if !matches!(name, b"eXIf" | b"tEXt" | b"zTXt" | b"iTXt" | b"tIME") {
            stripped.keep(at..end);
        }
        stripped.animated |= name == b"acTL";
        if name == b"IEND" {
            return Some(stripped);
        }
        at = end;
    }
}
