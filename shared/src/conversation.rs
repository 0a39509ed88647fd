//! Conversations: direct dialogs and groups.

use serde::{Deserialize, Serialize};

use crate::message::{Head, Message};
use crate::read_by_fields;
use crate::user::User;
use crate::{ConversationId, Millis, Seq, UserId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    Direct,
    Group,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    pub user: User,
    /// They have read everything up to here. Of a group's members only one's own is told.
    pub read: Seq,
}

read_by_fields!(Member { user, read });

/// A conversation as one of its members sees it; `GET /api/v1/conversations` lists them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversation {
    pub id: ConversationId,
    pub kind: ConversationKind,
    /// Of a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Takes the next number with every change of title or members.
    pub revision: i64,
    pub created_at: Millis,
    pub members: Vec<Member>,
    pub head: Head,
    pub last_message: Option<Message>,
    /// Messages of others above one's own read mark, deleted ones left out.
    pub unread: i64,
    /// Those of them that mention one.
    pub mentions: i64,
    /// Whether one may write here now: in a direct dialog, still friends and nobody blocked.
    pub writable: bool,
}

read_by_fields!(
    Conversation { id, kind, title, revision, created_at, head, last_message, unread, mentions, writable }
        [members]
);

/// `POST /api/v1/conversations/direct`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenDirect {
    pub user: UserId,
}

read_by_fields!(OpenDirect { user });

/// `POST /api/v1/conversations/group`; the maker is a member without being named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateGroup {
    pub title: String,
    /// Friends of the maker.
    pub members: Vec<UserId>,
}

read_by_fields!(CreateGroup { title }[members]);

/// `PATCH /api/v1/conversations/{conversation}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateGroup {
    pub title: String,
}

read_by_fields!(UpdateGroup { title });

/// `POST /api/v1/conversations/{conversation}/members`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddMembers {
    /// Friends of the one who adds; those who are members already stay so.
    pub users: Vec<UserId>,
}

read_by_fields!(AddMembers {}[users]);
