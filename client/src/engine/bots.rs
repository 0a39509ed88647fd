//! One's bots and their webhooks. The server keeps them, not the device: they are asked for where they are shown.

use kith_shared::bot::{Bot, CreateBot, Webhook};
use kith_shared::{ConversationId, UserId, WebhookId, json, routes};

use super::fetch::Fetch;
use super::{Engine, rest};
use crate::state::Failure;

type Result<T> = std::result::Result<T, Failure>;

/// What one can do about one's bots.
pub enum BotChange {
    Make(CreateBot),
    Remove(UserId),
    /// A new token.
    Renew(UserId),
    /// Has messages posted to this address; to none if it is empty.
    Post(UserId, String),
    Hook(UserId, ConversationId),
    Unhook(UserId, WebhookId),
}

impl Engine {
    /// # Errors
    /// What the server refused, or that it can't be reached; so for all below.
    pub async fn bots(&self) -> Result<Vec<Bot>> {
        rest::bots().await
    }

    pub async fn webhooks(&self, bot: UserId) -> Result<Vec<Webhook>> {
        rest::webhooks(bot).await
    }

    /// Changes something, and gives the secret that is told once, if one is: a token, what signs, or a path with a token.
    pub async fn change_bot(&self, change: BotChange) -> Result<Option<String>> {
        let answer = rest::change_bot(&change).await?;
        // The socket says so too; but it may be down while REST gets through.
        self.fetch(Fetch::Contacts);
        if answer.is_empty() {
            return Ok(None);
        }
        if let BotChange::Hook(..) = change {
            return Ok(json::read::<Webhook>(&answer)?.token.map(|token| routes::hook(&token)));
        }
        let bot: Bot = json::read(&answer)?;
        Ok(bot.token.or(bot.outgoing.and_then(|outgoing| outgoing.secret)))
    }
}
