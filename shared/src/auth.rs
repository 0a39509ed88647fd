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
    /// The token of an invitation link, where registering takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
}

read_by_fields!(Register { username, password, display_name, invitation } or { transport });

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

/// `GET /api/v1/auth/sessions`: where one is logged in, what was used last first, at most
/// [`SESSIONS_LISTED`](crate::limits::SESSIONS_LISTED).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnSession {
    pub id: SessionId,
    /// What the device said it is when it logged in: `Firefox`, or a program's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// `Linux`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    pub created_at: Millis,
    /// When it was last heard of, give or take an hour.
    pub used_at: Millis,
    /// The one that asks.
    pub current: bool,
    /// Whether it has a connection.
    pub connected: bool,
}

read_by_fields!(OwnSession { id, browser, system, created_at, used_at, current, connected });
