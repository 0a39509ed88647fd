//! What every answer tells the browser not to do, and which requests come from another site.

use std::any::Any;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kith_shared::problem::Code;

use crate::app::App;
use crate::error::{Error, Result};

/// Only our own files run, nothing inline, nothing evaluated but WebAssembly; nobody may frame us.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
    worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // An invitation's address is a secret: it goes nowhere else.
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Puts the security headers on an answer.
pub async fn headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, value);
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
