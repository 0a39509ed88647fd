//! Messages: pages of a conversation's history. They are written over the socket, and here by who has none.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, put};
use kith_shared::message::{MarkRead, Page, PageQuery, Posted, Seen, SendMessage, Versions, Voters};
use kith_shared::{ConversationId, Seq, routes, validate};

use super::extract::{Json, Path, Query};
use super::session::Authenticated;
use crate::app::App;
use crate::error::Result;
use crate::store::{Mark, MarkDraft};
use crate::{media, posting};

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::MESSAGES, get(page).post(send))
        .route(routes::READ, put(mark_read))
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

async fn send(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
    Json(SendMessage { client_id, body }): Json<SendMessage>,
) -> Result<Json<Posted>> {
    let user = session.user.id;
    let mut body = validate::body(body)?;
    media::attach(&app.store, user, &mut body).await?;
    app.previews.check(user, &mut body).await?;
    let written = posting::write(&app.writer, (conversation, user), client_id, &body).await?;
    Ok(Json(Posted { conversation, client_id, head: written.head, sent_at: written.sent_at }))
}

async fn mark_read(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
    Json(MarkRead { seq }): Json<MarkRead>,
) -> Result<StatusCode> {
    let mark = MarkDraft { conversation, user: session.user.id, seq, mark: Mark::Read };
    posting::mark(&app.writer, mark).await?;
    Ok(StatusCode::NO_CONTENT)
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
