//! The wire of Kith, shared by the server and the client: ids, REST types and routes, WebSocket frames, limits and
//! validation. No I/O, and nothing here knows which side it runs on.

pub mod archive;
pub mod auth;
pub mod bot;
pub mod contact;
pub mod conversation;
pub mod format;
pub mod frame;
pub mod id;
pub mod joining;
pub mod json;
pub mod limits;
pub mod media;
pub mod message;
pub mod notice;
pub mod notify;
pub mod picture;
pub mod preview;
pub mod problem;
pub mod push;
pub mod routes;
pub mod scheduled;
pub mod search;
pub mod setting;
pub mod sticker;
pub mod thumbhash;
pub mod user;
pub mod validate;

pub use id::{
    Change, ClientId, ConversationId, InvitationId, Millis, PackId, Seq, SessionId, UploadId, UserId,
    WebhookId,
};
pub use media::FileId;
