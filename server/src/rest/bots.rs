//! Bots: one's own, and their webhooks.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, patch, post, put};
use kith_shared::bot::{Bot, CreateBot, CreateWebhook, RenameBot, SetOutgoing, Webhook};
use kith_shared::frame::ServerFrame;
use kith_shared::{SessionId, UserId, WebhookId, routes, validate};

use super::contacts::changed;
use super::extract::{Json, Path};
use super::groups::{part, to_the_end};
use super::joining::tell_requests;
use super::session::Authenticated;
use super::users::rename;
use crate::app::App;
use crate::bus::Event;
use crate::error::Result;
use crate::outgoing::Target;
use crate::token;

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::BOTS, get(list).post(create))
        .route(routes::BOT, patch(update).delete(remove))
        .route(routes::BOT_TOKEN, post(renew_token))
        .route(routes::BOT_OUTGOING, put(set_outgoing).delete(end_outgoing))
        .route(routes::BOT_WEBHOOKS, get(webhooks).post(create_webhook))
        .route(routes::BOT_WEBHOOK, delete(delete_webhook))
}

async fn list(State(app): State<App>, Authenticated(session): Authenticated) -> Result<Json<Vec<Bot>>> {
    Ok(Json(app.store.bots(session.user.id).await?))
}

async fn create(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(body): Json<CreateBot>,
) -> Result<(StatusCode, Json<Bot>)> {
    let me = session.user.id;
    let username = validate::username(&body.username)?;
    let display_name = validate::display_name(&body.display_name)?;
    let token = token::session();
    let bot = app.store.create_bot(me, &username, &display_name, &token::hash(&token)).await?;
    app.bus.publish(Event::Users { users: vec![me], frame: ServerFrame::ContactsChanged });
    Ok((StatusCode::CREATED, Json(Bot { token: Some(token), ..bot })))
}

async fn update(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(bot): Path<UserId>,
    Json(body): Json<RenameBot>,
) -> Result<Json<Bot>> {
    app.store.bot(session.user.id, bot).await?;
    rename(&app, bot, &body.display_name).await?;
    Ok(Json(app.store.bot(session.user.id, bot).await?))
}

async fn remove(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(bot): Path<UserId>,
) -> Result<StatusCode> {
    let me = session.user.id;
    to_the_end(async move {
        let _ordered = app.membership.write().await;
        let removed = app.store.remove_bot(me, bot).await?;
        for (group, revised) in removed.groups {
            part(&app, group, bot, revised);
            tell_requests(&app, group).await?;
        }
        end_sessions(&app, removed.sessions);
        changed(&app, me, bot).await
    })
    .await
}

async fn renew_token(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(bot): Path<UserId>,
) -> Result<Json<Bot>> {
    let token = token::session();
    let (bot, ended) = app.store.renew_bot_token(session.user.id, bot, &token::hash(&token)).await?;
    end_sessions(&app, ended);
    Ok(Json(Bot { token: Some(token), ..bot }))
}

fn end_sessions(app: &App, sessions: Vec<SessionId>) {
    app.bus.publish_all(sessions.into_iter().map(|session| Event::SessionEnded { session }).collect());
}

/// The secret is a new one each time: the receiver has it from here.
async fn set_outgoing(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(bot): Path<UserId>,
    Json(SetOutgoing { url }): Json<SetOutgoing>,
) -> Result<Json<Bot>> {
    Target::parse(&url, app.reach)?;
    let secret = token::session();
    let mut bot = app.store.set_outgoing(session.user.id, bot, Some((&url, &secret))).await?;
    bot.outgoing = bot.outgoing.map(|mut outgoing| {
        outgoing.secret = Some(secret);
        outgoing
    });
    Ok(Json(bot))
}

async fn end_outgoing(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(bot): Path<UserId>,
) -> Result<StatusCode> {
    app.store.set_outgoing(session.user.id, bot, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn webhooks(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(bot): Path<UserId>,
) -> Result<Json<Vec<Webhook>>> {
    Ok(Json(app.store.webhooks(session.user.id, bot).await?))
}

async fn create_webhook(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(bot): Path<UserId>,
    Json(CreateWebhook { conversation }): Json<CreateWebhook>,
) -> Result<(StatusCode, Json<Webhook>)> {
    let token = token::session();
    let me = session.user.id;
    let webhook = app.store.create_webhook(me, bot, conversation, &token::hash(&token)).await?;
    Ok((StatusCode::CREATED, Json(Webhook { token: Some(token), ..webhook })))
}

async fn delete_webhook(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((bot, webhook)): Path<(UserId, WebhookId)>,
) -> Result<StatusCode> {
    app.store.delete_webhook(session.user.id, bot, webhook).await?;
    Ok(StatusCode::NO_CONTENT)
}
