//! Which of a conversation's messages a device is told of, if any.

use kith_shared::format::{EVERYBODY, mentions};
use kith_shared::message::{Body, Message};
use kith_shared::notify::{Notify, Quiet, Shows, holds, is_muted, keywords};
use kith_shared::setting::{KEYWORDS, PUSH_SHOWS, QUIET, mute, notify};
use kith_shared::{ConversationId, Millis, Seq};

use crate::store::push::{Recipient, Talk};
use crate::store::search::fold::fold;

/// What a user's settings say of a conversation.
pub struct Wishes {
    pub shows: Shows,
    notify: Notify,
    is_quiet: bool,
    /// Folded.
    keywords: Vec<String>,
}

/// A message a device is told of.
pub struct Choice<'a> {
    pub message: &'a Message,
    pub mention: bool,
}

impl Wishes {
    pub fn of(recipient: &Recipient, conversation: ConversationId, now: Millis) -> Self {
        let value = |key: &str| recipient.settings.get(key).map(String::as_str);
        let notify = if is_muted(value(&mute(conversation)), now) {
            Notify::None
        } else {
            Notify::of(value(&notify(conversation)))
        };
        Self {
            shows: Shows::of(value(PUSH_SHOWS)),
            notify,
            is_quiet: value(QUIET).and_then(Quiet::of).is_some_and(|quiet| quiet.holds(now)),
            keywords: value(KEYWORDS).into_iter().flat_map(keywords).map(fold).collect(),
        }
    }

    /// The newest message from `first` on that notifies the recipient, and is neither theirs nor read.
    pub fn choose<'a>(
        &self,
        talk: &'a Talk,
        recipient: &Recipient,
        first: Seq,
        now: Millis,
    ) -> Option<Choice<'a>> {
        if self.is_quiet || self.notify == Notify::None {
            return None;
        }
        let is_new = |message: &&Message| {
            let is_there = message.expires_at.is_none_or(|expires_at| now < expires_at);
            let is_theirs = message.sender == recipient.to.user;
            let is_unread = message.seq >= first && message.seq > recipient.read;
            is_there && !is_theirs && is_unread && message.sent_at >= recipient.joined_at
        };
        let choice = |message: &'a Message| {
            let mention = mentions_one(talk, message, &recipient.username);
            let is_told = self.notify == Notify::All || mention || self.has_keyword(message);
            is_told.then_some(Choice { message, mention })
        };
        talk.messages.iter().filter(is_new).find_map(choice)
    }

    fn has_keyword(&self, message: &Message) -> bool {
        let Some(words) = message.body.words().filter(|_| !self.keywords.is_empty()) else { return false };
        let folded = fold(words);
        self.keywords.iter().any(|keyword| holds(&folded, keyword))
    }
}

/// Whether it mentions the user, or everybody in a group.
fn mentions_one(talk: &Talk, message: &Message, username: &str) -> bool {
    let Body::Text { text, .. } = &message.body else { return false };
    // Most texts mention nobody, and this is asked for each of a thousand.
    text.contains('@') && (mentions(text, username) || talk.title.is_some() && mentions(text, EVERYBODY))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use kith_shared::message::Head;
    use kith_shared::{Change, ClientId, SessionId, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::store::push::{Keys, Subscription};

    const HERE: ConversationId = ConversationId(Uuid::nil());
    const NOW: Millis = 1_767_225_600_000;

    fn id(id: u128) -> UserId {
        UserId(Uuid::from_u128(id))
    }

    /// Of a group, oldest first: who says what.
    fn talk(said: &[(u128, &str)]) -> Talk {
        let mut messages: Vec<_> = (1..)
            .zip(said)
            .map(|(seq, (sender, text))| {
                let head = Head { seq: Seq(seq), change: Change(seq) };
                Message::new(HERE, head, (id(*sender), ClientId(Uuid::nil())), NOW - 10, Body::text(*text))
            })
            .collect();
        messages.reverse();
        let title = Some("Harbour".to_owned());
        Talk { conversation: HERE, title, avatar: None, messages, senders: HashMap::new() }
    }

    fn mia(settings: &[(&str, &str)]) -> Recipient {
        let keys = Keys { public: Vec::new(), auth: Vec::new() };
        let (session, user, endpoint) = (SessionId(Uuid::nil()), id(1), String::new());
        let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Recipient {
            to: Subscription { session, user, endpoint, keys, site: None },
            username: "mia".to_owned(),
            read: Seq::ZERO,
            joined_at: 0,
            settings: settings.collect(),
            unread: 0,
        }
    }

    /// The number of what she is told of.
    fn told(talk: &Talk, recipient: &Recipient, first: i64) -> Option<i64> {
        let wishes = Wishes::of(recipient, HERE, NOW);
        wishes.choose(talk, recipient, Seq(first), NOW).map(|choice| choice.message.seq.0)
    }

    #[test]
    fn one_is_told_of_the_newest_that_is_neither_ones_own_nor_read() {
        let talk = talk(&[(2, "one"), (2, "two"), (1, "mine")]);
        assert_eq!(told(&talk, &mia(&[]), 1), Some(2));
        assert_eq!(told(&talk, &mia(&[]), 3), None);
        assert_eq!(told(&talk, &Recipient { read: Seq(2), ..mia(&[]) }, 1), None);
        assert_eq!(told(&talk, &Recipient { joined_at: NOW, ..mia(&[]) }, 1), None, "she came after it");
    }

    #[test]
    fn what_notifies_is_what_the_settings_say() {
        let talk = talk(&[(2, "hey @mia"), (2, "The Hárbour is closed"), (2, "so what")]);
        let (only, mute) = (notify(HERE), mute(HERE));
        let later = (NOW + 1).to_string();
        for (settings, expected) in [
            (&[][..], Some(3)),
            (&[(only.as_str(), "mentions")], Some(1)),
            (&[(only.as_str(), "mentions"), (KEYWORDS, "boat\nharbour")], Some(2)),
            (&[(only.as_str(), "none"), (KEYWORDS, "harbour")], None),
            (&[(mute.as_str(), later.as_str())], None),
            (&[(mute.as_str(), "1")], Some(3)),
            // 2026-01-01T00:00Z.
            (&[(QUIET, "1320 420 0")], None),
            (&[(QUIET, "1320 420 480")], Some(3)),
        ] {
            assert_eq!(told(&talk, &mia(settings), 1), expected, "{settings:?}");
        }
    }

    #[test]
    fn everybody_is_mentioned_in_a_group_alone() {
        let mut talk = talk(&[(2, "@all come")]);
        let only = mia(&[(&notify(HERE), "mentions")]);
        assert_eq!(told(&talk, &only, 1), Some(1));
        talk.title = None;
        assert_eq!(told(&talk, &only, 1), None);
    }
}
