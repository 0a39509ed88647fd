//! Link previews, for whoever writes.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use kith_shared::preview::{AskPreview, Preview};
use kith_shared::routes;

use super::extract::Json;
use super::session::Authenticated;
use crate::app::App;
use crate::error::Result;

pub fn router() -> Router<App> {
    Router::new().route(routes::PREVIEWS, post(ask))
}

async fn ask(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(AskPreview { url }): Json<AskPreview>,
) -> Result<Json<Preview>> {
    Ok(Json(app.previews.ask(session.user.id, &url).await?))
}
