//! Links into a group, and who asks to be let in.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use kith_shared::contact::{CreateInvitation, Invitation};
use kith_shared::conversation::Conversation;
use kith_shared::frame::ServerFrame;
use kith_shared::joining::JoinRequest;
use kith_shared::{ConversationId, InvitationId, UserId, routes};

use super::extract::{Json, Path};
use super::groups::{came, to_the_end};
use super::invitations::terms;
use super::session::Authenticated;
use crate::app::App;
use crate::bus::Event;
use crate::error::Result;
use crate::store::joining::Entered;

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::GROUP_INVITATIONS, get(links).post(create))
        .route(routes::GROUP_INVITATION, delete(revoke))
        .route(routes::JOIN_REQUESTS, get(requests))
        .route(routes::JOIN_REQUEST_APPROVE, post(approve))
        .route(routes::JOIN_REQUEST_DECLINE, post(decline))
}

async fn create(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
    Json(body): Json<CreateInvitation>,
) -> Result<(StatusCode, Json<Invitation>)> {
    let invitation = app.store.create_group_invitation(session.user.id, conversation, terms(&body)?).await?;
    Ok((StatusCode::CREATED, Json(invitation)))
}

async fn links(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
) -> Result<Json<Vec<Invitation>>> {
    Ok(Json(app.store.group_invitations(session.user.id, conversation).await?))
}

async fn revoke(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((conversation, id)): Path<(ConversationId, InvitationId)>,
) -> Result<StatusCode> {
    app.store.delete_group_invitation(session.user.id, conversation, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Uses a link into a group: 200 with the group for who is in, 202 for who has to wait.
pub(super) async fn enter(
    app: App,
    me: UserId,
    conversation: ConversationId,
    token: String,
) -> Result<Response> {
    to_the_end(async move {
        let _ordered = app.membership.write().await;
        match app.store.enter_group(me, &token).await? {
            Entered::Already => {}
            Entered::Joined(added) => came(&app, conversation, *added).await?,
            Entered::Waits => {
                tell_requests(&app, conversation).await?;
                return Ok(StatusCode::ACCEPTED.into_response());
            }
        }
        Ok(Json(app.store.conversation(me, conversation).await?).into_response())
    })
    .await
}

async fn requests(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
) -> Result<Json<Vec<JoinRequest>>> {
    Ok(Json(app.store.join_requests(session.user.id, conversation).await?))
}

async fn approve(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((conversation, user)): Path<(ConversationId, UserId)>,
) -> Result<Json<Conversation>> {
    let me = session.user.id;
    let group = to_the_end(async move {
        let _ordered = app.membership.write().await;
        let added = app.store.approve_join(me, conversation, user).await?;
        came(&app, conversation, added).await?;
        tell_requests(&app, conversation).await?;
        app.store.conversation(me, conversation).await
    });
    Ok(Json(group.await?))
}

async fn decline(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((conversation, user)): Path<(ConversationId, UserId)>,
) -> Result<StatusCode> {
    let me = session.user.id;
    to_the_end(async move {
        let _ordered = app.membership.write().await;
        app.store.decline_join(me, conversation, user).await?;
        tell_requests(&app, conversation).await?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Tells those who may decide how many ask now.
pub(super) async fn tell_requests(app: &App, conversation: ConversationId) -> Result<()> {
    let (requests, users) = app.store.join_request_count(conversation).await?;
    let frame = ServerFrame::Requests { conversation, requests };
    app.bus.publish(Event::Users { users, frame });
    Ok(())
}
