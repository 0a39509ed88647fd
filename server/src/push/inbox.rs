//! What was committed, as far as pushes go by it: put there by whoever tells of it, who never waits.
//!
//! It holds no messages, only where they stand, each conversation once: so it stays small however much is written.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use kith_shared::{ConversationId, Seq, UserId};
use tokio::sync::Notify;

use crate::store::{Changed, Moved, Sealed};

/// What may wait of each kind: past it there is more to read than anybody is told of one by one.
const HELD: usize = 50_000;

#[derive(Default)]
pub struct Inbox {
    /// Whether anybody gets pushes: while nobody does, nothing is held.
    wanted: AtomicBool,
    news: Mutex<News>,
    woken: Notify,
}

/// What happened since it was asked last.
#[derive(Default)]
pub struct News {
    /// The first new message of each conversation.
    pub messages: HashMap<ConversationId, Seq>,
    /// How far somebody has read.
    pub reads: HashMap<(ConversationId, UserId), Seq>,
    /// Messages of which what they said is gone.
    pub gone: Vec<(ConversationId, Seq)>,
}

impl Inbox {
    /// Somebody gets pushes, or nobody does.
    pub fn set_wanted(&self, wanted: bool) {
        self.wanted.store(wanted, Ordering::Release);
    }

    pub fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Acquire)
    }

    /// What one commit wrote; `None` where it matters to nobody.
    pub fn read(&self, messages: &[(Sealed, u64)], changed: &[Changed], marks: &[Moved]) -> Option<News> {
        if !self.is_wanted() {
            return None;
        }
        let mut news = News::default();
        for (message, _) in messages {
            news.say(message.conversation, message.seq);
        }
        let gone = changed.iter().map(|changed| &changed.message).filter(|message| is_gone(message));
        news.gone.extend(gone.map(|message| (message.conversation, message.seq)));
        for moved in marks {
            news.reads.extend(moved.read.map(|seq| ((moved.conversation, moved.user), seq)));
        }
        Some(news)
    }

    /// Hands it over, once others have heard of it.
    pub fn put(&self, news: News) {
        let mut held = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        if held.messages.len() < HELD {
            news.messages.into_iter().for_each(|(conversation, seq)| held.say(conversation, seq));
        }
        if held.reads.len() < HELD {
            held.reads.extend(news.reads);
        }
        if held.gone.len() < HELD {
            held.gone.extend(news.gone);
        }
        drop(held);
        self.woken.notify_one();
    }

    pub fn take(&self) -> News {
        std::mem::take(&mut *self.news.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Resolves once there is something. For the one task that takes it.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }
}

impl News {
    /// There are messages from `seq` on, at least.
    pub fn say(&mut self, conversation: ConversationId, seq: Seq) {
        self.messages.entry(conversation).and_modify(|first| *first = seq.min(*first)).or_insert(seq);
    }
}

fn is_gone(message: &Sealed) -> bool {
    matches!(message.body.get(), r#"{"kind":"deleted"}"# | r#"{"kind":"expired"}"#)
}

#[cfg(test)]
mod tests {
    use kith_shared::message::{Body, Head, Message};
    use kith_shared::{Change, ClientId};
    use uuid::Uuid;

    use super::*;

    fn sealed(conversation: u128, seq: i64, body: &Body) -> Sealed {
        let (sender, client_id) = (UserId(Uuid::nil()), ClientId(Uuid::nil()));
        let head = Head { seq: Seq(seq), change: Change(seq) };
        let body = serde_json::value::to_raw_value(body).unwrap();
        Message::new(ConversationId(Uuid::from_u128(conversation)), head, (sender, client_id), 0, body)
    }

    #[test]
    fn a_thousand_messages_of_a_conversation_are_held_as_one() {
        let inbox = Inbox::default();
        let text = Body::text("hello");
        let messages: Vec<_> = (1..=1_000).map(|seq| (sealed(1, seq, &text), 0)).collect();
        assert!(inbox.read(&messages, &[], &[]).is_none(), "nobody gets pushes");
        inbox.set_wanted(true);
        for part in messages.chunks(100).rev() {
            inbox.put(inbox.read(part, &[], &[]).unwrap());
        }
        let news = inbox.take();
        assert_eq!(news.messages, [(ConversationId(Uuid::from_u128(1)), Seq(1))].into());
        assert!(inbox.take().messages.is_empty());
    }

    #[test]
    fn what_is_gone_is_known_by_its_body() {
        for (body, gone) in [(Body::Deleted, true), (Body::Expired, true), (Body::text("hello"), false)] {
            assert_eq!(is_gone(&sealed(1, 1, &body)), gone, "{body:?}");
        }
    }
}
