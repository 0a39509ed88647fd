//! What this device wrote and the server has not acknowledged yet.

use std::rc::Rc;

use kith_shared::message::{Body, Head, Message};
use kith_shared::problem::Code;
use kith_shared::{ClientId, ConversationId, Millis};

use super::order::insert_by;
use super::{ConversationView, Effect, Failure, Notice, Outgoing, Place, State};

/// Adds a message to others, as they were written.
pub(super) fn insert_by_place(list: &mut Vec<Rc<Outgoing>>, outgoing: Rc<Outgoing>) {
    insert_by(list, outgoing, |outgoing| outgoing.place);
}

impl State {
    /// The outbox in the order it was written, refused ones left out: they wait for the user.
    pub fn outbox(&self) -> Vec<Rc<Outgoing>> {
        let mut waiting = Vec::new();
        for outgoing in self.conversations.values().flat_map(|view| &view.outgoing) {
            if outgoing.refused.is_none() {
                insert_by_place(&mut waiting, outgoing.clone());
            }
        }
        waiting
    }

    /// The place of the next message written here.
    pub fn next_place(&self) -> i64 {
        let places =
            self.conversations.values().flat_map(|view| &view.outgoing).map(|outgoing| outgoing.place);
        places.max().unwrap_or(0) + 1
    }

    pub(super) fn write(&mut self, outgoing: Outgoing, effects: &mut Vec<Effect>) {
        let outgoing = Rc::new(outgoing);
        let conversation = outgoing.conversation;
        effects.push(Effect::StoreOutgoing(outgoing.clone()));
        self.change(conversation, |view, _| {
            insert_by_place(&mut view.outgoing, outgoing.clone());
            if outgoing.is_message() {
                view.place = Place::Newest;
            }
            if outgoing.is_typed() {
                view.draft.clear();
                view.linked = None;
                view.replying = None;
                effects.push(Effect::StoreDraft { conversation, text: String::new() });
            }
        });
        effects.push(Effect::SendOutbox);
    }

    /// Whether a message of the outbox belongs to a conversation that is known, and is not in this state.
    pub fn lacks(&self, outgoing: &Outgoing) -> bool {
        self.conversations.contains_key(&outgoing.conversation)
            && self.conversation_of(outgoing.client_id).is_none()
    }

    /// Adds messages of the outbox this state lacks.
    pub(super) fn add_outbox(&mut self, outbox: Vec<Outgoing>, effects: &mut Vec<Effect>) {
        for outgoing in outbox {
            let outgoing = Rc::new(outgoing);
            self.change(outgoing.conversation, |view, _| {
                insert_by_place(&mut view.outgoing, outgoing.clone());
            });
            effects.push(Effect::StoreOutgoing(outgoing));
        }
        effects.push(Effect::SendOutbox);
    }

    pub(super) fn retry(&mut self, client_id: ClientId, effects: &mut Vec<Effect>) {
        self.change_outgoing(client_id, effects, |outgoing| {
            if outgoing.refused.take() == Some(Code::FileNotFound) {
                outgoing.upload_again();
            }
        });
        effects.push(Effect::SendOutbox);
    }

    pub(super) fn discard(&mut self, client_id: ClientId, effects: &mut Vec<Effect>) {
        if let Some(conversation) = self.conversation_of(client_id) {
            self.change(conversation, |view, _| {
                let given_up = view.drop_outgoing(client_id, effects);
                effects.extend(given_up.filter(|it| !it.body.files().is_empty()).map(Effect::DropFiles));
            });
        }
    }

    /// The server refused something. Where it only could not take it just now, it is sent again later. A message waits
    /// for the user; what else can't be done is told of and given up.
    pub(super) fn refuse(&mut self, client_id: ClientId, code: Code, effects: &mut Vec<Effect>) {
        if matches!(code, Code::Busy | Code::Internal) {
            return;
        }
        self.refuse_setting(client_id, effects);
        let Some(conversation) = self.conversation_of(client_id) else { return };
        let mut change = None;
        self.change(conversation, |view, _| {
            let mut outgoing = view.outgoing.iter().filter(|outgoing| outgoing.client_id == client_id);
            change = outgoing.find(|outgoing| !outgoing.is_message()).cloned();
        });
        match change {
            None => self.change_outgoing(client_id, effects, |outgoing| outgoing.refused = Some(code)),
            Some(change) => {
                self.discard(client_id, effects);
                self.keep_text(&change, effects);
                self.notice = Some(Notice::Failed(Failure::Refused(code)));
            }
        }
    }

    /// What was typed is not lost: an edit that can't be made becomes the draft, where there is none.
    fn keep_text(&mut self, change: &Outgoing, effects: &mut Vec<Effect>) {
        let (Body::Text { text, .. }, None) = (&change.body, &change.reaction) else { return };
        let conversation = change.conversation;
        self.change(conversation, |view, _| {
            if view.draft.is_empty() {
                view.draft.clone_from(text);
                effects.push(Effect::StoreDraft { conversation, text: text.clone() });
            }
        });
    }

    fn conversation_of(&self, client_id: ClientId) -> Option<ConversationId> {
        let has = |view: &Rc<ConversationView>| {
            view.outgoing.iter().any(|outgoing| outgoing.client_id == client_id)
        };
        self.conversations.values().find(|view| has(view)).map(|view| view.id())
    }

    pub(super) fn change_outgoing(
        &mut self,
        client_id: ClientId,
        effects: &mut Vec<Effect>,
        change: impl FnOnce(&mut Outgoing),
    ) {
        let Some(conversation) = self.conversation_of(client_id) else { return };
        self.change(conversation, |view, _| {
            let found = view.outgoing.iter_mut().find(|outgoing| outgoing.client_id == client_id);
            if let Some(outgoing) = found {
                change(Rc::make_mut(outgoing));
                effects.push(Effect::StoreOutgoing(outgoing.clone()));
            }
        });
    }
}

impl ConversationView {
    /// The acknowledgement makes the outgoing message one of the conversation's, in one step.
    pub(super) fn take_ack(
        &mut self,
        me: kith_shared::UserId,
        client_id: ClientId,
        head: Head,
        (sent_at, expires_at): (Millis, Option<Millis>),
        effects: &mut Vec<Effect>,
    ) {
        let Some(outgoing) = self.outgoing.iter().find(|outgoing| outgoing.client_id == client_id) else {
            return;
        };
        if !outgoing.is_message() {
            // The changed message came before its acknowledgement, unless there is a hole.
            self.sent_outgoing(client_id, effects);
            self.know_head(head, effects);
            return;
        }
        let body = outgoing.body.clone();
        let sent = Message::new(outgoing.conversation, head, (me, client_id), sent_at, body);
        let message = Message { expires_at, ..sent };
        self.acknowledged.push((client_id, head.change));
        self.take_message(me, message, effects);
        self.drop_acknowledged(effects);
    }

    /// What the server has and this device has come to is in the outbox no more, even where its page was left out.
    pub(super) fn drop_acknowledged(&mut self, effects: &mut Vec<Effect>) {
        let held = self.held.change;
        for (client_id, change) in std::mem::take(&mut self.acknowledged) {
            if change <= held {
                self.sent_outgoing(client_id, effects);
            } else {
                self.acknowledged.push((client_id, change));
            }
        }
    }

    /// What it was, if it was there.
    pub(super) fn drop_outgoing(
        &mut self,
        client_id: ClientId,
        effects: &mut Vec<Effect>,
    ) -> Option<Rc<Outgoing>> {
        let place = self.outgoing.iter().position(|outgoing| outgoing.client_id == client_id)?;
        effects.push(Effect::DropOutgoing(client_id));
        Some(self.outgoing.remove(place))
    }

    /// The server has it: what it carries is kept as all that was seen is.
    pub(super) fn sent_outgoing(&mut self, client_id: ClientId, effects: &mut Vec<Effect>) {
        let sent = self.drop_outgoing(client_id, effects);
        effects.extend(sent.filter(|it| !it.body.files().is_empty()).map(Effect::FilesSent));
    }
}
