//! A message, whole: what travels, what is stored, what is shown.

use serde::{Deserialize, Serialize};

use crate::{Change, ClientId, ConversationId, Millis, Seq, UserId};

/// What a message says. Kinds a reader does not know are skipped by it, not fatal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "BodyFields")]
pub enum Body {
    Text {
        text: String,
    },
    /// Was deleted for everyone: what it said is gone. Its place stays, so that `seq` stays dense.
    Deleted,
}

/// The fields of every kind of body: read without keeping each value in between, as serde would for a tagged enum.
#[derive(Deserialize)]
struct BodyFields {
    kind: String,
    text: Option<String>,
}

impl TryFrom<BodyFields> for Body {
    type Error = String;

    fn try_from(fields: BodyFields) -> Result<Self, String> {
        match (fields.kind.as_str(), fields.text) {
            ("text", Some(text)) => Ok(Self::Text { text }),
            ("text", None) => Err("missing field `text`".to_owned()),
            ("deleted", _) => Ok(Self::Deleted),
            (kind, _) => Err(format!("unknown kind of body `{kind}`")),
        }
    }
}

/// A message of a conversation. Devices replace what they hold of (conversation, seq) with the one of higher `change`.
/// Whoever only hands it on need not read its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Who reacted to a message with one emoji, in the order they did. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reaction {
    pub emoji: String,
    pub users: Vec<UserId>,
}

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page {
    pub messages: Vec<Message>,
    /// Whether the same question asked from this page's end finds more; for `around`, whether there are newer ones.
    pub more: bool,
    pub head: Head,
}

/// How far a conversation has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Head {
    pub seq: Seq,
    pub change: Change,
}
