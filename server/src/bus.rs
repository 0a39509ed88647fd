//! Between nodes: what happened here and has to reach connections anywhere.
//!
//! With one node the bus is a call into the hub. With many, NATS will carry the same events, each published once,
//! whatever the number of members; every node then gives them to its own hub.

use std::sync::Arc;

use kith_shared::frame::ServerFrame;
use kith_shared::{ClientId, ConversationId, SessionId, UserId};
use tokio::sync::Notify;

use crate::indexer;
use crate::push::Inbox;
use crate::socket::hub::Hub;
use crate::store::{Changed, Moved, Publish, Sealed};

/// Something connections have to hear of.
#[derive(Clone, Debug)]
pub enum Event {
    /// A durable message. The connection it came by gets the acknowledgement instead, in the same place of the order.
    Message { message: Sealed, origin: u64 },
    /// A durable change of a message: for everybody who is a member. The connection it came by gets the acknowledgement
    /// after it. Who `voted` hears with it what they have chosen now.
    Changed { message: Sealed, voted: Option<(UserId, Vec<u32>)>, client_id: ClientId, origin: u64 },
    /// For everybody who is a member.
    Conversation { conversation: ConversationId, frame: ServerFrame },
    /// For every device of these users.
    Users { users: Vec<UserId>, frame: ServerFrame },
    /// These users' devices hear of this conversation from now on.
    Joined { conversation: ConversationId, users: Vec<UserId> },
    /// These users' devices hear of this conversation no more.
    Left { conversation: ConversationId, users: Vec<UserId> },
    /// The session was ended: its connections close.
    SessionEnded { session: SessionId },
}

/// Carries events to every node's hub, this one's too.
pub trait Bus: Send + Sync + 'static {
    /// Never waits, and keeps the order of one conversation's events.
    fn publish_all(&self, events: Vec<Event>);

    fn publish(&self, event: Event) {
        self.publish_all(vec![event]);
    }
}

/// The bus of a single node.
pub struct InProcess {
    hub: Arc<Hub>,
}

impl InProcess {
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }
}

impl Bus for InProcess {
    fn publish_all(&self, events: Vec<Event>) {
        self.hub.deliver(events);
    }
}

/// What the writer committed goes to the bus, and then into the search index, to bots' addresses and to devices where Kith
/// is not open.
pub struct Committed {
    pub bus: Arc<dyn Bus>,
    pub indexer: indexer::Waker,
    pub expirer: Arc<Notify>,
    pub sender: Arc<Notify>,
    pub pushes: Arc<Inbox>,
}

impl Publish for Committed {
    fn publish(&self, messages: Vec<(Sealed, u64)>, changed: Vec<Changed>, marks: Vec<Moved>) {
        let (is_news, is_change) = (!messages.is_empty(), !messages.is_empty() || !changed.is_empty());
        let disappears = messages.iter().any(|(message, _)| message.expires_at.is_some());
        let pushed = self.pushes.read(&messages, &changed, &marks);
        let messages = messages.into_iter().map(|(message, origin)| Event::Message { message, origin });
        let changed = changed.into_iter().map(|Changed { message, voted, client_id, origin }| {
            Event::Changed { message, voted, client_id, origin }
        });
        let marks = marks.into_iter().flat_map(moved);
        self.bus.publish_all(messages.chain(changed).chain(marks).collect());
        pushed.into_iter().for_each(|news| self.pushes.put(news));
        if is_news {
            self.indexer.wake();
        }
        if disappears {
            self.expirer.notify_one();
        }
        if is_change {
            self.sender.notify_one();
        }
    }
}

/// Whoever may not hear how far somebody has read still hears what they have received.
fn moved(Moved { conversation, user, read, delivered, private }: Moved) -> impl Iterator<Item = Event> {
    let read = read.map(|seq| {
        let frame = ServerFrame::Read { conversation, user, seq };
        if private {
            Event::Users { users: vec![user], frame }
        } else {
            Event::Conversation { conversation, frame }
        }
    });
    let told = read.is_some() && !private;
    let received = delivered.filter(|_| !told).map(|seq| Event::Conversation {
        conversation,
        frame: ServerFrame::Received { conversation, user, seq },
    });
    read.into_iter().chain(received)
}
