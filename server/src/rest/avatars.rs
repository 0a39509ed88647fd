//! Pictures of users and groups: files that were brought as all are.

use axum::Router;
use axum::extract::State;
use axum::routing::put;
use kith_shared::conversation::Conversation;
use kith_shared::frame::ServerFrame;
use kith_shared::limits::{AVATAR_BYTES, AVATAR_PIXELS};
use kith_shared::problem::Code;
use kith_shared::user::{SetAvatar, User};
use kith_shared::{ConversationId, FileId, UserId, routes};

use super::extract::{Json, Path};
use super::session::Authenticated;
use super::users::tell_changed;
use crate::app::App;
use crate::bus::Event;
use crate::error::{Error, Result};
use crate::time;

const TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

pub fn router() -> Router<App> {
    Router::new().route(routes::AVATAR, put(set)).route(routes::GROUP_AVATAR, put(set_of_group))
}

async fn set(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(SetAvatar { file }): Json<SetAvatar>,
) -> Result<Json<User>> {
    expect_avatar(&app, session.user.id, file).await?;
    let user = app.store.set_avatar(session.user.id, file).await?;
    tell_changed(&app, user.id).await?;
    Ok(Json(user))
}

async fn set_of_group(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
    Json(SetAvatar { file }): Json<SetAvatar>,
) -> Result<Json<Conversation>> {
    let me = session.user.id;
    expect_avatar(&app, me, file).await?;
    let _ordered = app.membership.write().await;
    if let Some(revision) = app.store.set_group_avatar(me, conversation, file).await? {
        let frame = ServerFrame::Avatar { conversation, revision, avatar: file };
        app.bus.publish(Event::Conversation { conversation, frame });
    }
    Ok(Json(app.store.conversation(me, conversation).await?))
}

/// Its type and pixels were read from its first bytes when it was brought: nothing decodes it here.
///
/// # Errors
/// `file_not_found` for one they may not have, `invalid_avatar`
async fn expect_avatar(app: &App, me: UserId, file: Option<FileId>) -> Result<()> {
    let Some(file) = file else { return Ok(()) };
    // From now on it is not collected before it is somebody's.
    let found = app.store.touch_files(me, &[file], time::now()).await?.pop().ok_or(Code::FileNotFound)?;
    let fits = |(width, height)| width == height && (1..=AVATAR_PIXELS).contains(&width);
    let is_one = TYPES.contains(&&*found.content_type) && found.size <= AVATAR_BYTES;
    if is_one && found.dimensions.is_some_and(fits) { Ok(()) } else { Err(Error::from(Code::InvalidAvatar)) }
}
