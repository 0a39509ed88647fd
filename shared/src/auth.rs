//! Registering, logging in, and who one is.

use serde::{Deserialize, Serialize};

use crate::read_by_fields;
use crate::user::User;
use crate::{Millis, SessionId};

/// How the session's token travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TokenTransport {
    /// An HttpOnly, SameSite=Strict cookie: for browsers, whose scripts never see it.
    #[default]
    Cookie,
    /// In the answer's body, to be sent as `Authorization: Bearer …`: for programs.
    Bearer,
}

/// `POST /api/v1/auth/register`
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Register {
    pub username: String,
    pub password: String,
    /// The username stands in when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(default)]
    pub transport: TokenTransport,
}

read_by_fields!(Register { username, password, display_name } or { transport });

/// `POST /api/v1/auth/login`
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogIn {
    pub username: String,
    pub password: String,
    #[serde(default)]
    pub transport: TokenTransport,
}

read_by_fields!(LogIn { username, password } or { transport });

/// The answer to registering, logging in, and `GET /api/v1/auth/me`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub id: SessionId,
    pub user: User,
    pub created_at: Millis,
    /// Only at registering and logging in with [`TokenTransport::Bearer`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

read_by_fields!(Session { id, user, created_at, token });
