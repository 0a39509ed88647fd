//! People and messages for the tests of Device Storage.

use kith_shared::message::{Body, Head, Message};
use kith_shared::{Change, ClientId, ConversationId, Seq, UserId};
use uuid::Uuid;

/// Somebody nobody else is: each test has a database of its own.
pub fn somebody() -> UserId {
    UserId(Uuid::now_v7())
}

pub fn dialog() -> ConversationId {
    ConversationId(Uuid::now_v7())
}

pub fn text(text: &str) -> Body {
    Body::text(text)
}

/// The message `seq`, sent that many milliseconds after the epoch.
pub fn message(conversation: ConversationId, seq: i64, said: &str) -> Message {
    let head = Head { seq: Seq(seq), change: Change(seq) };
    Message::new(conversation, head, (UserId(Uuid::nil()), ClientId(Uuid::now_v7())), seq, text(said))
}
