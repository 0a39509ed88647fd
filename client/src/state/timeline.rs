//! The rows of a Dialog: messages grouped by sender and day, then what is still in the outbox.

use std::rc::Rc;

use kith_shared::message::Message;
use kith_shared::{Millis, UserId};

use super::{ConversationView, Delivery, Outgoing};

/// One row, top to bottom.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A day begins; any moment of it.
    Day(Millis),
    Bubble(Bubble),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Bubble {
    pub content: Content,
    /// Above it stands somebody else's, or another day.
    pub first: bool,
    /// Below it stands somebody else's, or another day.
    pub last: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// The server's; with a delivery state where it is one's own.
    Message(Rc<Message>, Option<Delivery>),
    /// One's own, not acknowledged yet.
    Outgoing(Rc<Outgoing>),
}

impl Content {
    pub fn at(&self) -> Millis {
        match self {
            Self::Message(message, _) => message.sent_at,
            Self::Outgoing(outgoing) => outgoing.written_at,
        }
    }

    /// What tells it from every other, before and after it is acknowledged.
    pub fn key(&self) -> String {
        match self {
            Self::Message(message, _) => message.client_id.to_string(),
            Self::Outgoing(outgoing) => outgoing.client_id.to_string(),
        }
    }

    fn sender(&self, me: UserId) -> UserId {
        match self {
            Self::Message(message, _) => message.sender,
            Self::Outgoing(_) => me,
        }
    }
}

impl ConversationView {
    /// What the Dialog shows. `day` numbers the days of the user's own time zone.
    pub fn timeline(&self, me: UserId, day: impl Fn(Millis) -> i64) -> Vec<Row> {
        let message = |message: &Rc<Message>| {
            let delivery = (message.sender == me).then(|| self.delivery(me, message));
            Content::Message(self.shown(message, me).into_owned(), delivery)
        };
        let messages = self.messages.iter().map(message);
        let contents = messages.chain(self.unsent().cloned().map(Content::Outgoing));
        let mut rows: Vec<Row> = Vec::new();
        let mut above: Option<(i64, UserId)> = None;
        for content in contents {
            // A clock that stepped back begins no day that is over.
            let today = day(content.at()).max(above.map_or(i64::MIN, |(day, _)| day));
            let here = (today, content.sender(me));
            let new_day = above.is_none_or(|(day, _)| day != today);
            let first = above != Some(here);
            if first && let Some(Row::Bubble(bubble)) = rows.last_mut() {
                bubble.last = true;
            }
            if new_day {
                rows.push(Row::Day(content.at()));
            }
            rows.push(Row::Bubble(Bubble { content, first, last: false }));
            above = Some(here);
        }
        if let Some(Row::Bubble(bubble)) = rows.last_mut() {
            bubble.last = true;
        }
        rows
    }
}
