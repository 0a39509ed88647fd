//! A user's settings: what follows them from device to device. Drafts, pins and mutes of conversations are among them.

use serde::{Deserialize, Serialize};

use crate::read_by_fields;
use crate::{Change, ConversationId, Seq};

/// One setting. The last one that reached the server stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Setting {
    pub key: String,
    /// `None` where it was removed.
    pub value: Option<String>,
    /// The change of the user's settings that set it: dense, as a conversation's is.
    pub change: Change,
}

read_by_fields!(Setting { key, value, change });

/// `GET /api/v1/settings?changed_after=N`: those set since, by `change` ascending; all that are set, with none. At most
/// [`PAGE_SETTINGS`](crate::limits::PAGE_SETTINGS) at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    pub settings: Vec<Setting>,
    /// Where they stand with these: the last change there is, unless there are more.
    pub head: Change,
    /// There are more, set after `head`.
    pub more: bool,
}

read_by_fields!(Settings { head, more }[settings]);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct SettingsQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_after: Option<Change>,
}

/// `PATCH /api/v1/settings`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetSetting {
    pub key: String,
    /// `None` removes it.
    pub value: Option<String>,
}

read_by_fields!(SetSetting { key, value });

/// What is half written in a conversation: a text.
pub fn draft(conversation: ConversationId) -> String {
    format!("draft/{conversation}")
}

/// Pinned to the top of the Contact List: any value.
pub fn pin(conversation: ConversationId) -> String {
    format!("pin/{conversation}")
}

/// Muted until a time, in milliseconds since the Unix epoch.
pub fn mute(conversation: ConversationId) -> String {
    format!("mute/{conversation}")
}

/// Archived as long as nothing newer than this `seq` comes, or all that comes is muted.
pub fn archive(conversation: ConversationId) -> String {
    format!("archive/{conversation}")
}

/// To be looked at again, though it was read: any value.
pub fn unread(conversation: ConversationId) -> String {
    format!("unread/{conversation}")
}

/// Which of a conversation's voice messages the user has heard: ranges of `seq`, as JSON.
pub fn listened(conversation: ConversationId) -> String {
    format!("listened/{conversation}")
}

/// Which of a conversation's messages notify: see [`Notify`](crate::notify::Notify).
pub fn notify(conversation: ConversationId) -> String {
    format!("notify/{conversation}")
}

/// A message the user deleted for themselves alone: any value.
pub fn hide(conversation: ConversationId, seq: Seq) -> String {
    format!("hide/{conversation}/{seq}", seq = seq.0)
}

/// Emoji picked lately, the latest first, a space between.
pub const EMOJI_RECENT: &str = "emoji/recent";

/// Packs of stickers that are installed, in their order: ids, a space between.
pub const STICKERS: &str = "stickers/installed";

/// Stickers sent lately, the latest first, a space between: each a pack's id, a slash and a file.
pub const STICKERS_RECENT: &str = "stickers/recent";

/// The skin tone of the emoji one picks: Unicode's modifier.
pub const EMOJI_TONE: &str = "emoji/tone";
/// The user keeps to themselves whether they are there, and when they last were: [`OFF`].
pub const PRESENCE: &str = "privacy/presence";
/// The user keeps to themselves that they are typing: [`OFF`].
pub const TYPING: &str = "privacy/typing";
/// The user keeps to themselves how far they have read: [`OFF`].
pub const READ: &str = "privacy/read";
/// The user wants no previews of what they link to, so that nobody is told that they do: [`OFF`].
pub const PREVIEWS: &str = "privacy/previews";
/// With any other value, and without one, others are told.
pub const OFF: &str = "off";

/// The theme: `light` or `dark`; as the device has it without.
pub const LOOK_THEME: &str = "look/theme";
/// The size of texts: `small`, `large` or `larger`.
pub const LOOK_TEXT: &str = "look/text";
/// How close things stand: `compact`.
pub const LOOK_DENSITY: &str = "look/density";
/// The language the app is in: the name of one of its files, as `de`; as the device has it without.
pub const LOOK_LANGUAGE: &str = "look/language";

/// What a push shows: see [`Shows`](crate::notify::Shows).
pub const PUSH_SHOWS: &str = "push/shows";
/// When nothing notifies, see [`Quiet`](crate::notify::Quiet).
pub const QUIET: &str = "notify/quiet";
/// Words that notify, a line each: see [`keywords`](crate::notify::keywords).
pub const KEYWORDS: &str = "notify/keywords";

/// What comes while one is in another dialog is heard: [`ON`].
pub const SOUND: &str = "notify/sound";
pub const ON: &str = "on";

/// What a key says of which conversation, if it is of one: `draft`, `pin`, `mute`, `archive`, `unread`, `listened` or
/// `notify`.
pub fn about(key: &str) -> Option<(&str, ConversationId)> {
    let (what, conversation) = key.split_once('/')?;
    Some((what, conversation.parse().ok()?))
}

/// The message a key hides, if it does.
pub fn hidden(key: &str) -> Option<(ConversationId, Seq)> {
    let (conversation, seq) = key.strip_prefix("hide/")?.split_once('/')?;
    Some((conversation.parse().ok()?, Seq(seq.parse().ok()?)))
}
