//! Staying the same as the server: frames, pages, and what to do about holes.
//!
//! Messages are taken in by `change`, each the next one expected. One that is not tells of a hole: it is left alone,
//! and "changed after N" brings it together with what is missing. So order and repeats do no harm.

use std::rc::Rc;

use kith_shared::conversation::Conversation;
use kith_shared::frame::{ConversationState, ServerFrame};
use kith_shared::limits::{PAGE_MESSAGES, TYPING_LIFE};
use kith_shared::message::{Head, Message, Page};
use kith_shared::{Change, ConversationId, Millis, Seq, UserId};

use super::order::keep;
use super::{ConversationView, Counted, Cut, Effect, State, Typing};

/// Edits and deletions that are remembered against pages that were under way.
const EDITS: usize = 64;

impl State {
    pub(super) fn take_frame(&mut self, frame: ServerFrame, effects: &mut Vec<Effect>) {
        match frame {
            ServerFrame::Welcome { user, conversations, online, now, settings, scheduled, .. } => {
                self.now = now;
                self.set_profile(user);
                self.set_online(online);
                if settings > self.settings.head {
                    effects.push(Effect::FetchSettings);
                }
                if scheduled > self.schedule.head {
                    effects.push(Effect::FetchSchedule);
                }
                self.welcome(&conversations, effects);
            }
            ServerFrame::Messages { messages } => {
                let Some(conversation) = messages.first().map(|message| message.conversation) else { return };
                if !self.conversations.contains_key(&conversation) {
                    effects.push(Effect::FetchConversations);
                }
                let news = self.news(&messages);
                self.change(conversation, |view, me| {
                    messages.into_iter().for_each(|message| view.take_message(me, message, effects));
                });
                self.announce(conversation, &news, effects);
            }
            ServerFrame::Ack { conversation, client_id, head, sent_at, expires_at } => {
                let times = (sent_at, expires_at);
                self.change(conversation, |view, me| view.take_ack(me, client_id, head, times, effects));
            }
            ServerFrame::Read { conversation, user, seq } => {
                self.change(conversation, |view, me| {
                    view.take_read(me, user, seq, effects);
                    view.recount(me, effects);
                });
            }
            ServerFrame::Received { conversation, user, seq } => {
                self.change(conversation, |view, _| view.take_received(user, seq, effects));
            }
            ServerFrame::Typing { conversation, user } => {
                let until = self.now + TYPING_LIFE.as_millis() as Millis;
                self.change(conversation, |view, me| view.take_typing(me, user, until));
            }
            ServerFrame::Presence { user, online, last_seen } => {
                self.set_presence(user, online);
                self.set_last_seen(user, last_seen);
            }
            ServerFrame::Conversation { conversation } => {
                self.upsert_conversations(vec![conversation], effects)
            }
            ServerFrame::ContactsChanged => effects.push(Effect::FetchContacts),
            ServerFrame::Error { code, client_id: Some(client_id), .. } => {
                self.refuse(client_id, code, effects)
            }
            ServerFrame::Members { conversation, revision, added, removed, roles } => {
                let take = |view: &mut ConversationView| {
                    view.take_members(added, &removed);
                    view.take_roles(&roles);
                };
                self.change(conversation, |view, _| view.take_revision(revision, take, effects));
            }
            ServerFrame::Timer { conversation, revision, expire_after } => {
                let take = |view: &mut ConversationView| view.held.conversation.expire_after = expire_after;
                self.change(conversation, |view, _| view.take_revision(revision, take, effects));
            }
            ServerFrame::Avatar { conversation, revision, avatar } => {
                let take = |view: &mut ConversationView| view.held.conversation.avatar = avatar;
                self.change(conversation, |view, _| view.take_revision(revision, take, effects));
            }
            ServerFrame::Title { conversation, revision, title, description } => {
                let take = |view: &mut ConversationView| {
                    view.held.conversation.title = Some(title);
                    view.held.conversation.description = description;
                };
                self.change(conversation, |view, _| view.take_revision(revision, take, effects));
            }
            ServerFrame::Requests { conversation, requests } => {
                self.change(conversation, |view, _| {
                    view.held.conversation.requests = requests;
                    effects.push(Effect::StoreConversation(conversation));
                });
            }
            ServerFrame::Left { conversation } => self.left(conversation, effects),
            ServerFrame::Setting { setting, client_id } => self.take_setting(setting, client_id, effects),
            ServerFrame::Scheduled { scheduled, change } => {
                self.change_schedule(scheduled.client_id, Some(scheduled), change, effects);
            }
            ServerFrame::Unscheduled { client_id, change } => {
                self.change_schedule(client_id, None, change, effects);
            }
            ServerFrame::Error { .. } | ServerFrame::Pong | ServerFrame::Unknown => {}
        }
    }

    /// What is known of each conversation's head against what is held.
    fn welcome(&mut self, states: &[ConversationState], effects: &mut Vec<Effect>) {
        effects.push(Effect::FetchConversations);
        effects.push(Effect::FetchContacts);
        // By their ids, as the server tells them; were it otherwise, none may be taken for left.
        let sorted = states.is_sorted_by_key(|state| state.conversation);
        let here = |id: &ConversationId| {
            !sorted || states.binary_search_by_key(id, |state| state.conversation).is_ok()
        };
        let gone: Vec<_> = self.conversations.keys().copied().filter(|id| !here(id)).collect();
        gone.into_iter().for_each(|id| self.left(id, effects));
        for state in states {
            self.change(state.conversation, |view, me| view.take_state(me, state, effects));
        }
        effects.push(Effect::SendOutbox);
        effects.push(Effect::SendSettings);
    }

    pub(super) fn upsert_conversations(&mut self, told: Vec<Conversation>, effects: &mut Vec<Effect>) {
        let mut new = Vec::new();
        for conversation in told {
            let id = conversation.id;
            let views = Rc::make_mut(&mut self.conversations);
            if !views.contains_key(&id) {
                views.insert(id, Rc::new(ConversationView::new(conversation.clone())));
                new.push(id);
            }
            self.change(id, |view, me| view.take_conversation(me, conversation, effects));
        }
        if !new.is_empty() {
            self.show_settings();
        }
        new.into_iter().for_each(|id| self.show_draft(id, effects));
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
            self.sent_outgoing(message.client_id, effects);
            return;
        }
        if message.change > self.held.change.next() {
            self.know_head(Head { seq: message.seq, change: message.change }, effects);
            return;
        }
        self.raise_head(Head { seq: message.seq, change: message.change });
        self.held.change = message.change;
        if message.edited_at.is_none() {
            self.typing.retain(|typing| typing.user != message.sender);
        }
        self.note_edit(&message);
        let messages = self.hold(me, vec![message], effects);
        self.show(Cut::Changed, &messages);
        self.confirm(me, effects);
    }

    /// Has the server told of what was received, if it may not know it.
    fn confirm(&self, me: UserId, effects: &mut Vec<Effect>) {
        if self.received(me).is_some() {
            effects.push(Effect::SendReceived(self.id()));
        }
    }

    fn raise_head(&mut self, head: Head) {
        let known = &mut self.held.conversation.head;
        known.seq = known.seq.max(head.seq);
        known.change = known.change.max(head.change);
    }

    /// The server is this far; what of it is not held is fetched.
    pub(super) fn know_head(&mut self, head: Head, effects: &mut Vec<Effect>) {
        self.raise_head(head);
        if self.held.change < head.change {
            effects.push(Effect::CatchUp(self.id()));
        }
    }

    fn note_edit(&mut self, message: &Message) {
        if message.edited_at.is_none() && !message.body.is_gone() {
            return;
        }
        self.edits.push_back((message.seq, message.change));
        if self.edits.len() > EDITS
            && let Some((_, change)) = self.edits.pop_front()
        {
            self.edits_from = change;
        }
    }

    /// A page that was asked for.
    pub(super) fn take_page(&mut self, me: UserId, cut: Cut, page: Page, effects: &mut Vec<Effect>) {
        let Page { mut messages, more, head } = page;
        self.raise_head(head);
        if cut != Cut::Changed && head.change < self.edits_from {
            // It was under way so long that nobody knows what of it was changed since: it is asked for again.
            self.loading = false;
            if cut == Cut::Newest {
                effects.push(Effect::FetchNewest(self.id()));
            }
            return;
        }
        let last_change = messages.last().map(|message| message.change);
        let held = self.held.change;
        let first = messages.first().map(|message| message.seq);
        match cut {
            Cut::Newest => {
                // Nothing was held: what is older comes, when it does, as it will be then.
                if self.held.ranges.is_empty() && self.held.change < head.change {
                    self.held.change = head.change;
                    // What was counted may have been deleted by a change that is passed over.
                    if self.held.count.head.change < head.change {
                        effects.push(Effect::FetchConversation(self.id()));
                    }
                }
            }
            Cut::Before(seq) => {
                let first = if more { first.unwrap_or(seq) } else { Seq(1) };
                self.held.ranges.insert(first, seq.previous());
            }
            // Each message is held as it comes: `seq` is dense.
            Cut::After(_) | Cut::Around(_) => {}
            Cut::Changed => {
                let reached = if more { last_change.unwrap_or(Change::ZERO) } else { head.change };
                self.held.change = self.held.change.max(reached);
                messages.retain(|message| message.change > held);
                messages.iter().for_each(|message| self.note_edit(message));
            }
        }
        let later = |message: &Message| {
            self.edits.iter().any(|(seq, change)| *seq == message.seq && *change > message.change)
        };
        messages.retain(|message| !later(message));
        let messages = self.hold(me, messages, effects);
        self.show(cut, &messages);
        self.drop_acknowledged(effects);
        if self.held.change >= self.held.conversation.head.change {
            self.recount(me, effects);
            self.confirm(me, effects);
        } else if cut == Cut::Changed {
            effects.push(Effect::CatchUp(self.id()));
        }
    }

    /// Puts messages where they belong: into the ranges held, out of the outbox, into Device Storage. To be shown, too,
    /// also before Device Storage has answered: what comes while it is read would be missed.
    pub(super) fn hold(
        &mut self,
        me: UserId,
        messages: Vec<Message>,
        effects: &mut Vec<Effect>,
    ) -> Vec<Rc<Message>> {
        let mut stored = Vec::with_capacity(messages.len());
        let mut recount = false;
        for mut message in messages {
            // Whoever does not hold a poll can't know what they chose of it: it is fetched when one comes to it.
            let is_held = message.voted().is_some() || self.held.ranges.covers(message.seq, message.seq);
            self.remember_voted(&mut message);
            if is_held {
                self.held.ranges.insert(message.seq, message.seq);
            }
            if message.sender == me {
                self.sent_outgoing(message.client_id, effects);
            }
            self.count(me, &message);
            recount |= self.was_counted(me, &message);
            let last = &mut self.held.conversation.last_message;
            if last.as_ref().is_none_or(|last| (last.seq, last.change) < (message.seq, message.change)) {
                *last = Some(message.clone());
            }
            keep(&mut self.held.conversation.pins, message.seq, message.pinned_at.is_some());
            let message = Rc::new(message);
            self.note_elsewhere(&message);
            if is_held {
                stored.push(message);
            }
        }
        if !stored.is_empty() {
            effects.push(Effect::StoreMessages(stored.clone()));
        }
        if recount {
            ask_once(effects, Effect::FetchConversation(self.id()));
        }
        effects.push(Effect::StoreConversation(self.id()));
        stored
    }

    /// What is at hand of one's own vote, where a message does not say it.
    fn remember_voted(&self, message: &mut Message) {
        let last = self.held.conversation.last_message.as_ref().filter(|last| last.seq == message.seq);
        let known = self.at_hand(message.seq).map(Rc::as_ref).into_iter().chain(last);
        known.for_each(|known| message.keep_voted(known));
    }

    fn take_state(&mut self, me: UserId, state: &ConversationState, effects: &mut Vec<Effect>) {
        self.raise_head(state.head);
        let known = &mut self.held.conversation;
        known.writable = state.writable;
        if state.revision > known.revision {
            effects.push(Effect::FetchConversation(state.conversation));
        }
        for mark in &state.reads {
            self.take_received(mark.user, mark.delivered, effects);
            self.take_read(me, mark.user, mark.seq, effects);
            let mine = self.read_by(me);
            if mark.user == me && mine > mark.seq {
                effects.push(Effect::SendRead { conversation: self.id(), seq: mine });
            }
        }
        self.recount(me, effects);
        self.confirm(me, effects);
        self.ask_for_what_is_missing(effects);
    }

    fn take_conversation(&mut self, me: UserId, mut told: Conversation, effects: &mut Vec<Effect>) {
        // What was counted for an older head must not stand for a newer one.
        if told.head.change >= self.held.count.head.change {
            let mine = told.members.iter().find(|member| member.user.id == me);
            let (head, read) = (told.head, mine.map_or(Seq::ZERO, |mine| mine.read));
            let Conversation { unread, mentions, .. } = told;
            self.held.count = Counted { head, read, unread, mentions };
        }
        let known = &self.held.conversation;
        if told.head.change < self.held.change {
            told.pins.clone_from(&known.pins);
        }
        if told.revision < known.revision {
            told.members.clone_from(&known.members);
            told.title.clone_from(&known.title);
            told.description.clone_from(&known.description);
            told.expire_after = known.expire_after;
            told.revision = known.revision;
        }
        for member in &mut told.members {
            if let Some(known) = self.member(member.user.id) {
                member.read = member.read.max(known.read);
                member.delivered = member.delivered.max(known.delivered);
            }
        }
        let newer = |last: &Message| {
            told.last_message.as_ref().is_none_or(|told| (told.seq, told.change) < (last.seq, last.change))
        };
        if let Some(last) = known.last_message.as_ref().filter(|last| newer(last)) {
            told.last_message = Some(last.clone());
        }
        let head = known.head;
        self.held.conversation = told;
        self.raise_head(head);
        self.forget_read(me);
        effects.push(Effect::StoreConversation(self.id()));
        self.ask_for_what_is_missing(effects);
    }

    /// Asks the server where only it can know how many are unread. Only after hearing from it: it may not have heard of
    /// what was read here.
    fn recount(&self, me: UserId, effects: &mut Vec<Effect>) {
        if self.is_uncounted(me) {
            ask_once(effects, Effect::FetchConversation(self.id()));
        }
    }

    /// Far behind, the newest page comes first: it is what one looks at.
    fn ask_for_what_is_missing(&self, effects: &mut Vec<Effect>) {
        let (held, head) = (self.held.change.0, self.held.conversation.head.change.0);
        let fetch = match head - held {
            ..=0 => return,
            missing if missing <= i64::from(PAGE_MESSAGES) && held > 0 => Effect::CatchUp(self.id()),
            _ => Effect::FetchNewest(self.id()),
        };
        ask_once(effects, fetch);
    }

    /// A read mark; it only ever moves forward. In a direct dialog, what was read was received.
    fn take_read(&mut self, me: UserId, user: UserId, seq: Seq, effects: &mut Vec<Effect>) {
        let direct = !self.is_group();
        let mut members = self.held.conversation.members.iter_mut();
        let Some(member) = members.find(|member| member.user.id == user && member.read < seq) else { return };
        member.read = seq;
        if direct {
            member.delivered = member.delivered.max(seq);
        }
        self.forget_read(me);
        effects.push(Effect::StoreConversation(self.id()));
    }

    /// A mark of what was received, which direct dialogs have; it only ever moves forward.
    fn take_received(&mut self, user: UserId, seq: Seq, effects: &mut Vec<Effect>) {
        if self.is_group() {
            return;
        }
        let mut members = self.held.conversation.members.iter_mut();
        let behind = members.find(|member| member.user.id == user && member.delivered < seq);
        if let Some(member) = behind {
            member.delivered = seq;
            effects.push(Effect::StoreConversation(self.id()));
        }
    }

    fn forget_read(&mut self, me: UserId) {
        let read = self.read_by(me);
        self.held.unread.retain(|unread| *unread > read);
        self.held.mentions.retain(|unread| *unread > read);
    }

    fn take_typing(&mut self, me: UserId, user: UserId, until: Millis) {
        if user == me {
            return;
        }
        self.typing.retain(|typing| typing.user != user);
        self.typing.push(Typing { user, until });
    }
}

/// Asks for something of a conversation, unless it was asked for already.
fn ask_once(effects: &mut Vec<Effect>, ask: Effect) {
    let is_same = |known: &Effect| match (known, &ask) {
        (Effect::CatchUp(one), Effect::CatchUp(other))
        | (Effect::FetchNewest(one), Effect::FetchNewest(other))
        | (Effect::FetchConversation(one), Effect::FetchConversation(other)) => one == other,
        _ => false,
    };
    if !effects.iter().any(is_same) {
        effects.push(ask);
    }
}
