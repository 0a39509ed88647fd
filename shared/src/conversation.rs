//! Conversations: direct dialogs now, groups as they come.

use serde::{Deserialize, Serialize};

use crate::message::{Head, Message};
use crate::user::User;
use crate::{ConversationId, Millis, Seq, UserId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    Direct,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub user: User,
    /// They have read everything up to here.
    pub read: Seq,
}

/// A conversation as one of its members sees it; `GET /api/v1/conversations` lists them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub kind: ConversationKind,
    pub created_at: Millis,
    pub members: Vec<Member>,
    pub head: Head,
    pub last_message: Option<Message>,
    /// Messages of others above one's own read mark.
    pub unread: i64,
    /// Whether one may write here now: still friends, nobody blocked.
    pub writable: bool,
}

/// `POST /api/v1/conversations/direct`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDirect {
    pub user: UserId,
}
