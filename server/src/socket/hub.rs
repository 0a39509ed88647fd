//! Who is connected to this node, and what they hear.
//!
//! A frame is serialised once and its bytes are shared by all who get it. Nothing here waits: a connection whose queue
//! is full is told to close, and catches up when it comes back.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use kith_shared::frame::close;
use kith_shared::setting::Setting;
use kith_shared::{ConversationId, SessionId, UserId, limits};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use tokio::sync::{Notify, Semaphore};

use super::post::{self, Post};
use crate::bus::Event;
use crate::store::Privacy;

/// Writes of one connection that may wait for their commit; it is read no further until one is answered.
const WINDOW: usize = 64;

/// One socket, as the hub sees it.
pub struct Connection {
    pub id: u64,
    pub user: UserId,
    pub session: SessionId,
    /// Frames the session has not taken yet. A channel would keep 1.5 KiB ready for a connection that only listens.
    queue: Mutex<Vec<Utf8Bytes>>,
    queued: Notify,
    /// What the device shows: nothing, or Kith, and in it a conversation or none.
    shown: Mutex<Option<Option<ConversationId>>>,
    /// A permit is taken for each write, and comes back with its answer.
    pub(super) window: Semaphore,
    /// The close code, once it has to go; 0 until then.
    code: AtomicU16,
    closing: Notify,
}

impl Connection {
    pub fn new(user: UserId, session: SessionId) -> Arc<Self> {
        // Random, so that an id of this node is never one of another's.
        let (id, queue, code) = (rand::random(), Mutex::default(), AtomicU16::new(0));
        let (window, queued, closing) = (Semaphore::new(WINDOW), Notify::new(), Notify::new());
        let shown = Mutex::default();
        Arc::new(Self { id, user, session, queue, queued, shown, window, code, closing })
    }

    /// The device shows this now.
    pub fn show(&self, shown: Option<Option<ConversationId>>) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = shown;
    }

    /// Puts a frame into the queue; one too many closes the connection as too slow.
    pub fn push(&self, frame: Utf8Bytes) {
        if self.put(frame) {
            self.queued.notify_one();
        }
    }

    /// Puts a frame into the queue. Answers whether it is the first, of which the session has to be notified.
    fn put(&self, frame: Utf8Bytes) -> bool {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.len() == limits::SOCKET_QUEUE {
            self.close(close::TOO_SLOW);
            return false;
        }
        queue.push(frame);
        queue.len() == 1
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
    pub counted: Counted,
}

/// What connections have had, counted for whoever watches the server. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// Frames put into the queue of a connection.
    pub deliveries: Counter,
    /// Connections that were closed, by why.
    pub closed: Family<CloseCode, Counter>,
}

/// By what code the server closed a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CloseCode {
    pub code: u16,
}

#[derive(Default)]
struct Inner {
    connections: HashMap<u64, (Arc<Connection>, HashSet<ConversationId>)>,
    users: HashMap<UserId, Here>,
    rooms: HashMap<ConversationId, Vec<Arc<Connection>>>,
    /// The server is going down: whoever still comes in is closed at once.
    closing: bool,
}

/// A user with a connection.
#[derive(Default)]
struct Here {
    devices: Vec<Arc<Connection>>,
    privacy: Privacy,
    /// Whether the privacy is all that was set. Before, nothing is told of them.
    known: bool,
}

impl Here {
    fn is_online(&self) -> bool {
        self.known && !self.privacy.presence.off
    }
}

impl Hub {
    /// Lets a connection hear what is for its user. Answers whether what the user keeps to themselves is known.
    pub fn enter(&self, connection: &Arc<Connection>) -> bool {
        let mut inner = self.lock();
        if inner.closing {
            connection.close(close::GOING_AWAY);
        }
        inner.connections.insert(connection.id, (connection.clone(), HashSet::new()));
        let here = inner.users.entry(connection.user).or_default();
        here.devices.push(connection.clone());
        here.known
    }

    /// Takes in what a user keeps to themselves, as it was read. Answers whether friends may see them only now.
    pub fn know(&self, user: UserId, privacy: Privacy) -> bool {
        let mut inner = self.lock();
        let Some(here) = inner.users.get_mut(&user) else { return false };
        let before = here.is_online();
        here.privacy.merge(privacy);
        here.known = true;
        !before && here.is_online()
    }

    /// Takes in a setting, which may be one of those.
    pub fn learn(&self, user: UserId, setting: &Setting) {
        if let Some(here) = self.lock().users.get_mut(&user) {
            here.privacy.learn(&setting.key, setting.value.as_deref(), setting.change);
        }
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
        let Entry::Occupied(mut here) = inner.users.entry(connection.user) else { return false };
        here.get_mut().devices.retain(|device| device.id != connection.id);
        let last = here.get().devices.is_empty();
        if last {
            here.remove();
        }
        last
    }

    /// Those of `users` with a connection who don't keep it to themselves.
    pub fn online(&self, users: &[UserId]) -> Vec<UserId> {
        let inner = self.lock();
        let is_online = |user: &UserId| inner.users.get(user).is_some_and(Here::is_online);
        users.iter().copied().filter(is_online).collect()
    }

    /// Whether the user has a connection, and doesn't keep it to themselves.
    pub fn is_online(&self, user: UserId) -> bool {
        self.lock().users.get(&user).is_some_and(Here::is_online)
    }

    /// Which of `users` have this conversation before them on one of their devices, and which devices show Kith at all.
    pub fn attending(
        &self,
        conversation: ConversationId,
        users: impl IntoIterator<Item = UserId>,
    ) -> (HashSet<UserId>, HashSet<SessionId>) {
        let inner = self.lock();
        let (mut attending, mut showing) = (HashSet::new(), HashSet::new());
        for device in
            users.into_iter().filter_map(|user| inner.users.get(&user)).flat_map(|here| &here.devices)
        {
            let shown = *device.shown.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(shown) = shown {
                showing.insert(device.session);
                attending.extend((shown == Some(conversation)).then_some(device.user));
            }
        }
        (attending, showing)
    }

    /// The user's sessions that have a connection here.
    pub fn sessions(&self, user: UserId) -> HashSet<SessionId> {
        let inner = self.lock();
        let devices = inner.users.get(&user).into_iter().flat_map(|here| &here.devices);
        devices.map(|device| device.session).collect()
    }

    /// Whether others may be told that the user is typing.
    pub fn tells_typing(&self, user: UserId) -> bool {
        self.lock().users.get(&user).is_some_and(|here| here.known && !here.privacy.typing.off)
    }

    /// Hands events to whom they concern here, in their order.
    pub fn deliver(&self, events: Vec<Event>) {
        // Each is serialised before the lock is taken, and frames are put together of that. Nobody is woken before all is
        // in the queues: a session then writes what is for it in one go.
        let posts = post::posts(events);
        let mut woken = Vec::new();
        let mut inner = self.lock();
        let frames = posts.into_iter().map(|post| inner.put(post, &mut woken)).sum();
        drop(inner);
        self.counted.deliveries.inc_by(frames);
        woken.iter().for_each(|connection| connection.queued.notify_one());
    }

    /// Whether the server is going down.
    pub fn is_closing(&self) -> bool {
        self.lock().closing
    }

    /// How many connections there are, and of how many users.
    pub fn size(&self) -> (usize, usize) {
        let inner = self.lock();
        (inner.connections.len(), inner.users.len())
    }

    /// Closes every connection, and those still to come, with `code`.
    pub fn close_all(&self, code: u16) {
        let mut inner = self.lock();
        inner.closing = true;
        inner.connections.values().for_each(|(connection, _)| connection.close(code));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic while the lock was held can't leave the maps half-changed in a way that matters to the next caller.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Puts it into the queues; `woken` are those whose session has to be notified. Answers how many frames that were.
    fn put(&mut self, post: Post, woken: &mut Vec<Arc<Connection>>) -> u64 {
        let mut frames = 0;
        let mut put = |to: &Arc<Connection>, bytes: &Utf8Bytes| {
            frames += 1;
            if to.put(bytes.clone()) {
                woken.push(to.clone());
            }
        };
        match post {
            Post::Messages(messages) => {
                let room = self.rooms.get(&messages.conversation).into_iter().flatten();
                room.for_each(|to| messages.frames(to.id).iter().for_each(|bytes| put(to, bytes)));
            }
            Post::Changed { conversation, bytes, own, origin, ack } => {
                let own = |to: &Connection| own.iter().find(|(user, _)| *user == to.user);
                let room = self.rooms.get(&conversation).into_iter().flatten();
                room.for_each(|to| put(to, own(to).map_or(&bytes, |(_, bytes)| bytes)));
                self.connections.get(&origin).into_iter().for_each(|(to, _)| put(to, &ack));
            }
            Post::Conversation { conversation, bytes } => {
                self.rooms.get(&conversation).into_iter().flatten().for_each(|to| put(to, &bytes));
            }
            Post::Users { users, bytes } => self.devices(&users).for_each(|to| put(to, &bytes)),
            Post::Joined { conversation, users } => {
                let devices: Vec<_> = self.devices(&users).cloned().collect();
                devices.iter().for_each(|device| self.join(device, conversation));
            }
            Post::Left { conversation, users } => {
                let devices: Vec<_> = self.devices(&users).cloned().collect();
                devices.iter().for_each(|device| self.quit(device, conversation));
            }
            Post::SessionEnded { session } => {
                let all = self.connections.values().map(|(connection, _)| connection);
                let ended = all.filter(|connection| connection.session == session);
                ended.for_each(|connection| connection.close(close::SESSION_ENDED));
            }
        }
        frames
    }

    fn devices<'a>(&'a self, users: &'a [UserId]) -> impl Iterator<Item = &'a Arc<Connection>> {
        users.iter().filter_map(|user| self.users.get(user)).flat_map(|here| &here.devices)
    }

    fn join(&mut self, connection: &Arc<Connection>, conversation: ConversationId) {
        let Some((_, joined)) = self.connections.get_mut(&connection.id) else { return };
        if joined.insert(conversation) {
            self.rooms.entry(conversation).or_default().push(connection.clone());
        }
    }

    fn quit(&mut self, connection: &Connection, conversation: ConversationId) {
        let Some((_, joined)) = self.connections.get_mut(&connection.id) else { return };
        if joined.remove(&conversation) {
            remove(self.rooms.entry(conversation), connection.id);
        }
    }
}

/// Takes a connection out of a list, and the list out of its map when it was the last.
fn remove<K>(list: Entry<'_, K, Vec<Arc<Connection>>>, id: u64) {
    let Entry::Occupied(mut list) = list else { return };
    list.get_mut().retain(|connection| connection.id != id);
    if list.get().is_empty() {
        list.remove();
    }
}
