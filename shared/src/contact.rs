//! Friends invitation: requests, invitation links, blocking.

use serde::{Deserialize, Serialize};

use crate::joining::GroupPreview;
use crate::read_by_fields;
use crate::user::User;
use crate::{InvitationId, Millis, UserId};

/// What another user is to the one who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The asker himself or herself.
    Myself,
    Stranger,
    Friend,
    /// They asked; one can accept or decline.
    RequestIn,
    /// One asked; one can cancel.
    RequestOut,
    /// One has blocked them. That they have blocked one is never told.
    Blocked,
}

/// A user and what they are to the asker; `GET /api/v1/users/by-username/{username}` and in [`Contacts`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    pub user: User,
    pub relation: Relation,
    /// When the relation became what it is; 0 for a stranger.
    pub since: Millis,
    /// Of a friend who is not there, in [`Contacts`]: when they were last seen, if they tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Millis>,
}

read_by_fields!(Contact { user, relation, since, last_seen });

/// `GET /api/v1/contacts`: everybody one has a relation with, in no particular order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contacts {
    pub contacts: Vec<Contact>,
    /// Friends with a connection right now.
    pub online: Vec<UserId>,
}

read_by_fields!(Contacts {} [contacts, online]);

/// `POST /api/v1/contacts/requests`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendRequest {
    pub user: UserId,
}

read_by_fields!(SendRequest { user });

/// `POST /api/v1/invitations`, and `POST /api/v1/conversations/{conversation}/invitations` for a link into a group
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateInvitation {
    /// How many may use it; 1 unless said otherwise, at most [`crate::limits::INVITATION_USES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u32>,
    /// How long it stays open, in milliseconds; at most [`crate::limits::INVITATION_LIFE`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<Millis>,
    /// Whether who uses it only asks to be let in; of a group's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approval: bool,
}

read_by_fields!(CreateInvitation { max_uses, life } or { approval });

/// An invitation link as its maker sees it; `GET /api/v1/invitations` lists those still open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    pub id: InvitationId,
    /// The secret part; the link is `{origin}/invite/{token}`.
    pub token: String,
    pub max_uses: u32,
    pub uses: u32,
    pub created_at: Millis,
    pub expires_at: Millis,
    /// Whether who uses it only asks to be let in; of a group's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approval: bool,
}

read_by_fields!(Invitation { id, token, max_uses, uses, created_at, expires_at } or { approval });

/// Who invites, for whoever holds the link, logged in or not; `GET /api/v1/invitations/{token}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationPreview {
    pub inviter: User,
    pub expires_at: Millis,
    /// Of a link into a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupPreview>,
}

read_by_fields!(InvitationPreview { inviter, expires_at, group });
