//! What the Internal Notification Widget shows: messages that come by themselves in dialogs one is not in.

use std::rc::Rc;

use kith_shared::message::{Body, Message};
use kith_shared::notify::{Notify, Quiet, holds, keywords};
use kith_shared::{ConversationId, Seq, UserId, setting};

use super::{ConversationView, Effect, State};

/// What came in one dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notification {
    pub conversation: ConversationId,
    /// The newest.
    pub seq: Seq,
    /// How many came.
    pub count: i64,
}

impl State {
    /// Which messages of a frame are news, before it is taken in: edits and repeats are none.
    pub(super) fn news(&self, messages: &[Message]) -> Vec<(Seq, Body)> {
        let Some(me) = self.me() else { return Vec::new() };
        let head = messages.first().and_then(|first| self.conversations.get(&first.conversation));
        let Some(head) = head.map(|view| view.head()) else { return Vec::new() };
        let is_news = |message: &&Message| {
            message.sender != me
                && message.seq > head
                && message.edited_at.is_none()
                && !matches!(message.body, Body::Notice(_) | Body::Deleted | Body::Expired)
        };
        messages.iter().filter(is_news).map(|message| (message.seq, message.body.clone())).collect()
    }

    /// Tells of what came, as far as the user wants to be told: here, or outside of the app where nobody looks at it.
    pub(super) fn announce(
        &mut self,
        conversation: ConversationId,
        news: &[(Seq, Body)],
        effects: &mut Vec<Effect>,
    ) {
        let Some(view) = self.conversations.get(&conversation) else { return };
        let wanted = |(_, body): &&(Seq, Body)| self.me().is_some_and(|me| self.notifies(view, me, body));
        let told: Vec<Seq> = news.iter().filter(wanted).map(|(seq, _)| *seq).collect();
        let Some(seq) = told.last().copied() else { return };
        if !self.attentive {
            effects.push(Effect::Notify { conversation, seq });
            return;
        }
        let notifications = Rc::make_mut(&mut self.notifications);
        let before = notifications.iter().position(|known| known.conversation == conversation);
        let before = before.map_or(0, |place| notifications.remove(place).count);
        notifications.push(Notification { conversation, seq, count: before + told.len() as i64 });
    }

    /// By the same settings the server sends pushes by.
    fn notifies(&self, view: &ConversationView, me: UserId, body: &Body) -> bool {
        let setting = |key: &str| self.settings.get(key);
        let quiet = setting(setting::QUIET).and_then(Quiet::of).is_some_and(|quiet| quiet.holds(self.now));
        if quiet || view.muted_until > self.now {
            return false;
        }
        match Notify::of(setting(&setting::notify(view.id()))) {
            Notify::All => true,
            Notify::Mentions => {
                view.mentions_one(me, body) || {
                    let said = body.words().unwrap_or_default().to_lowercase();
                    let words = setting(setting::KEYWORDS).unwrap_or_default();
                    keywords(words).any(|word| holds(&said, &word.to_lowercase()))
                }
            }
            Notify::None => false,
        }
    }

    /// Whether anybody looks at this tab, and no other one has what comes.
    pub(super) fn set_attentive(&mut self, attentive: bool) {
        self.attentive = attentive;
        if !attentive {
            self.notifications = Rc::default();
        }
    }

    /// The user has seen enough of one, or of all.
    pub(super) fn dismiss(&mut self, conversation: Option<ConversationId>) {
        Rc::make_mut(&mut self.notifications)
            .retain(|known| conversation.is_some_and(|one| known.conversation != one));
    }

    /// What is on the screen, was read or deleted, or is in a dialog one has left, is no news any more.
    pub(super) fn settle_notifications(&mut self) {
        if self.notifications.is_empty() {
            return;
        }
        let (me, conversations, here) = (self.me(), &self.conversations, self.route.conversation());
        let is_news = |known: &Notification| {
            let view = conversations.get(&known.conversation).filter(|_| here != Some(known.conversation));
            view.zip(me).is_some_and(|(view, me)| {
                let gone = view.at_hand(known.seq).is_some_and(|message| message.body.is_gone());
                view.read_by(me) < known.seq && !gone
            })
        };
        if !self.notifications.iter().all(is_news) {
            let left: Vec<_> = self.notifications.iter().copied().filter(is_news).collect();
            self.notifications = Rc::new(left);
        }
    }
}
