//! After what time a conversation's messages disappear.

use axum::Router;
use axum::extract::State;
use axum::routing::put;
use kith_shared::conversation::{Conversation, SetTimer};
use kith_shared::frame::ServerFrame;
use kith_shared::{ConversationId, routes, validate};

use super::extract::{Json, Path};
use super::session::Authenticated;
use crate::app::App;
use crate::bus::Event;
use crate::error::Result;

pub fn router() -> Router<App> {
    Router::new().route(routes::TIMER, put(set))
}

async fn set(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(conversation): Path<ConversationId>,
    Json(SetTimer { expire_after }): Json<SetTimer>,
) -> Result<Json<Conversation>> {
    let me = session.user.id;
    expire_after.map_or(Ok(()), validate::timer)?;
    let _ordered = app.membership.write().await;
    if let Some(revision) = app.store.set_timer(me, conversation, expire_after).await? {
        let frame = ServerFrame::Timer { conversation, revision, expire_after };
        app.bus.publish(Event::Conversation { conversation, frame });
    }
    Ok(Json(app.store.conversation(me, conversation).await?))
}
