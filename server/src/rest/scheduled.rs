//! What is sent later. It is scheduled over the socket.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use kith_shared::scheduled::Schedule;
use kith_shared::{ClientId, routes};

use super::extract::{Json, Path};
use super::session::Authenticated;
use crate::app::App;
use crate::error::Result;
use crate::scheduled;

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::SCHEDULED, get(list))
        .route(routes::SCHEDULED_ONE, delete(take_back))
        .route(routes::SCHEDULED_SEND, post(send_now))
}

async fn list(State(app): State<App>, Authenticated(session): Authenticated) -> Result<Json<Schedule>> {
    Ok(Json(app.store.schedule(session.user.id).await?))
}

async fn take_back(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(client_id): Path<ClientId>,
) -> Result<StatusCode> {
    scheduled::take_back(&app, session.user.id, client_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn send_now(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(client_id): Path<ClientId>,
) -> Result<StatusCode> {
    scheduled::send_now(&app, session.user.id, client_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
