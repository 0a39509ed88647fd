//! The built client, carried in the binary and served from it, compressed when it was built.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kith_shared::problem::Code;

use crate::error::Error;

/// A file of the client.
struct Asset {
    path: &'static str,
    etag: &'static str,
    identity: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const NOT_BUILT: &str = "The client is not in this binary. Build it with `cargo xtask run`.\n";

/// Everything that is no API: a file of the client, or the page itself for each of its places.
pub async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") {
        return Error::from(Code::NotFound).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Error::from(Code::MethodNotAllowed).into_response();
    }
    match find(path).or_else(|| find("/index.html").filter(|_| is_place(path))) {
        Some(asset) => answer(asset, request.headers()),
        None if is_place(path) => (StatusCode::NOT_FOUND, NOT_BUILT).into_response(),
        None => Error::from(Code::NotFound).into_response(),
    }
}

fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

/// A place of the app rather than a file: its last part has no extension.
fn is_place(path: &str) -> bool {
    !path.rsplit('/').next().is_some_and(|last| last.contains('.'))
}

fn answer(asset: &Asset, request: &HeaderMap) -> Response {
    let fixed = [
        (header::ETAG, HeaderValue::from_static(asset.etag)),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache_control(asset.path))),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known
        .is_some_and(|known| known.split(',').any(|etag| etag.trim().trim_start_matches("W/") == asset.etag))
    {
        return (StatusCode::NOT_MODIFIED, fixed).into_response();
    }
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static(content_type(asset.path)))];
    match encoded(asset, request) {
        Some((encoding, bytes)) => {
            let encoding = [(header::CONTENT_ENCODING, HeaderValue::from_static(encoding))];
            (fixed, content_type, encoding, bytes).into_response()
        }
        None => (fixed, content_type, asset.identity).into_response(),
    }
}

/// The smallest form the browser takes; a form it gives the weight 0 it does not.
fn encoded(asset: &Asset, request: &HeaderMap) -> Option<(&'static str, &'static [u8])> {
    let accepted =
        request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |name: &str| {
        accepted.split(',').any(|part| {
            let mut fields = part.split(';').map(str::trim);
            fields.next() == Some(name) && !fields.any(|field| matches!(field, "q=0" | "q=0.0"))
        })
    };
    let brotli = asset.brotli.filter(|_| takes("br")).map(|bytes| ("br", bytes));
    brotli.or_else(|| asset.gzip.filter(|_| takes("gzip")).map(|bytes| ("gzip", bytes)))
}

/// A file whose name carries its content's hash never changes; the others are asked for again each time.
fn cache_control(path: &str) -> &'static str {
    let hashed = path
        .rsplit(['-', '.', '_'])
        .any(|part| part.len() >= 12 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    if hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webmanifest") => "application/manifest+json",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_named_by_their_hash_are_kept_for_ever() {
        assert!(cache_control("/client-1d8e86a2c6a0e4f1_bg.wasm").contains("immutable"));
        assert!(cache_control("/client-1d8e86a2c6a0e4f1.js").contains("immutable"));
        for path in ["/index.html", "/service_worker.js", "/manifest.webmanifest", "/logo.svg"] {
            assert_eq!(cache_control(path), "no-cache", "{path}");
        }
    }

    #[test]
    fn places_have_no_extension() {
        assert!(is_place("/") && is_place("/c/0190d3a2-7b1c-7e4f-8a55-0123456789ab"));
        assert!(!is_place("/favicon.ico"));
    }
}
