//! One connection: it writes what the hub queued, hands on what the device sends, and ends when either side is done.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use kith_shared::auth::Session;
use kith_shared::frame::{ServerFrame, close};
use kith_shared::limits::SOCKET_IDLE;
use tokio::time::Instant;

use super::hub::{CloseCode, Connection};
use super::{encode, incoming};
use crate::app::App;
use crate::error::Result;
use crate::{presence, time};

/// How long a connection that has to go may take to hear why.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Serves one connection until it ends.
pub(super) async fn run(app: App, session: Session, socket: WebSocket) {
    let connection = Connection::new(session.user.id, session.id);
    let (mut sink, stream) = socket.split();
    // Boxed: what only coming and going need takes no room while a connection just listens.
    let code = match Box::pin(enter(&app, &connection, session)).await {
        Ok(welcome) => tokio::select! {
            code = write(&mut sink, welcome, &connection) => code,
            code = read(&app, &connection, stream) => code,
            code = connection.closed() => Some(code),
        },
        Err(error) => {
            tracing::error!(%error, "a connection could not be welcomed");
            Some(close::GOING_AWAY)
        }
    };
    Box::pin(leave(&app, &connection)).await;
    if let Some(code) = code {
        app.hub.counted.closed.get_or_create(&CloseCode { code }).inc();
        let frame = CloseFrame { code, reason: Utf8Bytes::default() };
        // Whoever is too slow to hear it in time learns from the connection's end.
        let _ = tokio::time::timeout(LAST_WORDS, sink.send(Message::Close(Some(frame)))).await;
    }
}

/// Joins first and reads the heads after: what is committed in between is heard of twice rather than never.
async fn enter(app: &App, connection: &Arc<Connection>, session: Session) -> Result<Option<Utf8Bytes>> {
    let user = connection.user;
    let known = app.hub.enter(connection);
    // Whoever ended the session before it was among the connections could not close this one.
    if !app.store.has_session(session.id).await? {
        connection.close(close::SESSION_ENDED);
    }
    let unchanged = app.membership.read().await;
    let conversations = app.store.conversation_ids(user).await?;
    app.hub.join(connection, conversations);
    drop(unchanged);
    let friends = app.store.friends(user).await?;
    presence::seen(app, user, session.id);
    let online = app.hub.online(&friends);
    if !known && app.hub.know(user, app.store.privacy(user).await?) {
        presence::announce_to(app, user, friends).await;
    }
    Ok(encode(&ServerFrame::Welcome {
        session: session.id,
        user: session.user,
        now: time::now(),
        conversations: app.store.conversation_states(user).await?,
        scheduled: app.store.schedule_head(user).await?,
        settings: app.store.settings_head(user).await?,
        online,
    }))
}

async fn leave(app: &App, connection: &Connection) {
    let was_online = app.hub.is_online(connection.user);
    presence::seen(app, connection.user, connection.session);
    if app.hub.leave(connection) && was_online {
        presence::announce(app, connection.user).await;
    }
}

/// The welcome, then whatever is queued, as much as waits in one go. Ends when the peer is gone.
async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    welcome: Option<Utf8Bytes>,
    connection: &Connection,
) -> Option<u16> {
    let mut frames = Vec::from_iter(welcome);
    loop {
        for frame in frames {
            sink.feed(Message::Text(frame)).await.ok()?;
        }
        sink.flush().await.ok()?;
        frames = connection.frames().await;
    }
}

/// Reads and hands on frames. Ends with a close code, or with none when the peer ended it.
async fn read(app: &App, connection: &Arc<Connection>, mut stream: SplitStream<WebSocket>) -> Option<u16> {
    let idle = tokio::time::sleep(SOCKET_IDLE);
    tokio::pin!(idle);
    loop {
        tokio::select! {
            message = stream.next() => {
                idle.as_mut().reset(Instant::now() + SOCKET_IDLE);
                let text = match message {
                    Some(Ok(Message::Text(text))) => Some(text),
                    Some(Ok(Message::Binary(_))) => None,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Close(_))) | None => return None,
                    // Not UTF-8, or no WebSocket at all: RFC 6455 has the connection fail. If it simply broke, nobody
                    // hears this.
                    Some(Err(_)) => return Some(close_code::INVALID),
                };
                // Boxed too: it waits but rarely.
                Box::pin(incoming::handle(app, connection, text.as_deref())).await;
            }
            () = &mut idle => return Some(close::IDLE),
        }
    }
}
