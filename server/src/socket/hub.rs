//! Who is connected to this node, and what they hear.
//!
//! A frame is serialised once and its bytes are shared by all who get it. Nothing here waits: a connection whose queue
//! is full is told to close, and catches up when it comes back.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use kith_shared::frame::{ServerFrame, close};
use kith_shared::message::{Head, Message};
use kith_shared::{ConversationId, SessionId, UserId, limits};
use tokio::sync::Notify;

use super::encode;
use crate::bus::Event;

/// One socket, as the hub sees it.
pub struct Connection {
    pub id: u64,
    pub user: UserId,
    pub session: SessionId,
    /// Frames the session has not taken yet. A channel would keep 1.5 KiB ready for a connection that only listens.
    queue: Mutex<Vec<Utf8Bytes>>,
    queued: Notify,
    /// The close code, once it has to go; 0 until then.
    code: AtomicU16,
    closing: Notify,
}

impl Connection {
    pub fn new(user: UserId, session: SessionId) -> Arc<Self> {
        // Random, so that an id of this node is never one of another's.
        let (id, queue, code) = (rand::random(), Mutex::default(), AtomicU16::new(0));
        Arc::new(Self { id, user, session, queue, queued: Notify::new(), code, closing: Notify::new() })
    }

    /// Puts a frame into the queue; one too many closes the connection as too slow.
    pub fn push(&self, frame: Utf8Bytes) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.len() < limits::SOCKET_QUEUE {
            queue.push(frame);
            self.queued.notify_one();
        } else {
            self.close(close::TOO_SLOW);
        }
    }

    /// Resolves with all frames that wait, once there are any. For the session alone, which so holds at most as many
    /// again as the queue.
    pub async fn frames(&self) -> Vec<Utf8Bytes> {
        loop {
            let frames = std::mem::take(&mut *self.queue.lock().unwrap_or_else(PoisonError::into_inner));
            if !frames.is_empty() {
                return frames;
            }
            self.queued.notified().await;
        }
    }

    /// Asks the connection to close with `code`. The first one asked for stands.
    pub fn close(&self, code: u16) {
        if self.code.compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            self.closing.notify_one();
        }
    }

    /// Resolves with the close code once the connection has to go. For the session alone.
    pub async fn closed(&self) -> u16 {
        loop {
            match self.code.load(Ordering::Acquire) {
                0 => self.closing.notified().await,
                code => return code,
            }
        }
    }
}

#[derive(Default)]
pub struct Hub {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    connections: HashMap<u64, (Arc<Connection>, Vec<ConversationId>)>,
    users: HashMap<UserId, Vec<Arc<Connection>>>,
    rooms: HashMap<ConversationId, Vec<Arc<Connection>>>,
    /// The server is going down: whoever still comes in is closed at once.
    closing: bool,
}

impl Hub {
    /// Lets a connection hear what is for its user. Answers whether it is the user's first.
    pub fn enter(&self, connection: &Arc<Connection>) -> bool {
        let mut inner = self.lock();
        if inner.closing {
            connection.close(close::GOING_AWAY);
        }
        inner.connections.insert(connection.id, (connection.clone(), Vec::new()));
        let devices = inner.users.entry(connection.user).or_default();
        devices.push(connection.clone());
        devices.len() == 1
    }

    /// Lets a connection hear what is said in these conversations.
    pub fn join(
        &self,
        connection: &Arc<Connection>,
        conversations: impl IntoIterator<Item = ConversationId>,
    ) {
        let mut inner = self.lock();
        for conversation in conversations {
            inner.join(connection, conversation);
        }
    }

    /// Takes a connection out. Answers whether it was the user's last.
    pub fn leave(&self, connection: &Connection) -> bool {
        let mut inner = self.lock();
        let Some((_, conversations)) = inner.connections.remove(&connection.id) else { return false };
        for conversation in conversations {
            remove(inner.rooms.entry(conversation), connection.id);
        }
        remove(inner.users.entry(connection.user), connection.id)
    }

    /// Those of `users` with a connection.
    pub fn online(&self, users: &[UserId]) -> Vec<UserId> {
        let inner = self.lock();
        users.iter().copied().filter(|user| inner.users.contains_key(user)).collect()
    }

    /// Hands an event to whom it concerns here.
    pub fn deliver(&self, event: Event) {
        match event {
            Event::Message { message, origin } => self.message(message, origin),
            Event::Conversation { conversation, frame } => {
                let Some(bytes) = encode(&frame) else { return };
                let inner = self.lock();
                inner.rooms.get(&conversation).into_iter().flatten().for_each(|to| to.push(bytes.clone()));
            }
            Event::Users { users, frame } => {
                let Some(bytes) = encode(&frame) else { return };
                let inner = self.lock();
                let devices = users.iter().filter_map(|user| inner.users.get(user)).flatten();
                devices.for_each(|to| to.push(bytes.clone()));
            }
            Event::Joined { conversation, users } => {
                let mut inner = self.lock();
                let devices: Vec<_> =
                    users.iter().filter_map(|user| inner.users.get(user)).flatten().cloned().collect();
                devices.iter().for_each(|device| inner.join(device, conversation));
            }
            Event::SessionEnded { session } => {
                let inner = self.lock();
                let ended =
                    inner.connections.values().filter(|(connection, _)| connection.session == session);
                ended.for_each(|(connection, _)| connection.close(close::SESSION_ENDED));
            }
        }
    }

    /// Closes every connection, and those still to come, with `code`.
    pub fn close_all(&self, code: u16) {
        let mut inner = self.lock();
        inner.closing = true;
        inner.connections.values().for_each(|(connection, _)| connection.close(code));
    }

    fn message(&self, message: Message, origin: u64) {
        let head = Head { seq: message.seq, change: message.change };
        let (conversation, client_id, sent_at) = (message.conversation, message.client_id, message.sent_at);
        let Some(bytes) = encode(&ServerFrame::Message { message }) else { return };
        let inner = self.lock();
        for connection in inner.rooms.get(&conversation).into_iter().flatten() {
            if connection.id == origin {
                let ack = ServerFrame::Ack { conversation, client_id, head, sent_at };
                encode(&ack).into_iter().for_each(|ack| connection.push(ack));
            } else {
                connection.push(bytes.clone());
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic while the lock was held can't leave the maps half-changed in a way that matters to the next caller.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn join(&mut self, connection: &Arc<Connection>, conversation: ConversationId) {
        let Some((_, joined)) = self.connections.get_mut(&connection.id) else { return };
        if !joined.contains(&conversation) {
            joined.push(conversation);
            self.rooms.entry(conversation).or_default().push(connection.clone());
        }
    }
}

/// Takes a connection out of a list, and the list out of its map when it was the last.
fn remove<K>(list: Entry<'_, K, Vec<Arc<Connection>>>, id: u64) -> bool {
    let Entry::Occupied(mut list) = list else { return false };
    list.get_mut().retain(|connection| connection.id != id);
    let last = list.get().is_empty();
    if last {
        list.remove();
    }
    last
}
