//! What this device wrote and the server has not acknowledged yet.

use std::rc::Rc;

use kith_shared::message::{Head, Message};
use kith_shared::problem::Code;
use kith_shared::{ClientId, ConversationId, Millis};

use super::order::insert_by;
use super::{ConversationView, Effect, Outgoing, Place, State};

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
        self.change(conversation, |view, _| {
            view.draft.clear();
            view.place = Place::Newest;
            view.outgoing.push(outgoing.clone());
        });
        effects.push(Effect::StoreOutgoing(outgoing));
        effects.push(Effect::StoreDraft { conversation, text: String::new() });
        effects.push(Effect::SendOutbox);
    }

    pub(super) fn retry(&mut self, client_id: ClientId, effects: &mut Vec<Effect>) {
        self.change_outgoing(client_id, effects, |outgoing| outgoing.refused = None);
        effects.push(Effect::SendOutbox);
    }

    pub(super) fn discard(&mut self, client_id: ClientId, effects: &mut Vec<Effect>) {
        if let Some(conversation) = self.conversation_of(client_id) {
            self.change(conversation, |view, _| view.drop_outgoing(client_id, effects));
        }
    }

    /// The server refused a message. Where it only could not take it just now, it is sent again later.
    pub(super) fn refuse(&mut self, client_id: ClientId, code: Code, effects: &mut Vec<Effect>) {
        if !matches!(code, Code::Busy | Code::Internal) {
            self.change_outgoing(client_id, effects, |outgoing| outgoing.refused = Some(code));
        }
    }

    fn conversation_of(&self, client_id: ClientId) -> Option<ConversationId> {
        let has = |view: &Rc<ConversationView>| {
            view.outgoing.iter().any(|outgoing| outgoing.client_id == client_id)
        };
        self.conversations.values().find(|view| has(view)).map(|view| view.id())
    }

    fn change_outgoing(
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
        sent_at: Millis,
        effects: &mut Vec<Effect>,
    ) {
        let Some(outgoing) = self.outgoing.iter().find(|outgoing| outgoing.client_id == client_id) else {
            return;
        };
        let message = Message {
            conversation: outgoing.conversation,
            seq: head.seq,
            change: head.change,
            sender: me,
            client_id,
            sent_at,
            body: outgoing.body.clone(),
            edited_at: None,
            reactions: Vec::new(),
        };
        self.take_message(me, message, effects);
    }

    pub(super) fn drop_outgoing(&mut self, client_id: ClientId, effects: &mut Vec<Effect>) {
        let before = self.outgoing.len();
        self.outgoing.retain(|outgoing| outgoing.client_id != client_id);
        if self.outgoing.len() < before {
            effects.push(Effect::DropOutgoing(client_id));
        }
    }
}
