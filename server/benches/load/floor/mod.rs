//! The floors: a relay for rooms that hands a frame to the other ends and acknowledges it to its sender. Without
//! SQLite that is all WebSockets cost; with it, all that durable messages cost.

mod sqlite;

use std::collections::HashMap;
use std::env;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{self, State};
use axum::response::Response;
use axum::routing::any;
use axum::serve::ListenerExt;
use futures_util::{SinkExt, StreamExt};
use kith_shared::ConversationId;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::common::process::Process;
use crate::fan_out::SIZES;
use crate::memory::CONNECTIONS;
use crate::seat::{Pair, Seat};

/// This program with this argument is a relay; with a folder after it, one with SQLite.
pub const ARGUMENT: &str = "serve-floor";
/// Rooms of two.
const PAIRS: usize = CONNECTIONS / 2;

pub fn start(folder: Option<&Path>) -> Result<Process> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(ARGUMENT).args(folder);
    Process::start(command)
}

/// A room for every two connections there will be.
pub fn pairs() -> Vec<Pair> {
    (0..PAIRS).map(|room| Pair { writer: seat(room, 0), reader: seat(room, 1) }).collect()
}

/// A room of each size.
pub fn groups() -> [Vec<Seat>; 2] {
    let group = |place: usize| (0..SIZES[place]).map(|end| seat(PAIRS + place, end)).collect();
    [group(0), group(1)]
}

fn seat(room: usize, end: usize) -> Seat {
    let (path, conversation) = (format!("/{room}/{end}"), ConversationId(Uuid::now_v7()));
    Seat { path, token: String::new(), conversation }
}

pub fn serve(folder: Option<&Path>) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let keeper = folder.map(sqlite::open).transpose()?;
        let relay = Arc::new(Relay { rooms: Mutex::default(), keeper });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("ready at http://{}", listener.local_addr()?);
        // As in Kith.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let router = axum::Router::new().route("/{room}/{end}", any(upgrade)).with_state(relay);
        Ok(axum::serve(listener, router).await?)
    })
}

type Queue = mpsc::UnboundedSender<Utf8Bytes>;
type End = (u32, u16);

struct Relay {
    rooms: Mutex<HashMap<u32, Vec<(u16, Queue)>>>,
    keeper: Option<sqlite::Keeper>,
}

impl Relay {
    /// In the place of who sat there before.
    fn enter(&self, (room, end): End, queue: Queue) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let room = rooms.entry(room).or_default();
        match room.iter_mut().find(|(taken, _)| *taken == end) {
            Some((_, before)) => *before = queue,
            None => room.push((end, queue)),
        }
    }
}

/// A frame on its way.
struct Letter {
    relay: Arc<Relay>,
    from: End,
    text: Utf8Bytes,
}

impl Letter {
    fn deliver(self) {
        let (room, from) = self.from;
        let rooms = self.relay.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        for (end, queue) in rooms.get(&room).into_iter().flatten() {
            let acknowledged = || Utf8Bytes::from_static(r#"{"type":"ack"}"#);
            // An end that has gone hears nothing.
            let _ = queue.send(if *end == from { acknowledged() } else { self.text.clone() });
        }
    }
}

async fn upgrade(
    State(relay): State<Arc<Relay>>,
    extract::Path(end): extract::Path<End>,
    socket: WebSocketUpgrade,
) -> Response {
    // The buffers Kith takes: a floor that wasted memory would be none.
    let socket = socket.read_buffer_size(4 * 1024).write_buffer_size(16 * 1024);
    socket.on_upgrade(move |socket| session(relay, end, socket))
}

async fn session(relay: Arc<Relay>, end: End, socket: WebSocket) {
    let (mut sink, mut stream) = socket.split();
    // Unbounded, for who drives the load bounds what is on its way.
    let (queue, mut frames) = mpsc::unbounded_channel();
    let _ = queue.send(Utf8Bytes::from_static(r#"{"type":"welcome"}"#));
    relay.enter(end, queue);
    let write = async {
        while let Some(frame) = frames.recv().await {
            sink.feed(Message::Text(frame)).await?;
            while let Ok(frame) = frames.try_recv() {
                sink.feed(Message::Text(frame)).await?;
            }
            sink.flush().await?;
        }
        Ok::<_, axum::Error>(())
    };
    let read = async {
        while let Some(Ok(Message::Text(text))) = stream.next().await {
            let letter = Letter { relay: relay.clone(), from: end, text };
            match &relay.keeper {
                Some(keeper) => keeper.keep(letter),
                None => letter.deliver(),
            }
        }
    };
    tokio::select! {
        _ = write => {}
        () = read => {}
    }
}
