//! The WebSocket client library: one connection, from its opening to its end.

use futures::channel::mpsc::UnboundedReceiver;
use futures::future::{Either, select};
use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, WebSocketError};
use gloo_timers::future::TimeoutFuture;
use kith_shared::frame::ClientFrame;
use kith_shared::json;
use kith_shared::limits::PING_INTERVAL;
use kith_shared::routes;

use super::tabs::relay;
use super::{Engine, browser};

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// With this close code, or 1006 where there was none.
    Closed(u16),
    /// Nothing was heard for too long.
    Silent,
    /// The engine wanted it to end.
    Poked,
}

const ABNORMAL: u16 = 1006;

/// Opens a connection and serves it until it ends.
pub(super) async fn run(engine: &Engine, outgoing: UnboundedReceiver<ClientFrame>) -> Ended {
    let Ok(socket) = WebSocket::open(&browser::socket_url(routes::SOCKET)) else {
        return Ended::Closed(ABNORMAL);
    };
    let (sink, stream) = socket.split();
    let reading = read(engine, stream);
    let writing = write(sink, outgoing);
    futures::pin_mut!(reading, writing);
    match select(reading, writing).await {
        Either::Left((ended, _)) => ended,
        // The sink fails a moment before the stream says why.
        Either::Right(((), reading)) => reading.await,
    }
}

async fn write(mut sink: SplitSink<WebSocket, Message>, mut outgoing: UnboundedReceiver<ClientFrame>) {
    loop {
        let ping = TimeoutFuture::new(PING_INTERVAL.as_millis() as u32);
        let frame = match select(outgoing.next(), ping).await {
            Either::Left((Some(frame), _)) => frame,
            // The engine has let go of this connection; whoever reads will hear of its end.
            Either::Left((None, _)) => return,
            Either::Right(_) => ClientFrame::Ping,
        };
        let Ok(text) = json::write(&frame) else { continue };
        if sink.send(Message::Text(text)).await.is_err() {
            return;
        }
    }
}

/// Reads until the end. Somebody answers every ping: silence means that nobody is there.
async fn read(engine: &Engine, mut stream: futures::stream::SplitStream<WebSocket>) -> Ended {
    loop {
        let patience = TimeoutFuture::new((PING_INTERVAL * 2).as_millis() as u32);
        match select(stream.next(), patience).await {
            Either::Left((Some(Ok(Message::Text(text))), _)) => take(engine, &text),
            Either::Left((Some(Ok(Message::Bytes(_))), _)) => {}
            Either::Left((Some(Err(WebSocketError::ConnectionClose(event))), _)) => {
                return Ended::Closed(event.code);
            }
            Either::Left((Some(Err(_)), _)) => {}
            Either::Left((None, _)) => return Ended::Closed(ABNORMAL),
            Either::Right(_) => return Ended::Silent,
        }
    }
}

/// A frame this version can't read is from a later one: it is passed over, and what it said is fetched by `change`.
fn take(engine: &Engine, text: &str) {
    if engine.share(relay::FRAME, "", text).is_err() {
        browser::warn(relay::UNREADABLE);
    }
}
