//! A user's settings.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use kith_shared::routes;
use kith_shared::setting::{SetSetting, Setting, Settings, SettingsQuery};

use super::extract::{Json, Query};
use super::session::Authenticated;
use crate::app::App;
use crate::error::Result;
use crate::settings;

pub fn router() -> Router<App> {
    Router::new().route(routes::SETTINGS, get(list).patch(set))
}

async fn list(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Query(query): Query<SettingsQuery>,
) -> Result<Json<Settings>> {
    Ok(Json(app.store.settings(session.user.id, query.changed_after).await?))
}

async fn set(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(body): Json<SetSetting>,
) -> Result<Json<Setting>> {
    Ok(Json(settings::set(&app, session.user.id, body, None).await?.setting))
}
