//! Lets a WebSocket in: who, from which site, and how much it may hold.

use axum::extract::State;
use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::http::HeaderMap;
use axum::response::Response;
use kith_shared::limits::FRAME_BYTES;
use kith_shared::problem::Code;

use super::session;
use crate::app::App;
use crate::error::{Error, Result};
use crate::rest::session::Authenticated;

/// tungstenite's default of 128 KiB would be most of what a connection costs.
const READ_BUFFER: usize = 4 * 1024;
/// Frames that wait together leave in one write; past this much, in several.
const WRITE_BUFFER: usize = 16 * 1024;
/// Up to here a frame over [`FRAME_BYTES`] is refused by name; a larger one is not read, and ends its connection.
const READ_AT_MOST: usize = 2 * FRAME_BYTES;

/// `GET /api/v1/socket`
///
/// # Errors
/// `forbidden_origin`, `unauthorized`, and `invalid_query` for a request that is no WebSocket handshake.
pub async fn upgrade(
    State(app): State<App>,
    headers: HeaderMap,
    session: Result<Authenticated>,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    app.origins.check(&headers)?;
    let Authenticated(session) = session?;
    let socket = socket.map_err(|rejection| Error::Refused {
        code: Code::InvalidQuery,
        detail: Some(rejection.body_text()),
    })?;
    Ok(socket
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(READ_AT_MOST)
        .max_frame_size(READ_AT_MOST)
        .on_upgrade(move |socket| {
            let sessions = app.sessions.clone();
            sessions.track_future(session::run(app, session, socket))
        }))
}
