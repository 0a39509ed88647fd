//! Groups: making them, what they are called, who comes and goes, and what each may do.

use std::collections::HashSet;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, patch, post};
use kith_shared::conversation::{AddMembers, Conversation, CreateGroup, SetRole, UpdateGroup};
use kith_shared::frame::ServerFrame;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, Seq, UserId, routes, validate};
use tokio::task::JoinError;

use super::extract::{Json, Path};
use super::joining::tell_requests;
use super::session::Authenticated;
use crate::app::App;
use crate::bus::Event;
use crate::error::{Error, Result};
use crate::store::groups::{About, Added, Described};
use crate::store::roles::Revised;
use crate::store::{NOBODY, Sealed};

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::CONVERSATIONS_GROUP, post(create))
        .route(routes::CONVERSATION, patch(describe))
        .route(routes::MEMBERS, post(add))
        .route(routes::MEMBER, patch(set_role).delete(remove))
        .route(routes::MEMBERSHIP, delete(leave))
}

async fn create(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(body): Json<CreateGroup>,
) -> Result<(StatusCode, Json<Conversation>)> {
    let me = session.user.id;
    let title = validate::title(&body.title)?;
    let friends: HashSet<UserId> = body.members.into_iter().filter(|user| *user != me).collect();
    let group = to_the_end(async move {
        let _ordered = app.membership.write().await;
        let (id, notice) = app.store.create_group(me, &title, &friends).await?;
        show(&app, id, friends.into_iter().chain([me]).collect()).await?;
        app.bus.publish(message(notice));
        app.store.conversation(me, id).await
    });
    Ok((StatusCode::CREATED, Json(group.await?)))
}

async fn describe(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
    Json(body): Json<UpdateGroup>,
) -> Result<Json<Conversation>> {
    let me = session.user.id;
    let title = body.title.map(|title| validate::title(&title)).transpose()?;
    let description = body.description.map(|text| validate::description(&text)).transpose()?;
    if title.is_none() && description.is_none() {
        return Err(Error::refused(Code::InvalidBody, "a title or a description is expected"));
    }
    let _ordered = app.membership.write().await;
    let described = app.store.describe_group(me, conversation, About { title, description }).await?;
    if let Some(Described { revision, title, description, notices }) = described {
        let frame = ServerFrame::Title { conversation, revision, title, description };
        let described = Event::Conversation { conversation, frame };
        app.bus.publish_all([described].into_iter().chain(notices.into_iter().map(message)).collect());
    }
    Ok(Json(app.store.conversation(me, conversation).await?))
}

async fn add(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
    Json(body): Json<AddMembers>,
) -> Result<Json<Conversation>> {
    let me = session.user.id;
    let group = to_the_end(async move {
        let _ordered = app.membership.write().await;
        let added = app.store.add_members(me, conversation, &body.users).await?;
        if let Some(added) = added {
            came(&app, conversation, added).await?;
            // Some of them may have asked to be let in.
            tell_requests(&app, conversation).await?;
        }
        app.store.conversation(me, conversation).await
    });
    Ok(Json(group.await?))
}

async fn set_role(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((conversation, user)): Path<(ConversationId, UserId)>,
    Json(SetRole { role }): Json<SetRole>,
) -> Result<Json<Conversation>> {
    let me = session.user.id;
    let group = to_the_end(async move {
        let _ordered = app.membership.write().await;
        let revised = app.store.set_role(me, conversation, user, role).await?;
        if let Some(Revised { revision, roles, notice }) = revised {
            let (added, removed) = (Vec::new(), Vec::new());
            let frame = ServerFrame::Members { conversation, revision, added, removed, roles };
            app.bus.publish_all(vec![Event::Conversation { conversation, frame }, message(notice)]);
            // Who may decide now learns how many ask.
            tell_requests(&app, conversation).await?;
        }
        app.store.conversation(me, conversation).await
    });
    Ok(Json(group.await?))
}

async fn remove(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((conversation, user)): Path<(ConversationId, UserId)>,
) -> Result<StatusCode> {
    to_the_end(async move {
        let _ordered = app.membership.write().await;
        let revised = app.store.remove_member(session.user.id, conversation, user).await?;
        part(&app, conversation, user, revised);
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

async fn leave(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
) -> Result<StatusCode> {
    let me = session.user.id;
    to_the_end(async move {
        let _ordered = app.membership.write().await;
        let revised = app.store.leave_group(me, conversation).await?;
        part(&app, conversation, me, revised);
        tell_requests(&app, conversation).await?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Tells those who were there who came, and shows them the group.
pub(super) async fn came(app: &App, conversation: ConversationId, added: Added) -> Result<()> {
    let Added { revision, members: added, notice } = added;
    let new = added.iter().map(|member| member.user.id).collect();
    let (removed, roles) = (Vec::new(), Vec::new());
    let frame = ServerFrame::Members { conversation, revision, added, removed, roles };
    app.bus.publish(Event::Conversation { conversation, frame });
    show(app, conversation, new).await?;
    app.bus.publish(message(notice));
    Ok(())
}

/// Goes on even when whoever asked hangs up: a change of members that is stored is heard of, or who left would go on
/// listening.
pub(super) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    match tokio::spawn(work).await.map_err(JoinError::try_into_panic) {
        Ok(done) => done,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_)) => Err(Error::GoingDown),
    }
}

/// Tells who is a member no more, and those who still are.
pub(super) fn part(app: &App, conversation: ConversationId, user: UserId, revised: Revised) {
    let Revised { revision, roles, notice } = revised;
    let removed = vec![user];
    let left = ServerFrame::Left { conversation };
    let members =
        ServerFrame::Members { conversation, revision, added: Vec::new(), removed: removed.clone(), roles };
    app.bus.publish_all(vec![
        Event::Left { conversation, users: removed.clone() },
        Event::Users { users: removed, frame: left },
        Event::Conversation { conversation, frame: members },
        message(notice),
    ]);
}

/// For everybody who is a member by then.
fn message(notice: Sealed) -> Event {
    Event::Message { message: notice, origin: NOBODY }
}

/// Shows a group to its new members: once for all, who all have read as far, and not a thousand times a thousand.
async fn show(app: &App, conversation: ConversationId, new: Vec<UserId>) -> Result<()> {
    app.bus.publish(Event::Joined { conversation, users: new.clone() });
    let Some(one) = new.first() else { return Ok(()) };
    let mut group = app.store.conversation(*one, conversation).await?;
    let read =
        group.members.iter().find(|member| member.user.id == *one).map_or(Seq::ZERO, |member| member.read);
    let users: HashSet<_> = new.iter().collect();
    let same = group.members.iter_mut().filter(|member| users.contains(&member.user.id));
    same.for_each(|member| member.read = read);
    let frame = ServerFrame::Conversation { conversation: group };
    app.bus.publish(Event::Users { users: new, frame });
    Ok(())
}
