//! Pictures as they leave a device: without what a camera writes beside them, where and when and with what it was. What is
//! seen stays as it is, to the byte.

mod jpeg;
mod png;
mod webp;

use std::ops::Range;

/// A picture without what it says besides, as pieces of the old one and new ones between.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stripped {
    pieces: Vec<Piece>,
    /// It moves: a still copy would be another picture.
    pub animated: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Kept(Range<usize>),
    New(Vec<u8>),
}

impl Stripped {
    /// The picture's bytes; `of` is what it was made of.
    pub fn bytes(&self, of: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(of.len());
        for piece in &self.pieces {
            match piece {
                Piece::Kept(range) => bytes.extend_from_slice(of.get(range.clone()).unwrap_or_default()),
                Piece::New(new) => bytes.extend_from_slice(new),
            }
        }
        bytes
    }

    fn keep(&mut self, range: Range<usize>) {
        match self.pieces.last_mut() {
            Some(Piece::Kept(last)) if last.end == range.start => last.end = range.end,
            _ => self.pieces.push(Piece::Kept(range)),
        }
    }

    fn add(&mut self, new: Vec<u8>) {
        self.pieces.push(Piece::New(new));
    }
}

/// Takes from a JPEG, PNG or WebP its Exif, XMP, IPTC, comments, and whatever follows its end. Which way is up is kept.
/// `None` for what is none of them, or is broken.
pub fn strip(bytes: &[u8]) -> Option<Stripped> {
    match bytes {
        [0xff, 0xd8, ..] => jpeg::strip(bytes),
        [0x89, b'P', b'N', b'G', ..] => png::strip(bytes),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp::strip(bytes),
        _ => None,
    }
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(four)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(bytes: &[u8]) -> Vec<u8> {
        strip(bytes).unwrap().bytes(bytes)
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &length[..], content].concat()
    }

    fn exif(orientation: u8) -> Vec<u8> {
        let tiff = b"MM\0\x2a\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0";
        [
            b"Exif\0\0",
            &tiff[..],
            &[orientation, 0, 0],
            b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x32\0\0\0\0GPS 52.5 13.4",
        ]
        .concat()
    }

    /// With two scans, as one that comes clearer has.
    fn jpeg(orientation: u8) -> Vec<u8> {
        let scan = |bytes: &[u8]| [segment(0xda, b"\x01\x01\0\0\x3f\0"), bytes.to_vec()].concat();
        [
            vec![0xff, 0xd8],
            segment(0xe0, b"JFIF\0\x01\x01"),
            segment(0xe1, &exif(orientation)),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
            segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
            segment(0xed, b"Photoshop 3.0\0"),
            segment(0xfe, b"a camera"),
            segment(0xdb, b"\0table"),
            scan(b"\x12\xff\0\x34\xff\xd0\x56"),
            segment(0xc4, b"\0huffman"),
            scan(b"\x78\x9a"),
            vec![0xff, 0xd9],
            b"a video with the place in it".to_vec(),
        ]
        .concat()
    }

    #[test]
    fn a_jpeg_says_nothing_but_what_is_seen_and_which_way_is_up() {
        let bytes = stripped(&jpeg(6));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for said in ["GPS", "xmp", "Photoshop", "camera", "video"] {
            assert!(!text.contains(said), "{said}");
        }
        for seen in ["JFIF", "ICC_PROFILE", "table", "huffman", "Exif"] {
            assert!(text.contains(seen), "{seen}");
        }
        assert!(bytes.ends_with(&[0x78, 0x9a, 0xff, 0xd9]));
        assert!(bytes.windows(5).any(|five| five == [0, 1, 0, 6, 0]), "it is still to be turned");
        assert_eq!(stripped(&bytes), bytes, "what is bare already stays to the byte");
        assert!(!String::from_utf8_lossy(&stripped(&jpeg(1))).contains("Exif"), "upright need not be said");
    }

    fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&u32::try_from(content.len()).unwrap().to_be_bytes(), &name[..], content, b"CRC!"].concat()
    }

    #[test]
    fn a_png_keeps_its_picture_and_loses_its_texts() {
        let signature = b"\x89PNG\r\n\x1a\n";
        let seen = [chunk(b"IHDR", b"size"), chunk(b"acTL", b"moves"), chunk(b"IDAT", b"picture")].concat();
        let said = [chunk(b"tEXt", b"by Mia"), chunk(b"eXIf", b"MM"), chunk(b"iTXt", b"here")].concat();
        let end = chunk(b"IEND", b"");
        let whole = [&signature[..], &seen, &said, &end, b"and a tail"].concat();
        assert_eq!(stripped(&whole), [&signature[..], &seen, &end].concat());
        assert!(strip(&whole).unwrap().animated);
        assert_eq!(strip(&whole[..whole.len() - 20]), None, "it has no end");
    }

    #[test]
    fn a_webp_keeps_its_picture_and_says_that_the_rest_is_gone() {
        let chunk = |name: &[u8; 4], content: &[u8]| {
            let mut chunk =
                [&name[..], &u32::try_from(content.len()).unwrap().to_le_bytes(), content].concat();
            chunk.resize(chunk.len().next_multiple_of(2), 0);
            chunk
        };
        let riff = |parts: &[Vec<u8>]| {
            let parts = parts.concat();
            [b"RIFF", &u32::try_from(parts.len() + 4).unwrap().to_le_bytes()[..], b"WEBP", &parts].concat()
        };
        let head = |flags: u8| chunk(b"VP8X", &[flags, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
        let (picture, place) = (chunk(b"VP8 ", b"odd"), chunk(b"EXIF", b"MM place"));
        let whole = riff(&[head(0b0000_1100), picture.clone(), place, chunk(b"XMP ", b"<x/>")]);
        assert_eq!(stripped(&whole), riff(&[head(0), picture.clone()]));
        assert!(strip(&riff(&[head(2), picture])).unwrap().animated);
    }

    #[test]
    fn what_is_cut_off_or_no_picture_is_nothing() {
        let whole = jpeg(3);
        for length in 0..whole.len() - 30 {
            assert_eq!(strip(&whole[..length]), None, "{length}");
        }
        assert_eq!(strip(b"GIF89a"), None);
        assert_eq!(strip(b"<html>"), None);
    }
}
