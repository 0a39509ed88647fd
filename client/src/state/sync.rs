//! Staying the same as the server: frames, pages, and what to do about holes.
//!
//! Messages are taken in by `change`, each the next one expected. One that is not tells of a hole: it is left alone,
//! and "changed after N" brings it together with what is missing. So order and repeats do no harm.

use std::rc::Rc;

use kith_shared::conversation::Conversation;
use kith_shared::frame::{ConversationState, ServerFrame};
use kith_shared::limits::{PAGE_MESSAGES, TYPING_LIFE};
use kith_shared::message::{Message, Page};
use kith_shared::{Change, ConversationId, Millis, Seq, UserId};

use super::{ConversationView, Cut, Effect, State, Typing};

impl State {
    pub(super) fn take_frame(&mut self, frame: ServerFrame, effects: &mut Vec<Effect>) {
        match frame {
            ServerFrame::Welcome { user, conversations, online, now, .. } => {
                self.now = now;
                self.set_profile(user);
                self.set_online(online);
                self.welcome(conversations, effects);
            }
            ServerFrame::Message { message } => {
                let conversation = message.conversation;
                if !self.conversations.contains_key(&conversation) {
                    effects.push(Effect::FetchConversations);
                }
                self.change(conversation, |view, me| view.take_message(me, message, effects));
            }
            ServerFrame::Ack { conversation, client_id, head, sent_at } => {
                self.change(conversation, |view, me| view.take_ack(me, client_id, head, sent_at, effects));
            }
            ServerFrame::Read { conversation, user, seq } => {
                self.change(conversation, |view, me| view.take_read(me, user, seq, effects));
            }
            ServerFrame::Typing { conversation, user } => {
                let until = self.now + TYPING_LIFE.as_millis() as Millis;
                self.change(conversation, |view, me| view.take_typing(me, user, until));
            }
            ServerFrame::Presence { user, online } => self.set_presence(user, online),
            ServerFrame::Conversation { conversation } => self.upsert_conversation(conversation, effects),
            ServerFrame::ContactsChanged => effects.push(Effect::FetchContacts),
            ServerFrame::Error { code, client_id: Some(client_id), .. } => {
                self.refuse(client_id, code, effects)
            }
            ServerFrame::Members { .. }
            | ServerFrame::Title { .. }
            | ServerFrame::Left { .. }
            | ServerFrame::Setting { .. }
            | ServerFrame::Error { .. }
            | ServerFrame::Pong
            | ServerFrame::Unknown => {}
        }
    }

    /// What is known of each conversation's head against what is held.
    fn welcome(&mut self, states: Vec<ConversationState>, effects: &mut Vec<Effect>) {
        effects.push(Effect::FetchConversations);
        effects.push(Effect::FetchContacts);
        for state in states {
            self.change(state.conversation, |view, me| view.take_state(me, &state, effects));
        }
        effects.push(Effect::SendOutbox);
    }

    pub(super) fn upsert_conversation(&mut self, conversation: Conversation, effects: &mut Vec<Effect>) {
        let id = conversation.id;
        let views = Rc::make_mut(&mut self.conversations);
        views.entry(id).or_insert_with(|| Rc::new(ConversationView::new(conversation.clone())));
        self.change(id, |view, me| view.take_conversation(me, conversation, effects));
    }

    pub(super) fn see(&mut self, conversation: ConversationId, seq: Seq, effects: &mut Vec<Effect>) {
        self.change(conversation, |view, me| {
            if seq > view.read_by(me) && seq <= view.head() {
                view.take_read(me, me, seq, effects);
                effects.push(Effect::SendRead { conversation, seq });
            }
        });
    }
}

impl ConversationView {
    /// A message, new or changed. Everything that shows a message to this device goes through here or a page.
    pub(super) fn take_message(&mut self, me: UserId, message: Message, effects: &mut Vec<Effect>) {
        if message.change <= self.held.change {
            // Held already, an echo; but the outbox may not have heard.
            self.drop_outgoing(message.client_id, effects);
            return;
        }
        let head = &mut self.held.conversation.head;
        head.seq = head.seq.max(message.seq);
        head.change = head.change.max(message.change);
        if message.change > self.held.change.next() {
            effects.push(Effect::CatchUp(self.id()));
            return;
        }
        self.held.change = message.change;
        self.typing.retain(|typing| typing.user != message.sender);
        let messages = self.hold(me, vec![message], effects);
        self.show(Cut::Changed, &messages);
    }

    /// A page that was asked for.
    pub(super) fn take_page(&mut self, me: UserId, cut: Cut, page: Page, effects: &mut Vec<Effect>) {
        let Page { messages, more, head } = page;
        let known = &mut self.held.conversation.head;
        known.seq = known.seq.max(head.seq);
        known.change = known.change.max(head.change);
        let last_change = messages.last().map(|message| message.change);
        match cut {
            Cut::Newest => {
                // Nothing was held: what is older comes, when it does, as it will be then.
                if self.held.ranges.is_empty() {
                    self.held.change = self.held.change.max(head.change);
                }
            }
            Cut::Before(seq) => {
                let first = if more { messages.first().map_or(seq, |message| message.seq) } else { Seq(1) };
                self.held.ranges.insert(first, seq.previous());
            }
            // Each message is held as it comes: `seq` is dense.
            Cut::After(_) | Cut::Around(_) => {}
            Cut::Changed => {
                let reached = if more { last_change.unwrap_or(Change::ZERO) } else { head.change };
                self.held.change = self.held.change.max(reached);
            }
        }
        let messages = self.hold(me, messages, effects);
        self.show(cut, &messages);
        if self.held.change < self.held.conversation.head.change && cut == Cut::Changed {
            effects.push(Effect::CatchUp(self.id()));
        }
    }

    /// Puts messages where they belong: into the ranges held, out of the outbox, into Device Storage. To be shown, too,
    /// also before Device Storage has answered: what comes while it is read would be missed.
    fn hold(&mut self, me: UserId, messages: Vec<Message>, effects: &mut Vec<Effect>) -> Vec<Rc<Message>> {
        let read = self.read_by(me);
        let mut stored = Vec::with_capacity(messages.len());
        for message in messages {
            self.held.ranges.insert(message.seq, message.seq);
            if message.sender == me {
                self.drop_outgoing(message.client_id, effects);
            } else if message.seq > read
                && let Err(place) = self.held.unread.binary_search(&message.seq)
            {
                self.held.unread.insert(place, message.seq);
            }
            let last = &mut self.held.conversation.last_message;
            if last.as_ref().is_none_or(|last| (last.seq, last.change) < (message.seq, message.change)) {
                *last = Some(message.clone());
            }
            stored.push(Rc::new(message));
        }
        if !stored.is_empty() {
            effects.push(Effect::StoreMessages(stored.clone()));
        }
        effects.push(Effect::StoreConversation(self.id()));
        stored
    }

    fn take_state(&mut self, me: UserId, state: &ConversationState, effects: &mut Vec<Effect>) {
        let known = &mut self.held.conversation;
        known.head.seq = known.head.seq.max(state.head.seq);
        known.head.change = known.head.change.max(state.head.change);
        known.writable = state.writable;
        for mark in &state.reads {
            self.take_read(me, mark.user, mark.seq, effects);
            let mine = self.read_by(me);
            if mark.user == me && mine > mark.seq {
                effects.push(Effect::SendRead { conversation: self.id(), seq: mine });
            }
        }
        self.ask_for_what_is_missing(effects);
    }

    fn take_conversation(&mut self, me: UserId, told: Conversation, effects: &mut Vec<Effect>) {
        let known = &self.held.conversation;
        // What was counted for an older head must not stand for a newer one.
        if told.head.seq >= known.head.seq {
            let read =
                told.members.iter().find(|member| member.user.id == me).map_or(Seq::ZERO, |mine| mine.read);
            self.held.counted = (told.head.seq, read);
        }
        let mut next = told;
        for member in &mut next.members {
            member.read = member.read.max(self.read_by(member.user.id));
        }
        next.head.seq = next.head.seq.max(known.head.seq);
        next.head.change = next.head.change.max(known.head.change);
        let newer = |last: &Message| next.last_message.as_ref().is_none_or(|told| told.seq < last.seq);
        if let Some(last) = known.last_message.as_ref().filter(|last| newer(last)) {
            next.last_message = Some(last.clone());
        }
        if self.held.counted.0 < next.head.seq {
            next.unread = known.unread;
        }
        self.held.conversation = next;
        self.forget_read(me);
        effects.push(Effect::StoreConversation(self.id()));
        self.ask_for_what_is_missing(effects);
    }

    /// Far behind, the newest page comes first: it is what one looks at.
    fn ask_for_what_is_missing(&self, effects: &mut Vec<Effect>) {
        let (held, head) = (self.held.change.0, self.held.conversation.head.change.0);
        let fetch = match head - held {
            ..=0 => return,
            missing if missing <= i64::from(PAGE_MESSAGES) && held > 0 => Effect::CatchUp(self.id()),
            _ => Effect::FetchNewest(self.id()),
        };
        if !effects.contains(&fetch) {
            effects.push(fetch);
        }
    }

    /// A read mark; it only ever moves forward.
    fn take_read(&mut self, me: UserId, user: UserId, seq: Seq, effects: &mut Vec<Effect>) {
        let mut members = self.held.conversation.members.iter_mut();
        let Some(member) = members.find(|member| member.user.id == user && member.read < seq) else { return };
        member.read = seq;
        self.forget_read(me);
        effects.push(Effect::StoreConversation(self.id()));
    }

    fn forget_read(&mut self, me: UserId) {
        let read = self.read_by(me);
        self.held.unread.retain(|unread| *unread > read);
    }

    fn take_typing(&mut self, me: UserId, user: UserId, until: Millis) {
        if user == me {
            return;
        }
        self.typing.retain(|typing| typing.user != user);
        self.typing.push(Typing { user, until });
    }
}
