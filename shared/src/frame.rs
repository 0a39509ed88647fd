//! WebSocket frames: JSON text, `{"type": …}`. Unknown types and fields are ignored, not fatal.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::conversation::{Conversation, Member, MemberRole};
use crate::json::{self, Fields};
use crate::message::{Body, Head, Message};
use crate::problem::Code;
use crate::read_by_fields;
use crate::scheduled::Scheduled;
use crate::setting::Setting;
use crate::user::User;
use crate::{Change, ClientId, ConversationId, FileId, Millis, Seq, SessionId, UserId};

/// Declares a kind of frame: an enum that is written by serde as it stands, and read in two steps: which fields there
/// are, and then those its type has. What serde derives for reading tagged enums keeps every value in between; it is
/// slower, and a tenth of what a client downloads.
macro_rules! frames {
    ($(#[$doc:meta])* $name:ident $(
        $(#[$about:meta])* $variant:ident = $tag:literal
        $({ $($(#[$with:meta])* $field:ident: $type:ty,)* })?;
    )*) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        // utoipa does not see through the macro what each is renamed to.
        #[cfg_attr(feature = "openapi", schema(rename_all = "snake_case"))]
        #[serde(tag = "type")]
        #[allow(clippy::large_enum_variant, reason = "a frame is read, taken in and gone: none is kept")]
        pub enum $name {
            $($(#[$about])* #[serde(rename = $tag)] $variant $({ $($(#[$with])* $field: $type),* })?,)*
            /// A type this version does not know.
            #[serde(skip_serializing)]
            Unknown,
        }

        impl $name {
            fn of(fields: &Fields<'_>) -> json::Result<Self> {
                match fields.read::<String>("type")?.as_str() {
                    $($tag => Ok(Self::$variant $({ $($field: fields.read(stringify!($field))?),* })?),)*
                    _ => Ok(Self::Unknown),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::of(&Fields::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

frames! {
    /// From a device to the server.
    ClientFrame
        /// Answered by [`ServerFrame::Ack`] once it is durable, or by [`ServerFrame::Error`] with the same `client_id`.
        /// A `client_id` sent before gets its first answer again.
        Send = "send" {
            conversation: ConversationId,
            client_id: ClientId,
            body: Body,
        };
        /// Replaces what one's own message says. Answered as [`ClientFrame::Send`] is; `seq` is the message's.
        Edit = "edit" {
            conversation: ConversationId,
            client_id: ClientId,
            seq: Seq,
            body: Body,
        };
        /// Deletes a message for everyone: one's own, or anybody's in a group one moderates.
        Delete = "delete" {
            conversation: ConversationId,
            client_id: ClientId,
            seq: Seq,
        };
        /// Adds one's reaction, or takes it back.
        React = "react" {
            conversation: ConversationId,
            client_id: ClientId,
            seq: Seq,
            emoji: String,
            on: bool,
        };
        /// Pins a message in the conversation, for all of its members, or takes it down.
        Pin = "pin" {
            conversation: ConversationId,
            client_id: ClientId,
            seq: Seq,
            on: bool,
        };
        /// Chooses these of a poll's options, in place of what one had chosen; none takes one's vote back.
        Vote = "vote" {
            conversation: ConversationId,
            client_id: ClientId,
            seq: Seq,
            options: Vec<u32>,
        };
        /// Closes a poll: one's own, or anybody's in a group one moderates.
        ClosePoll = "close_poll" {
            conversation: ConversationId,
            client_id: ClientId,
            seq: Seq,
        };
        /// Has a message sent at a time, by the server; at once where that is over. Answered by
        /// [`ServerFrame::Scheduled`], to all of the user's devices, once it is durable. A `client_id` scheduled before gets
        /// the answer that is true now: that it waits, that it is gone, or the acknowledgement of the message.
        Schedule = "schedule" {
            conversation: ConversationId,
            client_id: ClientId,
            body: Body,
            at: Millis,
        };
        /// Sets one of the user's settings; without a value, removes it. Answered by [`ServerFrame::Setting`], to all of
        /// the user's devices.
        Set = "set" {
            client_id: ClientId,
            key: String,
            value: Option<String>,
        };
        /// Read everything up to `seq`. Marks never go back; one in the future is `seq_in_future`.
        Read = "read" {
            conversation: ConversationId,
            seq: Seq,
        };
        /// In a direct dialog: this device has stored everything up to `seq`. Marks never go back, and what was read was
        /// received.
        Received = "received" {
            conversation: ConversationId,
            seq: Seq,
        };
        /// The user is typing just now.
        Typing = "typing" {
            conversation: ConversationId,
        };
        /// What this device shows, when that changes, and first of all on every connection: whether Kith can be seen on
        /// it, and which conversation. What is seen is not pushed. A connection that has not said so shows nothing.
        Attending = "attending" {
            conversation: Option<ConversationId>,
            visible: bool,
        };
        Ping = "ping";
}

frames! {
    /// From the server to a device.
    ServerFrame
        /// The first frame of every connection: what to catch up with.
        Welcome = "welcome" {
            session: SessionId,
            user: User,
            now: Millis,
            /// All of the user's, by id: those that are missing were left.
            conversations: Vec<ConversationState>,
            /// Where the user's settings stand.
            settings: Change,
            /// Where the messages the user has scheduled stand.
            scheduled: Change,
            /// Friends with a connection right now.
            online: Vec<UserId>,
        };
        /// What was sent is durable, as `change` of the conversation: the message `seq`, or a change of it. Only to the
        /// device that sent it; a change of a message comes to it in [`ServerFrame::Messages`] too, before.
        Ack = "ack" {
            conversation: ConversationId,
            client_id: ClientId,
            head: Head,
            sent_at: Millis,
            /// When the message disappears.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            expires_at: Option<Millis>,
        };
        /// New or changed messages of one conversation, whole and by `change`, at least one; to every connected device of
        /// every member, a new one not to the device that is acknowledged. What the reader chose of a poll stands in it
        /// only for the devices of the one whose vote changed it.
        Messages = "messages" {
            messages: Vec<Message>,
        };
        /// A member has read up to `seq`, and so received it; to every device of the reader, and of the other one in a direct
        /// dialog, unless the reader keeps it to themselves.
        Read = "read" {
            conversation: ConversationId,
            user: UserId,
            seq: Seq,
        };
        /// In a direct dialog: a device of this member's has stored everything up to `seq`; to every device of both.
        Received = "received" {
            conversation: ConversationId,
            user: UserId,
            seq: Seq,
        };
        Typing = "typing" {
            conversation: ConversationId,
            user: UserId,
        };
        /// A friend's first connection came or the last one went, or they tell it now, or no more.
        Presence = "presence" {
            user: UserId,
            online: bool,
            /// When they were last seen, of who went and tells it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            last_seen: Option<Millis>,
        };
        /// A conversation is new to this user, or whether one may write in it changed.
        Conversation = "conversation" {
            conversation: Conversation,
        };
        /// A group's members changed, or what they may do.
        Members = "members" {
            conversation: ConversationId,
            revision: i64,
            added: Vec<Member>,
            removed: Vec<UserId>,
            /// Of those who were there before and have another one now.
            roles: Vec<MemberRole>,
        };
        /// A group has a new title or description: both as they are now.
        Title = "title" {
            conversation: ConversationId,
            revision: i64,
            title: String,
            description: Option<String>,
        };
        /// Messages sent in a conversation from now on disappear after another time, or never.
        Timer = "timer" {
            conversation: ConversationId,
            revision: i64,
            expire_after: Option<Millis>,
        };
        /// A group has another picture, or none any more.
        Avatar = "avatar" {
            conversation: ConversationId,
            revision: i64,
            avatar: Option<FileId>,
        };
        /// So many ask to be let into a group now; to those who may decide.
        Requests = "requests" {
            conversation: ConversationId,
            requests: u32,
        };
        /// The user is no member of it any more.
        Left = "left" {
            conversation: ConversationId,
        };
        /// A setting of the user's, from any of their devices; `client_id` is that of the [`ClientFrame::Set`].
        Setting = "setting" {
            setting: Setting,
            client_id: Option<ClientId>,
        };
        /// A message of the user's waits for its time, or for its user. `change` is the next one of those that are
        /// scheduled, or one that is known.
        Scheduled = "scheduled" {
            scheduled: Scheduled,
            change: Change,
        };
        /// One waits no more: it was sent, or taken back.
        Unscheduled = "unscheduled" {
            client_id: ClientId,
            change: Change,
        };
        /// A relation, request or profile changed: `GET /api/v1/contacts` says how.
        ContactsChanged = "contacts_changed";
        Pong = "pong";
        /// What a frame of this device met; the connection goes on.
        Error = "error" {
            code: Code,
            detail: String,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            client_id: Option<ClientId>,
        };
}

/// A conversation in [`ServerFrame::Welcome`]: enough to know what one lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationState {
    pub conversation: ConversationId,
    pub head: Head,
    pub revision: i64,
    /// In a group, one's own.
    pub reads: Vec<ReadMark>,
    pub writable: bool,
}

read_by_fields!(ConversationState { conversation, head, revision, writable }[reads]);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadMark {
    pub user: UserId,
    /// 0 of who keeps it to themselves.
    pub seq: Seq,
    /// In a direct dialog: what they have received, at least what they have read. Left out where it is 0.
    #[serde(default, skip_serializing_if = "Seq::is_zero")]
    pub delivered: Seq,
}

read_by_fields!(ReadMark { user, seq } or { delivered });

/// Why the server closed a connection, in the range RFC 6455 leaves to applications.
pub mod close {
    /// The session has ended: log in again, do not reconnect.
    pub const SESSION_ENDED: u16 = 4001;
    /// More frames waited than the connection's queue holds: reconnect and catch up.
    pub const TOO_SLOW: u16 = 4002;
    /// Nothing was heard for [`crate::limits::SOCKET_IDLE`].
    pub const IDLE: u16 = 4003;
    /// The server is going down (RFC 6455, 1001): reconnect.
    pub const GOING_AWAY: u16 = 1001;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written() {
        let (conversation, user) = (ConversationId(uuid::Uuid::nil()), UserId(uuid::Uuid::max()));
        let frames = [
            ServerFrame::Pong,
            ServerFrame::Read { conversation, user, seq: Seq(7) },
            ServerFrame::Error { code: Code::Busy, detail: "later".to_owned(), client_id: None },
        ];
        for frame in frames {
            let text = serde_json::to_string(&frame).unwrap();
            assert_eq!(serde_json::from_str::<ServerFrame>(&text).unwrap(), frame, "{text}");
        }
        let text = serde_json::to_string(&ServerFrame::Typing { conversation, user }).unwrap();
        assert!(text.starts_with(r#"{"type":"typing","conversation":"0000"#), "{text}");
    }

    #[test]
    fn a_frame_without_its_fields_is_refused() {
        for text in ["{}", "[]", "7", r#"{"type":"read"}"#, r#"{"type":"read","conversation":"x","seq":1}"#] {
            assert!(serde_json::from_str::<ClientFrame>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_unknown_frame_is_ignored_not_fatal() {
        let frame: ServerFrame = serde_json::from_str(r#"{"type":"fireworks","of":"the future"}"#).unwrap();
        assert_eq!(frame, ServerFrame::Unknown);
        let frame: ClientFrame = serde_json::from_str(r#"{"type":"ping","\u0065xtra":[{"a":1}]}"#).unwrap();
        assert_eq!(frame, ClientFrame::Ping);
    }
}
