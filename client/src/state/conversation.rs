//! One conversation as this device holds it: messages, the outbox's, the draft, marks.

use std::collections::VecDeque;
use std::rc::Rc;

use kith_shared::conversation::Conversation;
use kith_shared::format::{mentions, mentions_all};
use kith_shared::message::{Body, Head, Message};
use kith_shared::problem::Code;
use kith_shared::read_by_fields;
use kith_shared::user::User;
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, UserId};
use litemap::LiteMap;
use serde::Serialize;

use super::changes::Reacting;
use super::linked::Linked;
use super::media::Upload;
use super::order::keep;
use super::ranges::Ranges;
use super::unbroken::Unbroken;
use super::window::Place;

/// What Device Storage keeps of a conversation besides its messages.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Held {
    /// Members, head and read marks as last heard; one's own mark as last set, which may be ahead of the server's.
    pub conversation: Conversation,
    /// Everything up to this change has been taken in; the next expected is the one after.
    pub change: Change,
    pub ranges: Ranges,
    /// Held messages of others above one's own read mark, ascending; deleted ones and notices left out.
    pub unread: Vec<Seq>,
    /// Those of them that mention one, ascending.
    pub mentions: Vec<Seq>,
    /// What the server last counted.
    pub count: Counted,
}

read_by_fields!(Held { conversation, change, ranges } [unread, mentions] or { count });

/// What the server counted as unread, and of which moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Counted {
    pub head: Head,
    /// One's own mark then.
    pub read: Seq,
    pub unread: i64,
    pub mentions: i64,
}

read_by_fields!(Counted { head, read, unread, mentions });

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
    /// What is known of the page the draft links to.
    pub linked: Option<Linked>,
    /// The message that is being answered.
    pub replying: Option<Seq>,
    /// The message that is being edited, and what stands in the composer for it.
    pub editing: Option<(Seq, String)>,
    /// Messages of `outgoing` the server has as this change, which is behind a hole that is being filled.
    pub(super) acknowledged: Vec<(ClientId, Change)>,
    pub typing: Vec<Typing>,
    pub pinned: bool,
    /// Muted until then.
    pub muted_until: Millis,
    /// The newest message when the user archived it.
    pub archived: Option<Seq>,
    /// The user wants to look at it again.
    pub marked_unread: bool,
    /// Messages the user deleted for themselves, ascending.
    pub hidden: Vec<Seq>,
    /// Messages that are shown where they do not stand: answered or pinned ones that are not among `messages`.
    pub(super) elsewhere: LiteMap<Seq, Rc<Message>>,
    /// Messages that were lately edited or deleted, and with which change: a page that was under way meanwhile may
    /// bring them as they were. What was changed at or before `edits_from` is not among them any more.
    pub(super) edits: VecDeque<(Seq, Change)>,
    pub(super) edits_from: Change,
    /// A page one is going towards is on its way.
    pub loading: bool,
    pub place: Place,
}

/// Something of the outbox: a message, or a change of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outgoing {
    pub conversation: ConversationId,
    pub client_id: ClientId,
    /// What is said; of a change, what the message says from now on, which is nothing once it is deleted.
    pub body: Body,
    /// The message that is changed.
    pub of: Option<Seq>,
    /// The reaction, where that is what changes; `body` says nothing then.
    pub reaction: Option<Reacting>,
    /// Whether it is pinned or taken down, where that is what changes.
    pub pin: Option<bool>,
    /// The options of a poll that are chosen, where that is what changes.
    pub vote: Option<Vec<u32>>,
    /// Whether it closes a poll.
    pub closes: bool,
    /// When the server is to send it.
    pub at: Option<Millis>,
    /// By this device's clock: for showing only.
    pub written_at: Millis,
    /// Its place among everything this device wrote: the clock may step back, this doesn't.
    pub place: i64,
    /// The server refused it: it waits for the user, not for the network.
    pub refused: Option<Code>,
    /// What it carries that the server does not have yet.
    pub uploads: Vec<Upload>,
    /// The user holds that up.
    pub paused: bool,
}

// Devices hold some from before there were polls, and files.
read_by_fields!(
    Outgoing { conversation, client_id, body, of, reaction, pin, vote, at, written_at, place, refused } [uploads] or { closes, paused }
);

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
    /// The server has it.
    Sent,
    /// A device of the other's has it.
    Delivered,
    Read,
}

impl ConversationView {
    /// A conversation heard of for the first time: nothing of it is held yet.
    pub fn new(conversation: Conversation) -> Self {
        let (ranges, unread, mentions) = (Ranges::default(), Vec::new(), Vec::new());
        let count = Counted::default();
        Self::restored(Held { conversation, change: Change::ZERO, ranges, unread, mentions, count })
    }

    /// A conversation as Device Storage kept it.
    pub fn restored(held: Held) -> Self {
        Self {
            held,
            messages: Unbroken::default(),
            loaded: false,
            outgoing: Vec::new(),
            draft: String::new(),
            linked: None,
            replying: None,
            editing: None,
            acknowledged: Vec::new(),
            typing: Vec::new(),
            pinned: false,
            muted_until: 0,
            archived: None,
            marked_unread: false,
            hidden: Vec::new(),
            elsewhere: LiteMap::new(),
            edits: VecDeque::new(),
            edits_from: Change::ZERO,
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
        if self.is_group() {
            return None;
        }
        self.held.conversation.members.iter().map(|member| &member.user).find(|user| user.id != me)
    }

    /// Whether these are the user's notes to self: a dialog without another.
    pub fn is_notes(&self, me: UserId) -> bool {
        !self.is_group() && self.other(me).is_none()
    }

    /// How far `user` has read.
    pub fn read_by(&self, user: UserId) -> Seq {
        self.member(user).map_or(Seq::ZERO, |member| member.read)
    }

    /// The newest message: written here, in memory, or told of by the server.
    pub fn last_message(&self) -> Option<&Message> {
        let newest = self.messages.last().map(Rc::as_ref);
        let told = self.held.conversation.last_message.as_ref();
        newest.into_iter().chain(told).max_by_key(|message| message.seq)
    }

    /// The newest message the user has not deleted for themselves, if it is at hand.
    pub fn last_shown(&self) -> Option<&Message> {
        let shown = |message: &&Message| !self.hides(message.seq) && message.body != Body::Expired;
        let newest = self.messages.iter().rev().map(Rc::as_ref).find(shown);
        self.last_message().filter(shown).or(newest)
    }

    /// The newest message of `me` that is at hand and not deleted, and what it says: as it is shown.
    pub fn last_own(&self, me: UserId) -> Option<(Seq, String)> {
        let mut own = self.messages.iter().rev().filter(|message| message.sender == me);
        own.find_map(|message| match &self.shown(message, me).body {
            Body::Text { text, .. } => Some((message.seq, text.clone())),
            Body::Poll { .. } | Body::Sticker(_) | Body::Deleted | Body::Expired | Body::Notice(_) => None,
        })
    }

    /// How far a message of `me` has come. Of a group's others no marks are told.
    pub fn delivery(&self, me: UserId, message: &Message) -> Delivery {
        let others = self.held.conversation.members.iter().filter(|member| member.user.id != me);
        let (read, delivered) = others.fold((Seq::ZERO, Seq::ZERO), |(read, delivered), member| {
            (read.max(member.read), delivered.max(member.delivered))
        });
        match message.seq {
            seq if seq <= read => Delivery::Read,
            seq if seq <= delivered => Delivery::Delivered,
            _ => Delivery::Sent,
        }
    }

    /// The newest message of the other that this device holds, where the server may not know that it does.
    pub fn received(&self, me: UserId) -> Option<Seq> {
        let complete = self.held.change >= self.held.conversation.head.change;
        // What was read is known to have been received.
        let newest = self.held.unread.last().copied().filter(|_| complete && !self.is_group())?;
        (newest > self.member(me)?.delivered).then_some(newest)
    }

    /// Whether the conversation's first message is in memory: there is nothing older.
    pub fn at_start(&self) -> bool {
        match self.messages.first() {
            Some(first) => first <= Seq(1),
            None => self.head() == Seq::ZERO,
        }
    }

    /// Messages of others above `me`'s read mark, deleted ones and notices left out. Derived from what is held and what
    /// the server counted, never counted up and down.
    pub fn unread(&self, me: UserId) -> i64 {
        let upper = || self.head().0 - self.read_by(me).0;
        self.derived(me, &self.held.unread, self.held.count.unread).unwrap_or_else(upper)
    }

    /// The first message of others above `me`'s read mark, as far as it is known.
    pub fn first_unread(&self, me: UserId) -> Seq {
        let next = self.read_by(me).next();
        let held = self.held.unread.first().copied().unwrap_or(next);
        if self.held.ranges.covers(next, held) { held } else { next }
    }

    /// Those of them that mention `me`.
    pub fn mentions(&self, me: UserId) -> i64 {
        self.derived(me, &self.held.mentions, self.held.count.mentions).unwrap_or_default()
    }

    /// `None` where it takes the server to count them.
    fn derived(&self, me: UserId, held: &[Seq], counted: i64) -> Option<i64> {
        let (read, head, count) = (self.read_by(me), self.head(), &self.held.count);
        if read >= head {
            Some(0)
        } else if self.held.ranges.covers(read.next(), head) {
            Some(held.len() as i64)
        } else {
            let since = held.len() - held.partition_point(|unread| *unread <= count.head.seq);
            self.goes_on_from_count(read).then_some(counted + since as i64)
        }
    }

    /// Whether only the server knows how many are unread.
    pub(super) fn is_uncounted(&self, me: UserId) -> bool {
        let (read, head) = (self.read_by(me), self.head());
        read < head && !self.held.ranges.covers(read.next(), head) && !self.goes_on_from_count(read)
    }

    /// Whether what the server counted and what is held since make the whole.
    fn goes_on_from_count(&self, read: Seq) -> bool {
        let Counted { head, read: counted_read, .. } = self.held.count;
        read == counted_read && self.held.ranges.covers(head.seq.next(), self.head())
    }

    /// Whether a message that was just changed may be among those the server counted before.
    pub(super) fn was_counted(&self, me: UserId, message: &Message) -> bool {
        let (read, head, count) = (self.read_by(me), self.head(), &self.held.count);
        message.sender != me
            && message.seq > read
            && message.seq <= count.head.seq
            && message.change > count.head.change
            && !self.held.ranges.covers(read.next(), head)
    }

    /// Keeps a message among the unread ones, or takes it out.
    pub(super) fn count(&mut self, me: UserId, message: &Message) {
        let new = message.sender != me && message.seq > self.read_by(me);
        let (unread, mention) = match &message.body {
            Body::Text { .. } => (new, new && self.mentions_one(me, &message.body)),
            Body::Poll { .. } | Body::Sticker(_) => (new, false),
            Body::Deleted | Body::Expired | Body::Notice(_) => (false, false),
        };
        keep(&mut self.held.unread, message.seq, unread);
        keep(&mut self.held.mentions, message.seq, mention);
    }

    /// Whether a message means `me`.
    pub(super) fn mentions_one(&self, me: UserId, body: &Body) -> bool {
        let Body::Text { text, .. } = body else { return false };
        self.is_group() && mentions_all(text) || mentions(text, self.username(me))
    }

    fn username(&self, me: UserId) -> &str {
        self.member(me).map_or("", |member| &member.user.username)
    }

    /// Its place in the Contact List.
    pub(super) fn listing_place(&self) -> super::listing::Place {
        (!self.is_archived(), self.pinned, self.last_activity())
    }

    /// Whether the user put it away, and nothing has come since but what they had muted.
    pub fn is_archived(&self) -> bool {
        self.archived.is_some_and(|newest| self.head() <= newest || self.muted_until > self.last_activity())
    }

    /// When something last happened here, for the order of the Contact List.
    pub fn last_activity(&self) -> Millis {
        let written = self.unsent().next_back().map(|outgoing| outgoing.written_at);
        let told = self.last_message().map(|message| message.sent_at);
        written.max(told).unwrap_or(self.held.conversation.created_at)
    }
}
