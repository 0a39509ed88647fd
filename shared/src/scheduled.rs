//! Messages that are sent later, by the server, whether a device is there or not.

use serde::Serialize;

use crate::message::Body;
use crate::problem::Code;
use crate::read_by_fields;
use crate::{Change, ClientId, ConversationId, Millis};

/// A message that waits for its time; sent, it keeps its `client_id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scheduled {
    pub conversation: ConversationId,
    pub client_id: ClientId,
    pub body: Body,
    pub at: Millis,
    /// Why it could not be sent when it was due: it waits for its user then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Code>,
}

read_by_fields!(Scheduled { conversation, client_id, body, at, refused });

/// `GET /api/v1/scheduled`: all of the user's, the next one first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Schedule {
    pub messages: Vec<Scheduled>,
    /// Where they stand: each change of them takes the next number.
    pub head: Change,
}

read_by_fields!(Schedule { head }[messages]);
