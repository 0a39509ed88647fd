//! Whether the server is well: for whatever starts and watches it.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use kith_shared::routes;

use crate::app::App;
use crate::error::Result;

pub fn router() -> Router<App> {
    Router::new().route(routes::HEALTH, get(health))
}

/// `ok` once the database answers.
async fn health(State(app): State<App>) -> Result<impl IntoResponse> {
    app.store.ping().await?;
    Ok(([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], "ok"))
}
