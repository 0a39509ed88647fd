//! Who people are to each other.

use serde::Serialize;

use crate::UserId;
use crate::read_by_fields;

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
}

// Devices hold users from before there were bots.
read_by_fields!(User { id, username, display_name } or { bot });

/// `PATCH /api/v1/users/me`. What is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateProfile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

read_by_fields!(UpdateProfile { display_name });
