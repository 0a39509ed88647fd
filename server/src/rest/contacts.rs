//! Friends invitation: requests, friends, blocks.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, post, put};
use kith_shared::contact::{Contact, Contacts, SendRequest};
use kith_shared::frame::ServerFrame;
use kith_shared::{ConversationId, UserId, routes};

use super::extract::{Json, Path};
use super::session::Authenticated;
use crate::app::App;
use crate::bus::Event;
use crate::error::Result;

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::CONTACTS, get(list))
        .route(routes::REQUESTS, post(send))
        .route(routes::REQUEST, delete(cancel))
        .route(routes::REQUEST_ACCEPT, post(accept))
        .route(routes::REQUEST_DECLINE, post(decline))
        .route(routes::FRIEND, delete(unfriend))
        .route(routes::BLOCK, put(block).delete(unblock))
}

async fn list(State(app): State<App>, Authenticated(session): Authenticated) -> Result<Json<Contacts>> {
    let mut contacts = app.store.contacts(session.user.id).await?;
    let online = app.hub.online(&app.store.friends(session.user.id).await?);
    let here = contacts.iter_mut().filter(|contact| online.contains(&contact.user.id));
    here.for_each(|contact| contact.last_seen = None);
    Ok(Json(Contacts { contacts, online }))
}

async fn send(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(body): Json<SendRequest>,
) -> Result<Json<Contact>> {
    let contact = app.store.send_request(session.user.id, body.user).await?;
    changed(&app, session.user.id, body.user).await?;
    Ok(Json(contact))
}

async fn accept(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(user): Path<UserId>,
) -> Result<Json<Contact>> {
    let contact = app.store.accept_request(session.user.id, user).await?;
    changed(&app, session.user.id, user).await?;
    Ok(Json(contact))
}

async fn decline(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(user): Path<UserId>,
) -> Result<StatusCode> {
    app.store.decline_request(session.user.id, user).await?;
    changed(&app, session.user.id, user).await
}

async fn cancel(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(user): Path<UserId>,
) -> Result<StatusCode> {
    app.store.cancel_request(session.user.id, user).await?;
    changed(&app, session.user.id, user).await
}

async fn unfriend(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(user): Path<UserId>,
) -> Result<StatusCode> {
    app.store.unfriend(session.user.id, user).await?;
    changed(&app, session.user.id, user).await
}

async fn block(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(user): Path<UserId>,
) -> Result<StatusCode> {
    app.store.block(session.user.id, user).await?;
    changed(&app, session.user.id, user).await
}

async fn unblock(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(user): Path<UserId>,
) -> Result<StatusCode> {
    app.store.unblock(session.user.id, user).await?;
    changed(&app, session.user.id, user).await
}

/// Tells both that something between them changed, and whether they may write in their dialog now.
pub(super) async fn changed(app: &App, me: UserId, other: UserId) -> Result<StatusCode> {
    app.bus.publish(Event::Users { users: vec![me, other], frame: ServerFrame::ContactsChanged });
    if let Some(conversation) = app.store.direct(me, other).await? {
        announce(app, conversation, vec![me, other]).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a conversation, new or changed, to the devices of these members, each in its own view.
pub(super) async fn announce(app: &App, conversation: ConversationId, members: Vec<UserId>) -> Result<()> {
    app.bus.publish(Event::Joined { conversation, users: members.clone() });
    for user in members {
        let frame =
            ServerFrame::Conversation { conversation: app.store.conversation(user, conversation).await? };
        app.bus.publish(Event::Users { users: vec![user], frame });
    }
    Ok(())
}
