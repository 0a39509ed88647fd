//! Users: finding one, and one's own profile.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, patch};
use kith_shared::contact::Contact;
use kith_shared::frame::ServerFrame;
use kith_shared::problem::Code;
use kith_shared::user::{UpdateProfile, User};
use kith_shared::{UserId, routes, validate};

use super::extract::{Json, Path};
use super::session::Authenticated;
use crate::app::App;
use crate::bus::Event;
use crate::error::Result;

pub fn router() -> Router<App> {
    Router::new().route(routes::PROFILE, patch(update)).route(routes::USER_BY_USERNAME, get(by_username))
}

async fn update(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(body): Json<UpdateProfile>,
) -> Result<Json<User>> {
    let Some(display_name) = body.display_name else { return Ok(Json(session.user)) };
    Ok(Json(rename(&app, session.user.id, &display_name).await?))
}

/// Gives a user another display name, which their friends and devices are told.
///
/// # Errors
/// `invalid_display_name`
pub(super) async fn rename(app: &App, user: UserId, display_name: &str) -> Result<User> {
    let user = app.store.set_display_name(user, &validate::display_name(display_name)?).await?;
    tell_changed(app, user.id).await?;
    Ok(user)
}

/// A user is another now in what others see: their friends and devices are told.
pub(super) async fn tell_changed(app: &App, user: UserId) -> Result<()> {
    let mut users = app.store.friends(user).await?;
    users.push(user);
    app.bus.publish(Event::Users { users, frame: ServerFrame::ContactsChanged });
    Ok(())
}

/// Only the exact name finds somebody: there is no list of users to walk through.
async fn by_username(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(username): Path<String>,
) -> Result<Json<Contact>> {
    let username = validate::username(&username).map_err(|_| Code::UserNotFound)?;
    let user = app.store.user_by_username(&username).await?;
    Ok(Json(app.store.contact(session.user.id, user.id).await?))
}
