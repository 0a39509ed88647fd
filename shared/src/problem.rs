//! RFC 9457 problem details, with a stable `code` a client can act on.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $title:literal;)*) => {
        /// What went wrong, stable over versions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
            /// A code this version does not know.
            Unknown,
        }

        impl Code {
            /// Every code a server of this version sends.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* Self::Unknown => "unknown" }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* Self::Unknown => 500 }
            }

            /// A short English sentence, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* Self::Unknown => "An unknown problem" }
            }
        }
    };
}

codes! {
    InvalidBody = "invalid_body", 400, "The request's body could not be read";
    InvalidQuery = "invalid_query", 400, "The request's address or query could not be read";
    InvalidFrame = "invalid_frame", 400, "The frame could not be read";
    InvalidUsername = "invalid_username", 422, "A username has 3 to 32 of a-z, 0-9, dot, underscore and hyphen";
    InvalidPassword = "invalid_password", 422, "A password has 8 to 256 characters";
    InvalidDisplayName = "invalid_display_name", 422, "A display name has 1 to 64 characters";
    EmptyMessage = "empty_message", 422, "A message needs a text";
    MessageTooLong = "message_too_long", 422, "A message's text has at most 4,000 characters";
    InvalidTitle = "invalid_title", 422, "A title has 1 to 64 characters";
    InvalidDescription = "invalid_description", 422, "A group's description has at most 500 characters";
    InvalidAvatar = "invalid_avatar", 422, "An avatar is a JPEG, PNG or WebP, as wide as high, of at most 1 MiB and 1024 by 1024 pixels";
    InvalidTimer = "invalid_timer", 422, "Messages disappear after 5 seconds to a year";
    InvalidEmoji = "invalid_emoji", 422, "It has to be one emoji";
    InvalidSetting = "invalid_setting", 422, "A setting's key has 1 to 80 of a-z, 0-9, _, - and /, its value at most 16 KiB";
    InvalidInvitation = "invalid_invitation", 422, "An invitation has 1 to 1,000 uses and lives at most 30 days";
    InvalidUrl = "invalid_url", 422, "The address has to be an https one that the server may reach";
    InvalidSubscription = "invalid_subscription", 422, "A subscription has a public key on P-256 and a secret of 16 bytes, in URL-safe Base64";
    InvalidIdempotencyKey = "invalid_idempotency_key", 422, "An Idempotency-Key has 1 to 200 visible ASCII characters";
    InvalidPoll = "invalid_poll", 422, "A poll has a question of 1 to 300 characters and 2 to 12 different options of 1 to 100";
    InvalidVote = "invalid_vote", 422, "The message is no poll with these options, or takes one of them alone";
    InvalidTime = "invalid_time", 422, "A message can be scheduled for a year ahead at most";
    InvalidAttachment = "invalid_attachment", 422, "A message carries at most 10 files, each once, and what is said of one has to fit it";
    TooManyPixels = "too_many_pixels", 422, "A photo has at most 64 million pixels";
    InvalidSticker = "invalid_sticker", 422, "A sticker is a PNG or WebP of at most 512 KiB and 512 by 512 pixels";
    InvalidUpload = "invalid_upload", 400, "The upload's headers could not be read";
    SeqInFuture = "seq_in_future", 422, "No message has that number yet";
    BodyTooLarge = "body_too_large", 413, "The request's body is too large";
    FileTooLarge = "file_too_large", 413, "A file has at most 2 GiB";
    WrongOffset = "wrong_offset", 409, "The upload stands elsewhere: ask where";
    WrongVersion = "wrong_version", 412, "The upload speaks another version of tus than 1.0.0";
    ChecksumMismatch = "checksum_mismatch", 460, "What came is not what was sent: the checksums differ";
    StorageFull = "storage_full", 507, "There is no room for the file";
    QuotaReached = "quota_reached", 507, "The user's files take all the room they may";
    UnsupportedMediaType = "unsupported_media_type", 415, "The request's body has to be application/json";
    Unauthorized = "unauthorized", 401, "Log in first";
    WrongCredentials = "wrong_credentials", 401, "Wrong username or password";
    ForbiddenOrigin = "forbidden_origin", 403, "The request comes from another site";
    NotWritable = "not_writable", 403, "One can't write in this conversation now";
    NotFriends = "not_friends", 403, "Only friends can have a direct dialog";
    NotYours = "not_yours", 403, "Only who wrote or made it may do that";
    RegistrationClosed = "registration_closed", 403, "Nobody can register here";
    InvitationRequired = "invitation_required", 403, "Registering takes an invitation link that can still be used";
    NotAllowed = "not_allowed", 403, "That takes another role in the group";
    NotForBots = "not_for_bots", 403, "A bot has no friend but its owner, no bots and no pushes";
    NotAGroup = "not_a_group", 409, "A direct dialog has two members and no title";
    NotFound = "not_found", 404, "There is nothing here";
    UserNotFound = "user_not_found", 404, "No such user";
    ConversationNotFound = "conversation_not_found", 404, "No such conversation";
    MemberNotFound = "member_not_found", 404, "They are no member of the group";
    MessageNotFound = "message_not_found", 404, "No such message";
    MessageDeleted = "message_deleted", 409, "The message was deleted";
    PollClosed = "poll_closed", 409, "The poll is closed";
    ScheduledNotFound = "scheduled_not_found", 404, "No such message waits, or it was sent";
    SessionNotFound = "session_not_found", 404, "You have no such session";
    RequestNotFound = "request_not_found", 404, "No such request";
    InvitationNotFound = "invitation_not_found", 404, "The invitation is used up, expired or never was";
    BotNotFound = "bot_not_found", 404, "You have no such bot";
    WebhookNotFound = "webhook_not_found", 404, "No such webhook";
    UploadNotFound = "upload_not_found", 404, "No such upload, or it was given up";
    FileNotFound = "file_not_found", 404, "No such file, or none one may see";
    PreviewUnavailable = "preview_unavailable", 404, "There is no preview of the page";
    PackNotFound = "pack_not_found", 404, "No such pack of stickers";
    StickerNotFound = "sticker_not_found", 404, "No such sticker in the pack";
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed here";
    GroupFull = "group_full", 409, "The group has no room for another member";
    UsernameTaken = "username_taken", 409, "The username is taken";
    AlreadyFriends = "already_friends", 409, "You are friends already";
    CannotInviteSelf = "cannot_invite_self", 409, "That is yourself";
    ClientIdReused = "client_id_reused", 409, "The client_id belongs to a message of another conversation";
    TooMany = "too_many", 429, "A limit is reached";
    TooManyAttempts = "too_many_attempts", 429, "Too many wrong passwords, wait a minute";
    Internal = "internal", 500, "Something went wrong here";
    Busy = "busy", 503, "Too much to do just now, try again";
}

// By hand: what serde derives for so many names is a hundred times larger, and every client downloads it.
impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self::ALL.iter().copied().find(|code| code.as_str() == text).unwrap_or(Self::Unknown))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Code {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let codes = Self::ALL.iter().map(|code| code.as_str());
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("What went wrong, stable over versions."))
            .enum_values(Some(codes))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Code {}

/// The body of every error answer, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Always `about:blank`: `code` is what to act on.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub code: Code,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    pub fn new(code: Code, detail: Option<String>) -> Self {
        Self { kind: about_blank(), title: code.title().to_owned(), status: code.status(), code, detail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_a_later_version_is_read_as_unknown() {
        let code: Code = serde_json::from_str("\"moon_phase_wrong\"").unwrap();
        assert_eq!(code, Code::Unknown);
    }

    #[test]
    fn every_code_has_an_error_status_and_its_own_text() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!((400..600).contains(&code.status()), "{code:?}");
            assert!(seen.insert(code.as_str()), "{code:?} shares its text");
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{}\"", code.as_str()));
        }
    }
}
