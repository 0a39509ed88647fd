//! Coming into a group by a link, at once or when an admin approves.

use serde::Serialize;

use crate::Millis;
use crate::read_by_fields;
use crate::user::User;

/// The group a link leads into, for whoever holds the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupPreview {
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How many members it has.
    pub members: i64,
    /// Whether who uses the link only asks to be let in.
    pub approval: bool,
    /// The one who looks has asked, and nobody has decided yet.
    pub waiting: bool,
}

read_by_fields!(GroupPreview { title, description, members, approval, waiting });

/// Somebody who asks to be let into a group; `GET /api/v1/conversations/{conversation}/requests` lists them, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JoinRequest {
    pub user: User,
    pub since: Millis,
}

read_by_fields!(JoinRequest { user, since });
