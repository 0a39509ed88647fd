//! Conversations: direct dialogs and groups.

use serde::{Deserialize, Serialize};

use crate::message::{Head, Message};
use crate::read_by_fields;
use crate::user::User;
use crate::{ConversationId, FileId, Millis, Seq, UserId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    Direct,
    Group,
}

/// What a member may do in a group, each more than the one before. In a direct dialog both are plain members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    #[default]
    Member,
    Admin,
    /// A group has one.
    Owner,
}

impl Role {
    /// Whether they may change the group's title and description.
    pub fn may_describe(self) -> bool {
        self >= Self::Admin
    }

    /// Whether they may delete what others say, and pin messages. In a direct dialog both pin, and neither deletes for the
    /// other.
    pub fn may_moderate(self) -> bool {
        self >= Self::Admin
    }

    /// Whether they may mention everybody at once: [`EVERYBODY`](crate::format::EVERYBODY).
    pub fn may_mention_all(self) -> bool {
        self >= Self::Admin
    }

    /// Whether they may make links into the group, and let in who asks.
    pub fn may_admit(self) -> bool {
        self >= Self::Admin
    }

    /// Whether they may add a webhook of their own bot. In a direct dialog both may.
    pub fn may_add_webhooks(self) -> bool {
        self >= Self::Admin
    }

    /// Whether they may remove a member of this role: each only those below.
    pub fn may_remove(self, other: Self) -> bool {
        self > other
    }

    /// Whether they may give a member of this role another one. Nobody takes the owner's but who is handed it.
    pub fn may_appoint(self, other: Self) -> bool {
        self == Self::Owner && other != Self::Owner
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    pub user: User,
    /// They have read everything up to here. Of a group's members only one's own is told, and none of who keeps it to
    /// themselves.
    pub read: Seq,
    /// In a direct dialog: a device of theirs has stored everything up to here, at least what they have read. Left out where
    /// it is 0.
    #[serde(default, skip_serializing_if = "Seq::is_zero")]
    pub delivered: Seq,
    pub role: Role,
}

// Devices hold members from before there were roles.
read_by_fields!(Member { user, read } or { delivered, role });

/// A member's role, where the member is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberRole {
    pub user: UserId,
    pub role: Role,
}

read_by_fields!(MemberRole { user, role });

/// A conversation as one of its members sees it; `GET /api/v1/conversations` lists them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversation {
    pub id: ConversationId,
    pub kind: ConversationKind,
    /// Of a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Of a group that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A square picture of a group that has one, which everybody may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<FileId>,
    /// Messages sent from now on disappear after so many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expire_after: Option<Millis>,
    /// Takes the next number with every change of title, description, timer, members or their roles.
    pub revision: i64,
    pub created_at: Millis,
    pub members: Vec<Member>,
    pub head: Head,
    pub last_message: Option<Message>,
    /// Messages of others above one's own read mark, deleted ones and notices left out.
    pub unread: i64,
    /// Those of them that mention one.
    pub mentions: i64,
    /// Whether one may write here now: in a direct dialog, still friends and nobody blocked.
    pub writable: bool,
    /// Its pinned messages, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<Seq>,
    /// How many ask to be let into the group, for who may decide.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub requests: u32,
}

fn is_zero(requests: &u32) -> bool {
    *requests == 0
}

read_by_fields!(
    Conversation {
        id,
        kind,
        title,
        description,
        avatar,
        expire_after,
        revision,
        created_at,
        head,
        last_message,
        unread,
        mentions,
        writable
    }[members, pins] or { requests }
);

/// `POST /api/v1/conversations/direct`; with one's own id, one's notes to self: a direct dialog with one member.
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

/// `PATCH /api/v1/conversations/{conversation}`: what is given is changed, and something has to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateGroup {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// An empty one takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

read_by_fields!(UpdateGroup { title, description });

/// `PUT /api/v1/conversations/{conversation}/timer`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetTimer {
    /// Milliseconds, 5 seconds to a year; `None` for never.
    pub expire_after: Option<Millis>,
}

read_by_fields!(SetTimer { expire_after });

/// `POST /api/v1/conversations/{conversation}/members`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddMembers {
    /// Friends of the one who adds; those who are members already stay so.
    pub users: Vec<UserId>,
}

read_by_fields!(AddMembers {}[users]);

/// `PATCH /api/v1/conversations/{conversation}/members/{user}`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetRole {
    /// The owner hands the group on by naming another one, and is an admin from then on.
    pub role: Role,
}

read_by_fields!(SetRole { role });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_stored_before_there_were_roles_is_a_plain_one() {
        let id = "0190d3a2-7b1c-7e4f-8a55-0123456789ab";
        let stored =
            format!(r#"{{"user": {{"id": "{id}", "username": "mia", "display_name": "Mia"}}, "read": 7}}"#);
        let member: Member = serde_json::from_str(&stored).unwrap();
        assert_eq!((member.read, member.role), (Seq(7), Role::Member));
    }

    #[test]
    fn each_may_remove_those_below_and_the_owner_alone_appoints() {
        use Role::{Admin, Member, Owner};
        for (mine, removes, appoints) in [
            (Member, vec![], vec![]),
            (Admin, vec![Member], vec![]),
            (Owner, vec![Member, Admin], vec![Member, Admin]),
        ] {
            let all = [Member, Admin, Owner].into_iter();
            assert!(all.clone().filter(|other| mine.may_remove(*other)).eq(removes), "{mine:?}");
            assert!(all.filter(|other| mine.may_appoint(*other)).eq(appoints), "{mine:?}");
        }
        assert!(Owner.may_describe() && Admin.may_describe() && !Member.may_describe());
        assert!(Owner.may_admit() && Admin.may_admit() && !Member.may_admit());
    }
}
