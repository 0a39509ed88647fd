//! The rows of a Dialog, as many as are drawn: messages grouped by sender and day, then what is still in the outbox.

use std::rc::Rc;

use kith_shared::message::{Body, Message};
use kith_shared::{Millis, Seq, UserId};

use super::{ConversationView, Delivery, Outgoing, Span};

#[derive(Clone, Debug, PartialEq)]
pub struct Bubble {
    /// The day it begins, where it is the first of one; any moment of it.
    pub day: Option<Millis>,
    pub content: Content,
    /// Above it stands somebody else's, a notice, or another day.
    pub first: bool,
    /// Below it stands somebody else's, a notice, or another day.
    pub last: bool,
    /// What it answers.
    pub answers: Option<Answered>,
    /// The user deleted it for themselves: its place stays, and nothing is seen of it.
    pub hidden: bool,
}

/// The message that is answered.
#[derive(Clone, Debug)]
pub struct Answered {
    pub seq: Seq,
    /// Once it is at hand.
    pub message: Option<Rc<Message>>,
}

impl PartialEq for Answered {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.message, &other.message) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        same && self.seq == other.seq
    }
}

#[derive(Clone, Debug)]
pub enum Content {
    /// The server's; with a delivery state where it is one's own.
    Message(Rc<Message>, Option<Delivery>),
    /// One's own, not acknowledged yet.
    Outgoing(Rc<Outgoing>),
}

impl PartialEq for Content {
    /// A message that is another in anything is another allocation: no need to look into it.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Message(one, state), Self::Message(two, other)) => Rc::ptr_eq(one, two) && state == other,
            (Self::Outgoing(one), Self::Outgoing(two)) => Rc::ptr_eq(one, two),
            _ => false,
        }
    }
}

impl Content {
    pub fn at(&self) -> Millis {
        match self {
            Self::Message(message, _) => message.sent_at,
            Self::Outgoing(outgoing) => outgoing.written_at,
        }
    }

    pub fn body(&self) -> &Body {
        match self {
            Self::Message(message, _) => &message.body,
            Self::Outgoing(outgoing) => &outgoing.body,
        }
    }

    /// What tells it from every other, before and after it is acknowledged.
    pub fn key(&self) -> String {
        match self {
            Self::Message(message, _) => message.client_id.to_string(),
            Self::Outgoing(outgoing) => outgoing.client_id.to_string(),
        }
    }

    /// Who says it; of a notice nobody, it stands for itself.
    fn sender(&self, me: UserId) -> Option<UserId> {
        match self {
            Self::Message(message, _) if matches!(message.body, Body::Notice(_)) => None,
            Self::Message(message, _) => Some(message.sender),
            Self::Outgoing(_) => Some(me),
        }
    }
}

impl ConversationView {
    /// Rows of the Dialog. Each depends on its neighbours only, so that it is the same whatever is drawn around it. `day`
    /// numbers the days of the user's own time zone.
    pub fn timeline(&self, me: UserId, rows: Span, day: impl Fn(Millis) -> i64) -> Vec<Bubble> {
        let mut bubbles: Vec<Bubble> = Vec::new();
        let mut above =
            self.content(me, rows.first - 1).map(|content| (day(content.at()), content.sender(me)));
        for row in rows.first..=rows.last + 1 {
            let Some(content) = self.content(me, row) else { break };
            let here = (day(content.at()), content.sender(me));
            // A clock that stepped back begins no day that is over.
            let new_day = above.is_none_or(|(day, _)| day < here.0);
            let first = new_day || above.is_none_or(|(_, sender)| sender.is_none() || sender != here.1);
            if first && let Some(bubble) = bubbles.last_mut() {
                bubble.last = true;
            }
            let day = new_day.then(|| content.at());
            let hidden = self.hides(Seq(row)) || *content.body() == Body::Expired;
            let answers = self.answered(&content);
            bubbles.push(Bubble { day, content, first, last: false, answers, hidden });
            above = Some(here);
        }
        let wanted = (rows.last - rows.first + 1).max(0) as usize;
        if bubbles.len() > wanted {
            bubbles.truncate(wanted);
        } else if let Some(bubble) = bubbles.last_mut() {
            bubble.last = true;
        }
        bubbles
    }

    fn answered(&self, content: &Content) -> Option<Answered> {
        let seq = content.body().reply_to()?;
        Some(Answered { seq, message: self.at_hand(seq).cloned() })
    }

    /// What a row shows, if it is in memory.
    fn content(&self, me: UserId, row: i64) -> Option<Content> {
        if let Some(message) = self.messages.get(Seq(row)) {
            let delivery = (message.sender == me).then(|| self.delivery(me, message));
            return Some(Content::Message(self.shown(message, me).into_owned(), delivery));
        }
        let there = self.rows_in_memory();
        let newest = self.messages.last().map_or(self.head(), |last| last.seq);
        let place = usize::try_from(row - newest.0 - 1).ok().filter(|_| row <= there.last)?;
        self.unsent().nth(place).cloned().map(Content::Outgoing)
    }
}
