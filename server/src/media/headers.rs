//! What requests for files and uploads say in their headers.

use std::ops::Range;

use axum::http::{HeaderMap, HeaderName};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kith_shared::media::tus;
use kith_shared::problem::Code;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::digest::Checksum;
use crate::error::{Error, Result};

pub const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");

fn invalid(name: &HeaderName) -> Error {
    Error::refused(Code::InvalidUpload, format_args!("{name} can't be read"))
}

/// A header that has to be text where it is there at all.
///
/// # Errors
/// `invalid_upload`
pub fn said<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>> {
    headers.get(name).map(|value| value.to_str().map_err(|_| invalid(name))).transpose()
}

/// A number of bytes.
///
/// # Errors
/// `invalid_upload`
pub fn number(headers: &HeaderMap, name: &HeaderName) -> Result<i64> {
    let digits = said(headers, name)?.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|text| text.parse().ok()).ok_or_else(|| invalid(name))
}

/// Pairs of a name and a value in Base64, kept as they are.
///
/// # Errors
/// `invalid_upload`
pub fn metadata(text: &str) -> Result<&str> {
    let pair = |pair: &str| {
        let (name, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        !name.is_empty() && STANDARD.decode(value.trim()).is_ok()
    };
    let fits = text.len() <= tus::METADATA_BYTES && (text.is_empty() || text.split(',').all(pair));
    if fits { Ok(text) } else { Err(invalid(&METADATA)) }
}

/// The name of a hash, and what it has to be in Base64.
///
/// # Errors
/// `invalid_upload`
pub fn checksum(text: &str) -> Result<Checksum> {
    let (algorithm, value) = text.split_once(' ').ok_or_else(|| invalid(&CHECKSUM))?;
    let expected = STANDARD.decode(value.trim()).map_err(|_| invalid(&CHECKSUM))?;
    match algorithm {
        "sha1" => Ok(Checksum::Sha1(Sha1::new(), expected)),
        "sha256" => Ok(Checksum::Sha256(Sha256::new(), expected)),
        _ => Err(invalid(&CHECKSUM)),
    }
}

/// Whether one of the tags a browser has is this one.
pub fn matches(tags: &str, tag: &str) -> bool {
    let weak = |known: &str| known.trim().trim_start_matches("W/") == tag;
    tags.trim() == "*" || tags.split(',').any(weak)
}

/// The range that is asked for; none where it is all, or several: one may always answer with all.
///
/// # Errors
/// Where nothing of the file is in it.
#[expect(clippy::result_unit_err, reason = "there is one way to fail")]
pub fn range(range: Option<&str>, size: u64) -> Result<Option<Range<u64>>, ()> {
    let Some(parsed) = range.and_then(|range| http_range_header::parse_range_header(range).ok()) else {
        return Ok(None);
    };
    match parsed.validate(size).map_err(|_| ())?.as_slice() {
        [range] => Ok(Some(*range.start()..range.end() + 1)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_names_with_values_in_base64() {
        for good in ["", "filename d29ybGQ=", "filename d29ybGQ=,is_confidential", "a  Yg==, c "] {
            assert!(metadata(good).is_ok(), "{good:?}");
        }
        for bad in ["filename not-base64!", ",", " d29ybGQ=,", &format!("a {}", "A".repeat(5_000))] {
            assert!(metadata(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_checksum_names_its_hash() {
        assert!(checksum("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=").is_ok());
        for bad in ["sha1", "md5 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha256 ***", ""] {
            assert!(checksum(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_range_is_what_is_asked_for_or_all() {
        for (said, wanted) in [
            (None, Ok(None)),
            (Some("bytes=0-3"), Ok(Some(0..4))),
            (Some("bytes=8-"), Ok(Some(8..10))),
            (Some("bytes=-3"), Ok(Some(7..10))),
            (Some("bytes=5-100"), Ok(Some(5..10))),
            (Some("bytes=0-1,4-5"), Ok(None)),
            (Some("lines=1-2"), Ok(None)),
            (Some("bytes=10-"), Err(())),
        ] {
            assert_eq!(range(said, 10), wanted, "{said:?}");
        }
    }

    #[test]
    fn a_tag_is_found_among_several() {
        assert!(matches("\"x\", W/\"a\"", "\"a\""));
        assert!(!matches("\"ab\"", "\"a\""));
    }
}
