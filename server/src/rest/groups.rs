//! Groups: making one, its title and members.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, patch, post};
use kith_shared::conversation::{AddMembers, Conversation, CreateGroup, UpdateGroup};
use kith_shared::frame::ServerFrame;
use kith_shared::{ConversationId, limits, routes, validate};

use super::contacts::announce;
use super::extract::{Json, Path};
use super::session::Authenticated;
use crate::app::App;
use crate::bus::Event;
use crate::error::{Error, Result};

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::CONVERSATIONS_GROUP, post(create))
        .route(routes::CONVERSATION, patch(rename))
        .route(routes::MEMBERS, post(add))
        .route(routes::MEMBERSHIP, delete(leave))
}

async fn create(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(body): Json<CreateGroup>,
) -> Result<(StatusCode, Json<Conversation>)> {
    let (me, title) = (session.user.id, validate::title(&body.title)?);
    fits(body.members.len())?;
    let id = app.store.create_group(me, &title, &body.members).await?;
    announce(&app, id, &app.store.member_ids(id).await?).await?;
    Ok((StatusCode::CREATED, Json(app.store.conversation(me, id).await?)))
}

async fn rename(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
    Json(body): Json<UpdateGroup>,
) -> Result<Json<Conversation>> {
    let (me, title) = (session.user.id, validate::title(&body.title)?);
    let revision = app.store.rename_group(me, conversation, &title).await?;
    let frame = ServerFrame::Title { conversation, revision, title };
    app.bus.publish(Event::Conversation { conversation, frame });
    Ok(Json(app.store.conversation(me, conversation).await?))
}

async fn add(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
    Json(body): Json<AddMembers>,
) -> Result<Json<Conversation>> {
    let me = session.user.id;
    fits(body.users.len())?;
    if let Some(added) = app.store.add_members(me, conversation, &body.users).await? {
        let users: Vec<_> = added.members.iter().map(|member| member.user.id).collect();
        let (revision, members) = (added.revision, added.members);
        let frame = ServerFrame::Members { conversation, revision, added: members, removed: Vec::new() };
        // Those who were in it hear who came; those who came get it whole.
        app.bus.publish(Event::Conversation { conversation, frame });
        announce(&app, conversation, &users).await?;
    }
    Ok(Json(app.store.conversation(me, conversation).await?))
}

async fn leave(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
) -> Result<StatusCode> {
    let me = session.user.id;
    let revision = app.store.leave_group(me, conversation).await?;
    app.bus.publish(Event::Left { conversation, user: me });
    let frame = ServerFrame::Members { conversation, revision, added: Vec::new(), removed: vec![me] };
    app.bus.publish(Event::Conversation { conversation, frame });
    Ok(StatusCode::NO_CONTENT)
}

fn fits(users: usize) -> Result<()> {
    if users > limits::GROUP_MEMBERS { Err(Error::from(kith_shared::problem::Code::TooMany)) } else { Ok(()) }
}
