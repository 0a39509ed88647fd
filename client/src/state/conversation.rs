//! One conversation as this device holds it: messages, the outbox's, the draft, marks.

use std::rc::Rc;

use kith_shared::conversation::Conversation;
use kith_shared::message::{Body, Message};
use kith_shared::problem::Code;
use kith_shared::user::User;
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, UserId};
use serde::{Deserialize, Serialize};

use super::ranges::Ranges;
use super::unbroken::Unbroken;
use super::window::Place;

/// What Device Storage keeps of a conversation besides its messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Members, head and read marks as last heard; one's own mark as last set, which may be ahead of the server's.
    pub conversation: Conversation,
    /// Everything up to this change has been taken in; the next expected is the one after.
    pub change: Change,
    pub ranges: Ranges,
    /// Held messages of others above one's own read mark, ascending.
    pub unread: Vec<Seq>,
    /// Where the head and one's own mark were when the server counted `conversation.unread`.
    pub counted: (Seq, Seq),
}

/// A conversation, and what of it is at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationView {
    pub held: Held,
    /// Those around where one is.
    pub messages: Unbroken,
    /// Whether `messages` has been filled from Device Storage or the server.
    pub loaded: bool,
    /// Written here and not acknowledged yet, oldest first.
    pub outgoing: Vec<Rc<Outgoing>>,
    /// What stands in the composer. Kept over reloads.
    pub draft: String,
    pub typing: Vec<Typing>,
    /// A page one is going towards is on its way.
    pub loading: bool,
    pub place: Place,
}

/// A message of the outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    pub conversation: ConversationId,
    pub client_id: ClientId,
    pub body: Body,
    /// By this device's clock: for showing only.
    pub written_at: Millis,
    /// Its place among everything this device wrote: the clock may step back, this doesn't.
    pub place: i64,
    /// The server refused it: it waits for the user, not for the network.
    #[serde(default)]
    pub refused: Option<Code>,
}

/// Somebody else is typing, and until when that is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typing {
    pub user: UserId,
    pub until: Millis,
}

/// What a bubble of one's own shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    Sending,
    Refused(Code),
    Sent,
    Read,
}

impl ConversationView {
    /// A conversation heard of for the first time: nothing of it is held yet.
    pub fn new(conversation: Conversation) -> Self {
        let counted = (Seq::ZERO, Seq::ZERO);
        let (ranges, unread) = (Ranges::default(), Vec::new());
        Self::restored(Held { conversation, change: Change::ZERO, ranges, unread, counted })
    }

    /// A conversation as Device Storage kept it.
    pub fn restored(held: Held) -> Self {
        Self {
            held,
            messages: Unbroken::default(),
            loaded: false,
            outgoing: Vec::new(),
            draft: String::new(),
            typing: Vec::new(),
            loading: false,
            place: Place::Newest,
        }
    }

    pub fn id(&self) -> ConversationId {
        self.held.conversation.id
    }

    /// Whether one may write here now.
    pub fn writable(&self) -> bool {
        self.held.conversation.writable
    }

    /// The newest `seq` there is, held or not.
    pub fn head(&self) -> Seq {
        self.held.conversation.head.seq
    }

    /// The other person of a direct dialog.
    pub fn other(&self, me: UserId) -> Option<&User> {
        self.held.conversation.members.iter().map(|member| &member.user).find(|user| user.id != me)
    }

    /// How far `user` has read.
    pub fn read_by(&self, user: UserId) -> Seq {
        let mut members = self.held.conversation.members.iter();
        members.find(|member| member.user.id == user).map_or(Seq::ZERO, |member| member.read)
    }

    /// The newest message: written here, in memory, or told of by the server.
    pub fn last_message(&self) -> Option<&Message> {
        let newest = self.messages.last().map(Rc::as_ref);
        let told = self.held.conversation.last_message.as_ref();
        newest.into_iter().chain(told).max_by_key(|message| message.seq)
    }

    /// Whether a message of `me` was read by somebody else.
    pub fn delivery(&self, me: UserId, message: &Message) -> Delivery {
        let others = self.held.conversation.members.iter().filter(|member| member.user.id != me);
        let read = others.map(|member| member.read).max().unwrap_or_default();
        if message.seq <= read { Delivery::Read } else { Delivery::Sent }
    }

    /// Whether the conversation's first message is in memory: there is nothing older.
    pub fn at_start(&self) -> bool {
        match self.messages.first() {
            Some(first) => first <= Seq(1),
            None => self.head() == Seq::ZERO,
        }
    }

    /// Messages of others above `me`'s read mark. Derived from what is held and what the server counted, never counted
    /// up and down.
    pub fn unread(&self, me: UserId) -> i64 {
        let (read, head) = (self.read_by(me), self.head());
        let (counted_head, counted_read) = self.held.counted;
        if read >= head {
            0
        } else if self.held.ranges.covers(read.next(), head) {
            self.held.unread.len() as i64
        } else if read == counted_read {
            self.held.conversation.unread + self.unread_above(counted_head)
        } else {
            head.0 - read.0
        }
    }

    fn unread_above(&self, seq: Seq) -> i64 {
        (self.held.unread.len() - self.held.unread.partition_point(|unread| *unread <= seq)) as i64
    }

    /// When something last happened here, for the order of the Contact List.
    pub fn last_activity(&self) -> Millis {
        let written = self.outgoing.last().map(|outgoing| outgoing.written_at);
        let told = self.last_message().map(|message| message.sent_at);
        written.max(told).unwrap_or(self.held.conversation.created_at)
    }
}
