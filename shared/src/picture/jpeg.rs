//! JPEG: segments, each after a marker, and between some of them the coded picture, in which what follows an `ff` tells a
//! marker from a byte. ITU T.81, annex B; Exif 2.32, 4.5 and 4.6.

use super::Stripped;

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
/// Exif, and XMP.
const EXIF: u8 = 0xe1;

pub(super) fn strip(bytes: &[u8]) -> Option<Stripped> {
    let mut stripped = Stripped::default();
    stripped.keep(0..2);
    let (mut at, mut turned) = (2, false);
    loop {
        let marker = *bytes.get(at + 1).filter(|_| bytes[at] == 0xff)?;
        if marker == END {
            stripped.keep(at..at + 2);
            return Some(stripped);
        }
        // Any number of `ff` may stand before a marker.
        if marker == 0xff {
            at += 1;
            continue;
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let end = at + 2 + length;
        let content = bytes.get(at + 4..end)?;
        if is_seen(marker) {
            stripped.keep(at..end);
        } else if let Some(orientation) = orientation(content).filter(|_| marker == EXIF && !turned) {
            turned = true;
            stripped.add(exif(orientation));
        }
        at = end;
        if marker == SCAN {
            at = end_of_scan(bytes, end)?;
            stripped.keep(end..at);
        }
    }
}

/// Whether a segment has to do with what is seen: all but those of applications and comments, of which JFIF's, a colour
/// profile and Adobe's say what the colours are.
fn is_seen(marker: u8) -> bool {
    !matches!(marker, 0xe1 | 0xe3..=0xed | 0xef | 0xfe)
}

/// Where the coded picture ends that begins here: at the next marker that is no part of it.
fn end_of_scan(bytes: &[u8], from: usize) -> Option<usize> {
    let markers = bytes.get(from..)?.windows(2);
    markers.zip(from..).find_map(|(pair, at)| match pair {
        // A byte `ff` of the picture, and places one may begin again at.
        [0xff, 0 | 0xd0..=0xd7] => None,
        [0xff, _] => Some(at),
        _ => None,
    })
}

/// Which way is up, where that is another than it lies.
fn orientation(exif: &[u8]) -> Option<u8> {
    const ORIENTATION: u16 = 0x0112;
    let tiff = exif.strip_prefix(b"Exif\0\0")?;
    let little = match tiff.get(..4)? {
        b"II\x2a\0" => true,
        b"MM\0\x2a" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let four: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let first = if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
    let first = usize::try_from(first).ok()?;
    let entries = (0..usize::from(short(first)?)).map(|entry| first.checked_add(2 + 12 * entry));
    let found = entries.flatten().find(|entry| short(*entry) == Some(ORIENTATION))?;
    let orientation = u8::try_from(short(found.checked_add(8)?)?).ok()?;
    (2..=8).contains(&orientation).then_some(orientation)
}

/// A segment that says which way is up, and nothing else.
fn exif(orientation: u8) -> Vec<u8> {
    let mut segment = b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    segment.extend([orientation, 0, 0, 0, 0, 0, 0]);
    segment
}
