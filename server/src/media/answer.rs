//! A file as an answer: whole or a range of it, with the type its bytes have, and so that no browser runs it.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, TryStreamExt};
use kith_shared::media::is_shown;
use kith_shared::{FileId, validate};

use super::Files;
use super::headers::{matches, range};
use crate::error::{Error, Result};

/// What is answered with.
pub struct Asked<'a> {
    pub file: FileId,
    pub object: &'a str,
    pub size: u64,
    pub content_type: &'a str,
    pub name: Option<&'a str>,
    /// Pages of which sites may show it.
    pub policy: &'static str,
}

/// What is in it never changes, for its name is what is in it.
const CACHE: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
/// Nothing in it runs, loads or frames anything, whatever it is taken for.
const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");

/// Answers with a file, as far as the request asks for it: `Range`, `If-Range` and `If-None-Match` are heeded.
///
/// # Errors
/// When it can't be read.
pub async fn answer(files: &Files, asked: Asked<'_>, request: &HeaderMap) -> Result<Response> {
    let tag = format!("\"{}\"", asked.file);
    let mut headers = headers(&asked, &tag)?;
    if said(request, &header::IF_NONE_MATCH).is_some_and(|tags| matches(tags, &tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let same = said(request, &header::IF_RANGE).is_none_or(|known| known == tag);
    let wanted = said(request, &header::RANGE).filter(|_| same);
    let (status, range) = match range(wanted, asked.size) {
        Ok(Some(range)) => (StatusCode::PARTIAL_CONTENT, range),
        Ok(None) => (StatusCode::OK, 0..asked.size),
        Err(()) => {
            headers.insert(header::CONTENT_RANGE, value(&format!("bytes */{}", asked.size))?);
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
        }
    };
    if status == StatusCode::PARTIAL_CONTENT {
        let said = format!("bytes {}-{}/{}", range.start, range.end - 1, asked.size);
        headers.insert(header::CONTENT_RANGE, value(&said)?);
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    if range.is_empty() {
        return Ok((status, headers).into_response());
    }
    let bytes = files.storage.read(asked.object, range).await?;
    let sent = files.counted.sent_bytes.clone();
    let bytes = bytes.inspect_ok(move |part| {
        sent.inc_by(part.len() as u64);
    });
    // One that takes hours does not hold up the server's end.
    let bytes = bytes.take_until(files.stop.clone().cancelled_owned());
    Ok((status, headers, Body::from_stream(bytes)).into_response())
}

fn headers(asked: &Asked<'_>, tag: &str) -> Result<HeaderMap> {
    let shown = is_shown(asked.content_type);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, value(asked.content_type)?);
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition(shown, asked.name))?);
    headers.insert(header::ETAG, value(tag)?);
    headers.insert(header::CACHE_CONTROL, CACHE);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    let resources = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(resources, HeaderValue::from_static(asked.policy));
    Ok(headers)
}

pub fn said<'a>(request: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    request.get(name).and_then(|value| value.to_str().ok())
}

pub fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|_| Error::Corrupt("a header's value".to_owned()))
}

/// Shown where it stands or saved, and by which name (RFC 6266).
fn disposition(shown: bool, name: Option<&str>) -> String {
    let kind = if shown { "inline" } else { "attachment" };
    let name = validate::file_name(name.unwrap_or_default());
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut said = format!("{kind}; filename=\"{plain}\"");
    if plain != name {
        said.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                said.push(char::from(byte));
            } else {
                said.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    said
}

/// Whether a character may stand between quotes as it is.
fn is_plain(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_said_to_old_and_new_browsers() {
        assert_eq!(disposition(true, Some("cat.png")), "inline; filename=\"cat.png\"");
        assert_eq!(
            disposition(false, Some("a \"b\" 猫.pdf")),
            "attachment; filename=\"a _b_ _.pdf\"; filename*=UTF-8''a%20%22b%22%20%E7%8C%AB.pdf"
        );
        assert_eq!(disposition(false, None), "attachment; filename=\"file\"");
    }
}
