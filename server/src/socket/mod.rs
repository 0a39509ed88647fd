//! The WebSocket server: `hub` knows who is connected here and `post` what they hear, `session` is one connection,
//! `upgrade` lets it in.

pub mod hub;
mod incoming;
mod post;
mod session;
mod upgrade;

pub use upgrade::upgrade;

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;

/// A frame as it goes out. Cloning shares the bytes.
pub(crate) fn encode(frame: &impl Serialize) -> Option<Utf8Bytes> {
    serialised(serde_json::to_string(frame)).map(Utf8Bytes::from)
}

/// What could be; what could not is in the log.
fn serialised<T>(result: serde_json::Result<T>) -> Option<T> {
    result.inspect_err(|error| tracing::error!(%error, "a frame could not be serialised")).ok()
}
