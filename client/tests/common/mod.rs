//! People and messages for the tests of Device Storage.

use kith_shared::message::{Body, Message};
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
    Message {
        conversation,
        seq: Seq(seq),
        change: Change(seq),
        sender: UserId(Uuid::nil()),
        client_id: ClientId(Uuid::now_v7()),
        sent_at: seq,
        body: text(said),
        edited_at: None,
        pinned_at: None,
        expires_at: None,
        reactions: Vec::new(),
        votes: None,
    }
}
