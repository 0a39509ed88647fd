//! Conversations: one's own, and opening a direct dialog or one's notes to self.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use kith_shared::conversation::{Conversation, OpenDirect};
use kith_shared::{ConversationId, routes};

use super::contacts::announce;
use super::extract::{Json, Path};
use super::session::Authenticated;
use crate::app::App;
use crate::error::Result;

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::CONVERSATIONS, get(list))
        .route(routes::CONVERSATION, get(one))
        .route(routes::CONVERSATIONS_DIRECT, post(open_direct))
}

async fn list(
    State(app): State<App>,
    Authenticated(session): Authenticated,
) -> Result<Json<Vec<Conversation>>> {
    Ok(Json(app.store.conversations(session.user.id).await?))
}

async fn one(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
) -> Result<Json<Conversation>> {
    Ok(Json(app.store.conversation(session.user.id, conversation).await?))
}

async fn open_direct(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(body): Json<OpenDirect>,
) -> Result<Json<Conversation>> {
    let me = session.user.id;
    let id = app.store.open_direct(me, body.user).await?;
    let members = if body.user == me { vec![me] } else { vec![me, body.user] };
    announce(&app, id, members).await?;
    Ok(Json(app.store.conversation(me, id).await?))
}
