//! Bots: users that programs speak as, each with an owner; and the webhooks by which they are spoken to without a socket.

use serde::Serialize;

use crate::message::Message;
use crate::read_by_fields;
use crate::user::User;
use crate::{ClientId, ConversationId, Millis, UserId, WebhookId};

/// A bot as its owner sees it; `GET /api/v1/bots` lists them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bot {
    pub user: User,
    pub created_at: Millis,
    /// What it logs in with, as `Authorization: Bearer …`. Told once, where it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Where it hears of messages, if by a webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outgoing: Option<Outgoing>,
}

read_by_fields!(Bot { user, created_at, token, outgoing });

/// `POST /api/v1/bots`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateBot {
    pub username: String,
    pub display_name: String,
}

read_by_fields!(CreateBot { username, display_name });

/// `PATCH /api/v1/bots/{bot}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenameBot {
    pub display_name: String,
}

read_by_fields!(RenameBot { display_name });

/// Where messages of a bot's conversations are posted to, and how that goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outgoing {
    pub url: String,
    /// What deliveries are signed with. Told once, where the address is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The receiver said that it is gone: nothing is posted until the address is set again.
    pub stopped: bool,
    /// The latest delivery that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<DeliveryFailure>,
}

read_by_fields!(Outgoing { url, secret, stopped, failure });

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryFailure {
    pub at: Millis,
    /// In English, for who wrote the receiver.
    pub reason: String,
    /// The message was not delivered within a day, and is not tried again.
    pub given_up: bool,
}

read_by_fields!(DeliveryFailure { at, reason, given_up });

/// `PUT /api/v1/bots/{bot}/outgoing`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetOutgoing {
    pub url: String,
}

read_by_fields!(SetOutgoing { url });

/// What is posted to [`Outgoing::url`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// `messages`
    pub event: String,
    pub bot: UserId,
    /// One, new or changed, so that an answer is to one.
    pub messages: Vec<Message>,
}

read_by_fields!(Delivery { event, bot }[messages]);

/// What the receiver of a [`Delivery`] may answer: the bot writes it into the message's conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reply {
    pub text: String,
}

read_by_fields!(Reply { text });

/// An address that programs post to, so that the bot writes; `GET /api/v1/bots/{bot}/webhooks` lists a bot's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    pub id: WebhookId,
    pub conversation: ConversationId,
    pub created_at: Millis,
    /// The secret part of the address, `{origin}/api/v1/hooks/{token}`. Told once, where it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

read_by_fields!(Webhook { id, conversation, created_at, token });

/// `POST /api/v1/bots/{bot}/webhooks`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateWebhook {
    pub conversation: ConversationId,
}

read_by_fields!(CreateWebhook { conversation });

/// `POST /api/v1/hooks/{token}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostMessage {
    pub text: String,
    /// Posted again, it is the same message. The header `Idempotency-Key` does the same with any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
}

read_by_fields!(PostMessage { text, client_id });
