//! Search over one's conversations.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use kith_shared::routes;
use kith_shared::search::{SearchQuery, SearchResults};

use super::extract::{Json, Query};
use super::session::Authenticated;
use crate::app::App;
use crate::error::Result;

pub fn router() -> Router<App> {
    Router::new().route(routes::SEARCH, get(search))
}

async fn search(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SearchResults>> {
    app.store.catch_up_index().await?;
    Ok(Json(app.store.search(session.user.id, &query).await?))
}
