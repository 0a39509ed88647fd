//! What every answer tells the browser not to do, and which requests come from another site.

use std::any::Any;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kith_shared::problem::Code;

use crate::app::App;
use crate::error::{Error, Result};

/// What pages may load. Only our own files run, nothing inline, nothing evaluated but WebAssembly; nobody may frame us.
/// `media` is where files are had from besides.
///
/// # Errors
/// When that is no origin.
pub fn policy(media: Option<&str>) -> Result<HeaderValue> {
    let is_origin =
        |text: &str| text.parse().is_ok_and(|uri: Uri| uri.authority().is_some() && uri.path() == "/");
    let media = match media {
        Some(origin) if is_origin(origin) => format!(" {origin}"),
        Some(_) => return Err(Error::NoOrigin),
        None => String::new(),
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob: data:{media}; media-src 'self' blob:{media}; font-src 'self'; \
         connect-src 'self'{media}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).map_err(|_| Error::NoOrigin)
}

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // An invitation's address is a secret: it goes nowhere else.
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Puts the security headers on an answer. A file brings stricter ones itself.
pub async fn headers(State(policy): State<HeaderValue>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    response
}

/// Refuses what another site makes a browser ask for; the cookie's SameSite=Strict says the same, and a browser that
/// honours neither is not known.
pub async fn same_site(State(app): State<App>, request: Request, next: Next) -> Result<Response> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        app.origins.check(request.headers())?;
    }
    Ok(next.run(request).await)
}

/// A defect of ours answers like every other error, and the server goes on.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let said =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said, "a request panicked");
    Error::from(Code::Internal).into_response()
}
