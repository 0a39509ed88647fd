//! Whether the server is well: for whatever starts and watches it.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use kith_shared::problem::Code;
use kith_shared::routes;

use crate::app::App;
use crate::error::Result;

const NO_STORE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

pub fn router() -> Router<App> {
    Router::new().route(routes::HEALTH, get(health)).route(routes::READY, get(ready))
}

/// `ok`: the process is there, and needs no starting again.
async fn health() -> impl IntoResponse {
    ([NO_STORE], "ok")
}

/// `ready`: it has what it takes to serve, and may be sent requests.
///
/// # Errors
/// When the database does not answer, `busy` while the server goes down.
async fn ready(State(app): State<App>) -> Result<impl IntoResponse> {
    if app.hub.is_closing() {
        return Err(Code::Busy.into());
    }
    app.store.ping().await?;
    Ok(([NO_STORE], "ready"))
}
