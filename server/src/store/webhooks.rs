//! Incoming webhooks: who holds one's token writes into its conversation as its bot. Only the token's hash is kept.

use kith_shared::bot::Webhook;
use kith_shared::conversation::Role;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, Millis, UserId, WebhookId, limits};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::Store;
use super::bots::own_bot;
use super::roles::{allowed, role_of, standing};
use crate::error::{Error, Result};
use crate::time;

/// What a webhook's token opens.
pub struct Hook {
    pub id: WebhookId,
    pub bot: UserId,
    pub conversation: ConversationId,
}

impl Store {
    /// Makes a webhook of a bot of `me`, in a conversation both are in.
    ///
    /// # Errors
    /// `bot_not_found`, `conversation_not_found`, `not_allowed`, `member_not_found`, `too_many`
    pub async fn create_webhook(
        &self,
        me: UserId,
        bot: UserId,
        conversation: ConversationId,
        token_hash: &[u8],
    ) -> Result<Webhook> {
        let mut tx = self.begin().await?;
        own_bot(&mut tx, me, bot).await?;
        may_add(&mut tx, me, conversation).await?;
        role_of(&mut tx, bot, conversation).await?;
        let sql = "SELECT COUNT(*) FROM webhooks WHERE bot_id = ?";
        let count: i64 = sqlx::query_scalar(sql).bind(bot.0).fetch_one(&mut *tx).await?;
        if count >= limits::WEBHOOKS {
            return Err(Code::TooMany.into());
        }
        let (id, created_at) = (Uuid::now_v7(), time::now());
        let sql = "INSERT INTO webhooks (id, token_hash, bot_id, conversation_id, created_at) VALUES (?, ?, ?, ?, ?)";
        let insert = sqlx::query(sql).bind(id).bind(token_hash).bind(bot.0).bind(conversation.0);
        insert.bind(created_at).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(Webhook { id: WebhookId(id), conversation, created_at, token: None })
    }

    /// A bot's webhooks, in the order they were made.
    ///
    /// # Errors
    /// `bot_not_found`
    pub async fn webhooks(&self, me: UserId, bot: UserId) -> Result<Vec<Webhook>> {
        let mut tx = self.read.begin().await?;
        own_bot(&mut tx, me, bot).await?;
        let sql = "SELECT id, conversation_id, created_at FROM webhooks WHERE bot_id = ? ORDER BY id";
        let rows: Vec<(Uuid, Uuid, Millis)> = sqlx::query_as(sql).bind(bot.0).fetch_all(&mut *tx).await?;
        let webhook = |(id, conversation, created_at)| Webhook {
            id: WebhookId(id),
            conversation: ConversationId(conversation),
            created_at,
            token: None,
        };
        Ok(rows.into_iter().map(webhook).collect())
    }

    /// # Errors
    /// `bot_not_found`, `webhook_not_found`
    pub async fn delete_webhook(&self, me: UserId, bot: UserId, id: WebhookId) -> Result<()> {
        let mut tx = self.begin().await?;
        own_bot(&mut tx, me, bot).await?;
        let sql = "DELETE FROM webhooks WHERE id = ? AND bot_id = ?";
        let done = sqlx::query(sql).bind(id.0).bind(bot.0).execute(&mut *tx).await?;
        tx.commit().await?;
        if done.rows_affected() == 0 { Err(Code::WebhookNotFound.into()) } else { Ok(()) }
    }

    /// # Errors
    /// `webhook_not_found`
    pub async fn hook(&self, token_hash: &[u8]) -> Result<Hook> {
        let sql = "SELECT id, bot_id, conversation_id FROM webhooks WHERE token_hash = ?";
        let row: Option<(Uuid, Uuid, Uuid)> =
            sqlx::query_as(sql).bind(token_hash).fetch_optional(&self.read).await?;
        let (id, bot, conversation) = row.ok_or_else(|| Error::from(Code::WebhookNotFound))?;
        Ok(Hook { id: WebhookId(id), bot: UserId(bot), conversation: ConversationId(conversation) })
    }
}

/// In a group that takes an admin, in a direct dialog a member.
///
/// # Errors
/// `conversation_not_found`, `not_allowed`
async fn may_add(db: &mut SqliteConnection, me: UserId, id: ConversationId) -> Result<()> {
    allowed(standing(db, me, id).await?.role.is_none_or(Role::may_add_webhooks))
}
