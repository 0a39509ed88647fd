//! A message, whole: what travels, what is stored, what is shown.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::json::Fields;
use crate::read_by_fields;
use crate::{Change, ClientId, ConversationId, Millis, Seq, UserId};

/// What a message says. Kinds a reader does not know are skipped by it, not fatal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    Text {
        text: String,
    },
    /// Was deleted for everyone: what it said is gone. Its place stays, so that `seq` stays dense.
    Deleted,
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        let read = |name| fields.read::<String>(name).map_err(D::Error::custom);
        match read("kind")?.as_str() {
            "text" => Ok(Self::Text { text: read("text")? }),
            "deleted" => Ok(Self::Deleted),
            kind => Err(D::Error::custom(format_args!("unknown kind of body `{kind}`"))),
        }
    }
}

/// A message of a conversation. Devices replace what they hold of (conversation, seq) with the one of higher `change`.
/// Whoever only hands it on need not read its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message<B = Body> {
    pub conversation: ConversationId,
    pub seq: Seq,
    pub change: Change,
    pub sender: UserId,
    pub client_id: ClientId,
    /// When the server took it.
    pub sent_at: Millis,
    pub body: B,
    /// When its body was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Millis>,
    /// In the order the emoji were first used.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

read_by_fields!(
    Message { conversation, seq, change, sender, client_id, sent_at, body, edited_at }[reactions]
);

/// Who reacted to a message with one emoji, in the order they did. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reaction {
    pub emoji: String,
    pub users: Vec<UserId>,
}

read_by_fields!(Reaction { emoji }[users]);

/// Whether a text mentions the user: `@` and the username, as a word.
pub fn mentions(text: &str, username: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.match_indices('@').any(|(at, _)| {
        let name = text.get(at + 1..at + 1 + username.len());
        let apart = text[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        apart
            && name.is_some_and(|name| name.eq_ignore_ascii_case(username))
            && !text[at + 1 + username.len()..].starts_with(is_part)
    })
}

/// `GET /api/v1/conversations/{id}/messages`: which page.
///
/// With `before`: the newest messages below it, ascending. With `after`: the oldest above it, ascending. With
/// `changed_after`: those whose `change` is above it, by `change` ascending. With `around`: those on both sides of it and
/// itself, ascending. With none: the newest page.
/// More than one is `invalid_query`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct PageQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_after: Option<Change>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<Seq>,
    /// At most [`crate::limits::PAGE_MESSAGES`], which is also the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One page of messages, and where the conversation's head was in the same read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page {
    pub messages: Vec<Message>,
    /// Whether the same question asked from this page's end finds more; for `around`, whether there are newer ones.
    pub more: bool,
    pub head: Head,
}

read_by_fields!(Page { more, head }[messages]);

/// How far a conversation has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Head {
    pub seq: Seq,
    pub change: Change,
}

read_by_fields!(Head { seq, change });
