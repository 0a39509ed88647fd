//! The REST API: one file a resource, with its routes and handlers.

mod auth;
mod avatars;
mod bots;
mod contacts;
mod conversations;
mod extract;
mod files;
mod groups;
mod health;
mod hooks;
mod invitations;
mod joining;
mod messages;
mod previews;
mod push;
mod scheduled;
mod search;
pub mod session;
mod sessions;
mod settings;
mod stickers;
mod timer;
mod uploads;

pub use extract::nothing_here;
pub use files::by_signature;
pub use health::router as health;
mod users;

use axum::Router;

use crate::app::App;

/// All routes under `/api/v1` but the socket's, and the health check's.
pub fn router() -> Router<App> {
    Router::new()
        .merge(auth::router())
        .merge(sessions::router())
        .merge(users::router())
        .merge(avatars::router())
        .merge(contacts::router())
        .merge(invitations::router())
        .merge(conversations::router())
        .merge(groups::router())
        .merge(joining::router())
        .merge(timer::router())
        .merge(messages::router())
        .merge(previews::router())
        .merge(bots::router())
        .merge(hooks::router())
        .merge(push::router())
        .merge(settings::router())
        .merge(scheduled::router())
        .merge(search::router())
        .merge(uploads::router())
        .merge(files::router())
        .merge(stickers::router())
        .merge(health::router())
        .method_not_allowed_fallback(extract::method_not_allowed)
}
