//! One's sessions: seeing where one is logged in, and ending what should not be.

use std::collections::HashSet;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get};
use kith_shared::auth::OwnSession;
use kith_shared::problem::Code;
use kith_shared::{SessionId, routes};

use super::extract::{Json, Path};
use super::session::Authenticated;
use crate::app::App;
use crate::bus::Event;
use crate::error::Result;

pub fn router() -> Router<App> {
    Router::new().route(routes::SESSIONS, get(list).delete(end_others)).route(routes::SESSION, delete(end))
}

async fn list(
    State(app): State<App>,
    Authenticated(session): Authenticated,
) -> Result<Json<Vec<OwnSession>>> {
    let connected: HashSet<SessionId> = app.hub.sessions(session.user.id);
    let mut sessions = app.store.sessions(session.user.id).await?;
    for own in &mut sessions {
        own.current = own.id == session.id;
        own.connected = connected.contains(&own.id);
    }
    Ok(Json(sessions))
}

async fn end(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(id): Path<SessionId>,
) -> Result<StatusCode> {
    if !app.store.end_session_of(session.user.id, id).await? {
        return Err(Code::SessionNotFound.into());
    }
    app.bus.publish(Event::SessionEnded { session: id });
    Ok(StatusCode::NO_CONTENT)
}

async fn end_others(State(app): State<App>, Authenticated(session): Authenticated) -> Result<StatusCode> {
    let ended = app.store.end_other_sessions(session.user.id, session.id).await?;
    app.bus.publish_all(ended.into_iter().map(|session| Event::SessionEnded { session }).collect());
    Ok(StatusCode::NO_CONTENT)
}
