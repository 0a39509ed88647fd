//! Hashes, made by the browser. A page that is not secure has none: there the network vouches for nothing anyway.

use js_sys::Uint8Array;
use kith_shared::FileId;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Crypto, SubtleCrypto};

use super::super::browser;

/// The SHA-256 of what is in a blob, all of it in memory meanwhile; `None` where this page can't make one.
pub(super) async fn sha256(blob: &Blob) -> Option<FileId> {
    let bytes = JsFuture::from(blob.array_buffer()).await.ok()?;
    let digest = subtle()?.digest_with_str_and_buffer_source("SHA-256", bytes.unchecked_ref()).ok()?;
    let digest = Uint8Array::new(&JsFuture::from(digest).await.ok()?).to_vec();
    Some(FileId(digest.try_into().ok()?))
}

fn subtle() -> Option<SubtleCrypto> {
    let crypto: Crypto = browser::window()?.crypto().ok()?;
    let subtle = crypto.subtle();
    (!JsValue::is_undefined(&subtle)).then_some(subtle)
}

/// Bytes in Base64, by the browser.
pub(super) fn base64(bytes: &[u8]) -> Option<String> {
    let text: String = bytes.iter().copied().map(char::from).collect();
    browser::window()?.btoa(&text).ok()
}
