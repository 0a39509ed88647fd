//! Incoming webhooks: whoever knows one's address writes through it.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use kith_shared::bot::PostMessage;
use kith_shared::message::Posted;
use kith_shared::problem::Code;
use kith_shared::{ClientId, limits, routes};
use uuid::Uuid;

use super::extract::{Json, Path};
use crate::app::App;
use crate::error::Result;
use crate::store::webhooks::Hook;
use crate::{posting, token};

const IDEMPOTENCY_KEY: &str = "idempotency-key";

pub fn router() -> Router<App> {
    Router::new().route(routes::HOOK, post(write))
}

async fn write(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Json(PostMessage { text, client_id }): Json<PostMessage>,
) -> Result<Json<Posted>> {
    let hook = app.store.hook(&token::hash(&token)).await?;
    let client_id = match client_id {
        Some(client_id) => client_id,
        None => by_key(&hook, &headers)?.unwrap_or_else(|| ClientId(Uuid::now_v7())),
    };
    let Hook { bot, conversation, .. } = hook;
    let written = posting::post(&app.writer, bot, conversation, client_id, text).await?;
    Ok(Json(Posted { conversation, client_id, head: written.head, sent_at: written.sent_at }))
}

/// The `client_id` an `Idempotency-Key` stands for, if there is one.
///
/// # Errors
/// `invalid_idempotency_key`
fn by_key(hook: &Hook, headers: &HeaderMap) -> Result<Option<ClientId>> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| (1..=limits::IDEMPOTENCY_KEY_BYTES).contains(&key.len()));
    Ok(Some(posting::named(hook.id.0, key.ok_or(Code::InvalidIdempotencyKey)?)))
}
