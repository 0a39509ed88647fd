//! WebP: chunks in a RIFF, of even length, the first of which may say what the others are. RFC 9649, 2.

use super::Stripped;

/// Where the chunks begin.
const FIRST: usize = 12;
/// In the flags of the first: that there are Exif and XMP, and that it moves.
const SAID: u8 = 0b0000_1100;
const ANIMATED: u8 = 0b0000_0010;

pub(super) fn strip(bytes: &[u8]) -> Option<Stripped> {
    let length = little(bytes, 4)?;
    let whole = bytes.get(..length.checked_add(8)?)?;
    let (mut body, mut size) = (Stripped::default(), 4);
    let mut at = FIRST;
    while at < whole.len() {
        let content = little(whole, at + 4)?;
        let end = (at + 8).checked_add(content)?.checked_next_multiple_of(2)?;
        let chunk = whole.get(at..end)?;
        match chunk.get(..4)? {
            b"EXIF" | b"XMP " => {}
            b"VP8X" => {
                let mut head = chunk.to_vec();
                let flags = head.get_mut(8)?;
                body.animated = *flags & ANIMATED != 0;
                *flags &= !SAID;
                size += head.len();
                body.add(head);
            }
            _ => {
                size += chunk.len();
                body.keep(at..end);
            }
        }
        at = end;
    }
    let mut stripped = Stripped { pieces: Vec::new(), animated: body.animated };
    stripped.add([b"RIFF", &u32::try_from(size).ok()?.to_le_bytes()[..], b"WEBP"].concat());
    stripped.pieces.append(&mut body.pieces);
    Some(stripped)
}

fn little(bytes: &[u8], at: usize) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(four)).ok()
}
