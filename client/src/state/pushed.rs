//! What a push brought, or was answered by, while the app was closed.

use std::rc::Rc;

use kith_shared::message::{Head, Message};
use kith_shared::read_by_fields;
use kith_shared::{ConversationId, Seq, UserId};

use super::{ConversationView, Cut, Effect};

/// What the service worker left of one: a message, or how far a conversation was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Pushed {
    pub message: Option<Message>,
    pub conversation: Option<ConversationId>,
    pub read: Option<Seq>,
}

read_by_fields!(Pushed { message, conversation, read });

impl ConversationView {
    /// A message that came by itself, maybe from behind a hole: then it is kept and shown as what is known of the newest, and
    /// the hole is filled once there is a network.
    pub(super) fn take_pushed(&mut self, me: UserId, message: Message, effects: &mut Vec<Effect>) {
        if message.change <= self.held.change.next() {
            self.take_message(me, message, effects);
            return;
        }
        self.know_head(Head { seq: message.seq, change: message.change }, effects);
        let messages: Vec<Rc<Message>> = self.hold(me, vec![message], effects);
        self.show(Cut::Changed, &messages);
    }
}
