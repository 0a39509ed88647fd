//! Messages: pages of a conversation's history. They are written over the socket.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use kith_shared::message::{Page, PageQuery, Seen, Versions, Voters};
use kith_shared::{ConversationId, Seq, routes};

use super::extract::{Json, Path, Query};
use super::session::Authenticated;
use crate::app::App;
use crate::error::Result;

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::MESSAGES, get(page))
        .route(routes::VERSIONS, get(versions))
        .route(routes::SEEN, get(seen))
        .route(routes::VOTES, get(voters))
}

async fn page(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page>> {
    Ok(Json(app.store.messages(session.user.id, conversation, &query).await?))
}

async fn versions(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((conversation, seq)): Path<(ConversationId, Seq)>,
) -> Result<Json<Versions>> {
    let versions = app.store.versions(session.user.id, conversation, seq).await?;
    Ok(Json(Versions { versions }))
}

async fn seen(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((conversation, seq)): Path<(ConversationId, Seq)>,
) -> Result<Json<Seen>> {
    Ok(Json(Seen { users: app.store.seen_by(session.user.id, conversation, seq).await? }))
}

async fn voters(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((conversation, seq)): Path<(ConversationId, Seq)>,
) -> Result<Json<Voters>> {
    let options = app.store.voters(session.user.id, conversation, seq).await?;
    Ok(Json(Voters { options }))
}
