//! WebSocket frames: JSON text, `{"type": …}`. Unknown types and fields are ignored, not fatal.

use serde::{Deserialize, Serialize};

use crate::conversation::Conversation;
use crate::message::{Body, Head, Message};
use crate::problem::Code;
use crate::user::User;
use crate::{ClientId, ConversationId, Millis, Seq, SessionId, UserId};

/// From a device to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Answered by [`ServerFrame::Ack`] once it is durable, or by [`ServerFrame::Error`] with the same `client_id`.
    /// A `client_id` sent before gets its first answer again.
    Send {
        conversation: ConversationId,
        client_id: ClientId,
        body: Body,
    },
    /// Read everything up to `seq`. Marks never go back; one in the future is `seq_in_future`.
    Read {
        conversation: ConversationId,
        seq: Seq,
    },
    /// The user is typing just now.
    Typing {
        conversation: ConversationId,
    },
    Ping,
    /// A type this version does not know.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// From the server to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The first frame of every connection: what to catch up with.
    Welcome {
        session: SessionId,
        user: User,
        now: Millis,
        conversations: Vec<ConversationState>,
        /// Friends with a connection right now.
        online: Vec<UserId>,
    },
    /// The message is durable, as `seq` and `change` of its conversation. Only to the device that sent it.
    Ack {
        conversation: ConversationId,
        client_id: ClientId,
        head: Head,
        sent_at: Millis,
    },
    /// A new or changed message, whole; to every connected device of every member but the one that was acknowledged.
    Message {
        message: Message,
    },
    /// A member has read up to `seq`; to every device of every member, the reader's own too.
    Read {
        conversation: ConversationId,
        user: UserId,
        seq: Seq,
    },
    Typing {
        conversation: ConversationId,
        user: UserId,
    },
    /// A friend's first connection came or the last one went.
    Presence {
        user: UserId,
        online: bool,
    },
    /// A conversation is new to this user, or its members or `writable` changed.
    Conversation {
        conversation: Conversation,
    },
    /// A relation, request or profile changed: `GET /api/v1/contacts` says how.
    ContactsChanged,
    Pong,
    /// What a frame of this device met; the connection goes on.
    Error {
        code: Code,
        detail: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<ClientId>,
    },
    #[serde(other, skip_serializing)]
    Unknown,
}

/// A conversation in [`ServerFrame::Welcome`]: enough to know what one lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationState {
    pub conversation: ConversationId,
    pub head: Head,
    pub reads: Vec<ReadMark>,
    pub writable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMark {
    pub user: UserId,
    pub seq: Seq,
}

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
    fn an_unknown_frame_is_ignored_not_fatal() {
        let frame: ServerFrame = serde_json::from_str(r#"{"type":"fireworks","of":"the future"}"#).unwrap();
        assert_eq!(frame, ServerFrame::Unknown);
        let frame: ClientFrame = serde_json::from_str(r#"{"type":"ping","extra":1}"#).unwrap();
        assert_eq!(frame, ClientFrame::Ping);
    }
}
