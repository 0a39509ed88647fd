//! Messages that disappear: a device takes away what they said by itself, with or without a connection. They keep their
//! change: the server's version takes their place when it comes.

use std::rc::Rc;

use kith_shared::message::{Body, Message};
use kith_shared::{Millis, UserId};

use super::{ConversationView, Effect, State};

impl State {
    /// When the next message that is at hand disappears.
    pub fn next_expiry(&self) -> Option<Millis> {
        self.conversations.values().filter_map(|view| view.next_expiry()).min()
    }

    /// What has disappeared by now is gone.
    pub(super) fn expire(&mut self, effects: &mut Vec<Effect>) {
        let (now, Some(me)) = (self.now, self.me()) else { return };
        let is_due = |view: &ConversationView| view.next_expiry().is_some_and(|due| due <= now);
        if self.next_expiry().is_none_or(|due| due > now) {
            return;
        }
        for (id, view) in Rc::make_mut(&mut self.conversations).iter_mut().filter(|(_, view)| is_due(view)) {
            Rc::make_mut(view).expire(me, now);
            effects.push(Effect::StoreConversation(*id));
        }
    }
}

impl ConversationView {
    fn next_expiry(&self) -> Option<Millis> {
        let elsewhere = self.elsewhere.values().map(Rc::as_ref);
        let at_hand = self.messages.iter().map(Rc::as_ref).chain(elsewhere);
        at_hand.chain(&self.held.conversation.last_message).filter_map(|message| message.expires_at).min()
    }

    fn expire(&mut self, me: UserId, now: Millis) {
        let is_due = |message: &Message| message.expires_at.is_some_and(|due| due <= now);
        let mut gone_here = Vec::new();
        let elsewhere = self.elsewhere.iter_mut().map(|(_, message)| message);
        for message in self.messages.iter_mut().chain(elsewhere).filter(|message| is_due(message)) {
            // Whoever shows it has the one it was.
            Rc::make_mut(message).take_away(Body::Expired);
            gone_here.push(message.clone());
        }
        gone_here.iter().for_each(|message| self.count(me, message));
        let last = &mut self.held.conversation.last_message;
        last.iter_mut().filter(|last| is_due(last)).for_each(|last| last.take_away(Body::Expired));
    }
}
