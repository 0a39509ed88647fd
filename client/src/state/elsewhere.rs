//! Messages that are shown where they do not stand: those that are answered, and those that are pinned.

use std::rc::Rc;

use kith_shared::Seq;
use kith_shared::message::{Body, Message};

use super::order::keep;
use super::unbroken::newer;
use super::{ConversationView, Span};

impl ConversationView {
    /// A message, if it is at hand; also one that does not lie where one is.
    pub fn at_hand(&self, seq: Seq) -> Option<&Rc<Message>> {
        self.messages.get(seq).or_else(|| self.elsewhere.get(&seq))
    }

    /// Pinned messages, ascending, as the user has them.
    pub fn pins(&self) -> Vec<Seq> {
        let mut pins = self.held.conversation.pins.clone();
        for change in &self.outgoing {
            if let (Some(seq), Some(on)) = (change.of, change.pin) {
                keep(&mut pins, seq, on);
            }
        }
        pins.retain(|seq| !self.hides(*seq));
        pins
    }

    /// Whether the user deleted a message for themselves.
    pub fn hides(&self, seq: Seq) -> bool {
        self.hidden.binary_search(&seq).is_ok()
    }

    /// Those that rows and the line of pinned messages show and that are not at hand.
    pub fn missing_elsewhere(&self, rows: Span) -> Vec<Seq> {
        let drawn = (rows.first..=rows.last).filter_map(|row| self.messages.get(Seq(row)));
        let answered = drawn.map(|message| &message.body);
        let answered =
            answered.chain(self.unsent().map(|outgoing| &outgoing.body)).filter_map(Body::reply_to);
        let mut missing = Vec::new();
        for seq in answered.chain(self.pins()).filter(|seq| self.at_hand(*seq).is_none()) {
            keep(&mut missing, seq, true);
        }
        missing
    }

    pub(super) fn show_elsewhere(&mut self, messages: Vec<Message>) {
        for message in messages {
            let message = Rc::new(message);
            let known = self.elsewhere.get(&message.seq);
            let message = known.map_or_else(|| message.clone(), |known| newer(known, &message));
            self.elsewhere.insert(message.seq, message);
        }
    }

    /// A message came, new or changed.
    pub(super) fn note_elsewhere(&mut self, message: &Rc<Message>) {
        if let Some(shown) = self.elsewhere.get_mut(&message.seq) {
            *shown = newer(shown, message);
        }
    }
}
