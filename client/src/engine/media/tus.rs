//! Uploading by tus: <https://tus.io/protocols/resumable-upload>.

use gloo_net::http::{Method, RequestBuilder, Response};
use kith_shared::media::tus;
use kith_shared::problem::Code;
use kith_shared::{FileId, UploadId, routes};
use wasm_bindgen::JsValue;
use web_sys::{AbortController, AbortSignal, Blob};

use super::super::rest;
use super::digest;
use crate::state::Failure;

type Result<T> = std::result::Result<T, Failure>;

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub offset: i64,
    /// What it has become, once all of it is there.
    pub whole: Option<FileId>,
}

/// Begins an upload of so many bytes.
pub(super) async fn begin(size: i64) -> Result<UploadId> {
    let request = request(Method::POST, routes::UPLOADS).header("Upload-Length", &size.to_string());
    let answer = answer(request, None).await?;
    let place = answer.headers().get("location").unwrap_or_default();
    let id = place.rsplit('/').next().and_then(|id| uuid::Uuid::try_parse(id).ok());
    id.map(UploadId).ok_or(Failure::Unreachable)
}

/// Asks how far an upload is.
pub(super) async fn stands(id: UploadId) -> Result<Standing> {
    // An answer to `HEAD` has no body that says what is the matter.
    match answer(request(Method::HEAD, &routes::upload(id)), None).await {
        Ok(answer) => standing(&answer),
        Err(Failure::Refused(Code::Unknown)) => Err(Failure::Refused(Code::UploadNotFound)),
        Err(failure) => Err(failure),
    }
}

/// Brings the bytes from `offset` on, with their hash where this page can make one.
pub(super) async fn append(
    id: UploadId,
    offset: i64,
    bytes: &Blob,
    signal: &AbortSignal,
) -> Result<Standing> {
    let mut request = request(Method::PATCH, &routes::upload(id))
        .header("Upload-Offset", &offset.to_string())
        .header("Content-Type", "application/offset+octet-stream")
        .abort_signal(Some(signal));
    let hash = digest::sha256(bytes).await;
    if let Some(hash) = hash.and_then(|hash| digest::base64(&hash.0)) {
        request = request.header("Upload-Checksum", &format!("sha256 {hash}"));
    }
    standing(&answer(request, Some(bytes.into())).await?)
}

/// Brings a small file, whole or not at all.
pub(in crate::engine) async fn bring(bytes: &Blob) -> Result<FileId> {
    let id = begin(bytes.size() as i64).await?;
    let never = AbortController::new().map_err(|_| Failure::Unreachable)?;
    append(id, 0, bytes, &never.signal()).await?.whole.ok_or(Failure::Unreachable)
}

/// Gives an upload up. The server does so too, after a while.
pub(super) async fn give_up(id: UploadId) {
    let _ = answer(request(Method::DELETE, &routes::upload(id)), None).await;
}

fn request(method: Method, path: &str) -> RequestBuilder {
    RequestBuilder::new(path).method(method).header("Tus-Resumable", tus::VERSION)
}

async fn answer(request: RequestBuilder, body: Option<JsValue>) -> Result<Response> {
    let request = match body {
        Some(body) => request.body(body),
        None => request.build(),
    };
    rest::response(request).await
}

fn standing(answer: &Response) -> Result<Standing> {
    let header = |name: &str| answer.headers().get(name);
    let offset =
        header("upload-offset").and_then(|offset| offset.parse().ok()).ok_or(Failure::Unreachable)?;
    Ok(Standing { offset, whole: header(tus::FILE).and_then(|file| file.parse().ok()) })
}
