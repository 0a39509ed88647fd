//! A user's settings, for whoever has no socket open; devices set them over theirs.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use kith_shared::frame::ServerFrame;
use kith_shared::setting::{SetSetting, Setting, Settings, SettingsQuery};
use kith_shared::{ClientId, UserId, routes, validate};

use super::extract::{Json, Query};
use super::session::Authenticated;
use crate::app::App;
use crate::bus::Event;
use crate::error::Result;

pub fn router() -> Router<App> {
    Router::new().route(routes::SETTINGS, get(list).patch(change))
}

async fn list(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Query(query): Query<SettingsQuery>,
) -> Result<Json<Settings>> {
    Ok(Json(app.store.settings(session.user.id, query.changed_after).await?))
}

async fn change(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(body): Json<SetSetting>,
) -> Result<Json<Setting>> {
    Ok(Json(set(&app, session.user.id, body, None).await?))
}

/// Sets one, and tells all of the user's devices. What was so already is told too: the device that asked waits for it.
pub(crate) async fn set(
    app: &App,
    me: UserId,
    SetSetting { key, value }: SetSetting,
    client_id: Option<ClientId>,
) -> Result<Setting> {
    validate::setting(&key, value.as_deref())?;
    let setting = app.store.set(me, &key, value.as_deref()).await?;
    let frame = ServerFrame::Setting { setting: setting.clone(), client_id };
    app.bus.publish(Event::Users { users: vec![me], frame });
    Ok(setting)
}
