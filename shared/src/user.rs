//! Who people are to each other.

use serde::Serialize;

use crate::read_by_fields;
use crate::{FileId, UserId};

/// What others see of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    pub id: UserId,
    /// In lower case: usernames are compared without it.
    pub username: String,
    pub display_name: String,
    /// A program speaks as them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bot: bool,
    /// A square picture of them, which everybody may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<FileId>,
}

// Devices hold users from before there were bots.
read_by_fields!(User { id, username, display_name, avatar } or { bot });

/// `PATCH /api/v1/users/me`. What is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateProfile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

read_by_fields!(UpdateProfile { display_name });

/// `PUT /api/v1/users/me/avatar` and `PUT /api/v1/conversations/{conversation}/avatar`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetAvatar {
    /// A file one has: a JPEG, PNG or WebP, as wide as high, of at most
    /// [`AVATAR_PIXELS`](crate::limits::AVATAR_PIXELS) each way. `None` takes the avatar away.
    pub file: Option<FileId>,
}

read_by_fields!(SetAvatar { file });
