//! Web Push: where a device's pushes go, and what they say.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::json::{self, Fields};
use crate::media::FileKind;
use crate::message::Message;
use crate::read_by_fields;
use crate::user::User;
use crate::{Change, ConversationId, FileId, Millis, Seq, UserId};

/// `GET /api/v1/push`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushState {
    /// The server's public key, an uncompressed point of P-256 in URL-safe Base64: `applicationServerKey`.
    pub key: String,
    /// Where this session's pushes go, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

read_by_fields!(PushState { key, endpoint });

/// `PUT /api/v1/push/subscription`: what the browser's own subscription says. It ends with the session; a session has one,
/// and so has an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subscribe {
    /// Where the push service takes what is for this device.
    pub endpoint: String,
    /// The device's public key, an uncompressed point of P-256, in URL-safe Base64.
    pub p256dh: String,
    /// 16 bytes the device and the server share, in URL-safe Base64.
    pub auth: String,
}

read_by_fields!(Subscribe { endpoint, p256dh, auth });

/// `POST /api/v1/push/test`: what came of one push to this session's subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushTest {
    pub outcome: PushOutcome,
    /// What the push service answered, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u32>,
}

read_by_fields!(PushTest { outcome, status });

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PushOutcome {
    /// The push service took it: it is on its way to the device.
    Sent,
    /// The session has no subscription.
    NoSubscription,
    /// The push service knows the subscription no more. It was removed.
    Gone,
    /// The push service did not take it.
    Refused,
    /// The push service could not be reached, or did not answer in time.
    Unreachable,
}

/// What a push says once it is decrypted. Kinds a reader does not know are shown as something new, not left out: a browser
/// wants every push to show something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Push<M = Message> {
    /// A message, the newest one of its conversation that notifies.
    Message(Box<Told<M>>),
    /// One that was asked for.
    Test {
        /// Whose device it is for.
        user: UserId,
    },
}

impl<'de> Deserialize<'de> for Push {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        Self::of(&fields).map_err(D::Error::custom)
    }
}

impl Push {
    fn of(fields: &Fields<'_>) -> json::Result<Self> {
        match fields.read::<String>("type")?.as_str() {
            "message" => Told::of(fields).map(|told| Self::Message(Box::new(told))),
            "test" => Ok(Self::Test { user: fields.read("user")? }),
            kind => Err(json::Error::custom(format_args!("unknown type of push `{kind}`"))),
        }
    }
}

/// A message, as far as the user has pushes show it ([`Shows`](crate::notify::Shows)): what is not to be shown is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Told<M = Message> {
    /// Whose device it is for. Another one may be logged in there by now.
    pub user: UserId,
    pub conversation: ConversationId,
    pub seq: Seq,
    pub change: Change,
    pub sent_at: Millis,
    /// When the message disappears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Millis>,
    /// The group's title, or the sender's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<User>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub group: bool,
    /// The group's picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<FileId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mention: bool,
    /// The kind of the message's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// What it says, in one line and without formatting: a text, a poll's question, a sticker's emoji. Cut off where it is
    /// too long for a push.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What it carries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileKind>,
    /// The message whole, where there is room for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<M>,
    /// In how many conversations something is unread.
    pub unread: i64,
    /// What this device was told of before and is over since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<Closed>,
}

impl Told {
    fn of(fields: &Fields<'_>) -> json::Result<Self> {
        Ok(Self {
            user: fields.read("user")?,
            conversation: fields.read("conversation")?,
            seq: fields.read("seq")?,
            change: fields.read("change")?,
            sent_at: fields.read("sent_at")?,
            expires_at: fields.read("expires_at")?,
            title: fields.read("title")?,
            sender: fields.read("sender")?,
            group: fields.read_or_default("group")?,
            avatar: fields.read("avatar")?,
            mention: fields.read_or_default("mention")?,
            kind: fields.read("kind")?,
            text: fields.read("text")?,
            files: fields.list("files")?,
            message: fields.read("message")?,
            unread: fields.read("unread")?,
            closed: fields.list("closed")?,
        })
    }
}

/// What a message's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    Poll,
    Sticker,
}

/// Notifications of a conversation up to `seq` are over: they were read on another device, or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Closed {
    pub conversation: ConversationId,
    pub seq: Seq,
}

read_by_fields!(Closed { conversation, seq });
