//! What a file is, found from its bytes. What it is called says nothing.

use crate::error::Result;
use kith_shared::media::FileKind;

use super::Storage;

/// Bytes by which a type is known.
const HEAD: u64 = 8 * 1024;
/// Bytes in which a photo says its size: cameras put a preview, a profile and more before that.
const PHOTO_HEAD: u64 = 1024 * 1024;

const UNKNOWN: &str = "application/octet-stream";
const TEXT: &str = "text/plain";

/// The content type of a file of `size` bytes, and its width and height in pixels where it is a photo that says them.
pub async fn of(storage: &Storage, object: &str, size: i64) -> Result<(String, Option<(u32, u32)>)> {
    if size == 0 {
        return Ok((UNKNOWN.to_owned(), None));
    }
    let head = storage.beginning(object, HEAD).await?;
    let content_type = content_type(&head);
    if !FileKind::Photo.fits(content_type) {
        return Ok((content_type.to_owned(), None));
    }
    Ok((content_type.to_owned(), dimensions(&storage.beginning(object, PHOTO_HEAD).await?)))
}

/// The content type of these bytes, and the width and height in pixels, if they are a photo that says them.
pub fn of_photo(bytes: &[u8]) -> Option<(&'static str, (u32, u32))> {
    let content_type = content_type(bytes);
    let dimensions = dimensions(bytes).filter(|_| FileKind::Photo.fits(content_type));
    Some((content_type, dimensions?))
}

fn dimensions(photo: &[u8]) -> Option<(u32, u32)> {
    let size = imagesize::blob_size(photo).ok()?;
    Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
}

fn content_type(head: &[u8]) -> &'static str {
    match infer::get(head) {
        Some(found) => found.mime_type(),
        None if is_text(head) => TEXT,
        None => UNKNOWN,
    }
}

/// Whether these are the first bytes of a text; a character may be cut in two.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => head
            .get(..error.valid_up_to())
            .and_then(|head| std::str::from_utf8(head).ok())
            .unwrap_or_default(),
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_what_the_bytes_say() {
        for (head, found) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
            (b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
            (b"%PDF-1.7", "application/pdf"),
            ("Привет\nhello\t".as_bytes(), TEXT),
            (&"é".as_bytes()[..1], UNKNOWN),
            (b"\0\x01\x02", UNKNOWN),
            (b"", UNKNOWN),
        ] {
            assert_eq!(content_type(head), found, "{head:?}");
        }
    }

    #[test]
    fn a_drawing_that_could_run_is_no_photo() {
        for head in [
            &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..],
            b"<?xml version='1.0'?><svg/>",
        ] {
            assert!(!kith_shared::media::is_shown(content_type(head)));
        }
    }
}
