//! One conversation as this device holds it: stored messages, the outbox's, drafts, marks.

use std::collections::BTreeMap;
use std::rc::Rc;

use kith_shared::conversation::Conversation;
use kith_shared::message::{Body, Message};
use kith_shared::problem::Code;
use kith_shared::{ClientId, ConversationId, Millis, Seq, UserId};

/// A conversation, and what of it is at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationView {
    /// Members, head and read marks as last heard.
    pub conversation: Conversation,
    /// Loaded messages by `seq`. Without holes inside the range that was loaded: the newest of the conversation, and
    /// as far up as one has scrolled.
    pub messages: BTreeMap<Seq, Rc<Message>>,
    /// Written here and not acknowledged yet, oldest first.
    pub outgoing: Vec<Rc<Outgoing>>,
    /// What stands in the composer. Kept over reloads.
    pub draft: String,
    pub typing: Vec<Typing>,
    /// An older page is on its way.
    pub loading_older: bool,
    /// The first message of the conversation is loaded: there is nothing older.
    pub at_start: bool,
}

/// A message of the outbox.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Outgoing {
    pub conversation: ConversationId,
    pub client_id: ClientId,
    pub body: Body,
    /// By this device's clock: for showing only.
    pub written_at: Millis,
    /// The server refused it: it waits for the user, not for the network.
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
    pub fn id(&self) -> ConversationId {
        self.conversation.id
    }

    /// The other person of a direct dialog.
    pub fn other(&self, me: UserId) -> Option<&kith_shared::user::User> {
        self.conversation.members.iter().map(|member| &member.user).find(|user| user.id != me)
    }

    /// How far `user` has read.
    pub fn read_by(&self, user: UserId) -> Seq {
        let member = self.conversation.members.iter().find(|member| member.user.id == user);
        member.map_or(Seq::ZERO, |member| member.read)
    }

    /// The furthest anybody but `me` has read.
    pub fn read_by_others(&self, me: UserId) -> Seq {
        let others = self.conversation.members.iter().filter(|member| member.user.id != me);
        others.map(|member| member.read).max().unwrap_or_default()
    }

    /// Whether a message of `me` was read by somebody else.
    pub fn delivery(&self, me: UserId, message: &Message) -> Delivery {
        if message.seq <= self.read_by_others(me) { Delivery::Read } else { Delivery::Sent }
    }

    /// Messages of others above `me`'s read mark. Derived, never counted up and down: from the loaded messages where
    /// they reach down to the mark, else from the server's count for the mark it knew.
    pub fn unread(&self, me: UserId) -> i64 {
        let read = self.read_by(me);
        if read >= self.conversation.head.seq {
            return 0;
        }
        let above = self.messages.range(read.next()..);
        let held = above.clone().count() as i64;
        if held == self.conversation.head.seq.0 - read.0 {
            above.filter(|(_, message)| message.sender != me).count() as i64
        } else {
            self.conversation.unread
        }
    }

    /// When something last happened here, for the order of the Contact List.
    pub fn last_activity(&self) -> Millis {
        let written = self.outgoing.last().map(|outgoing| outgoing.written_at);
        let newest = self.messages.values().next_back().map(|message| message.sent_at);
        let told = self.conversation.last_message.as_ref().map(|message| message.sent_at);
        [written, newest, told, Some(self.conversation.created_at)].into_iter().flatten().max().unwrap_or(0)
    }
}
