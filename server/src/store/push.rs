//! Where sessions' pushes go.

use std::collections::HashMap;

use kith_shared::limits::SESSION_LIFE;
use kith_shared::message::Message;
use kith_shared::setting::{KEYWORDS, PUSH_SHOWS, QUIET, mute, notify};
use kith_shared::user::User;
use kith_shared::{ConversationId, FileId, Millis, Seq, SessionId, UserId};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::files::file_id;
use super::messages::{COLUMNS, GONE, MessageRow, message};
use super::notices::NOTICE;
use super::writer::json;
use super::{Store, UserRow, user};
use crate::error::Result;
use crate::time::{self, millis};

/// Messages of a conversation that are looked at to find the one a device is told of.
const LOOKED_AT: u32 = 50;

/// By what a device reads what is sent to it.
#[derive(Clone, Debug)]
pub struct Keys {
    /// An uncompressed point of P-256.
    pub public: Vec<u8>,
    /// 16 bytes it shares with this server.
    pub auth: Vec<u8>,
}

/// A device that gets pushes.
#[derive(Clone, Debug)]
pub struct Subscription {
    pub session: SessionId,
    pub user: UserId,
    pub endpoint: String,
    pub keys: Keys,
    /// The https origin it was made at.
    pub site: Option<String>,
}

/// What there may be to tell of a conversation.
pub struct Talk {
    pub conversation: ConversationId,
    /// `None` of a direct dialog.
    pub title: Option<String>,
    /// The group's picture.
    pub avatar: Option<FileId>,
    /// The newest first, without notices and what is gone.
    pub messages: Vec<Message>,
    pub senders: HashMap<UserId, User>,
}

/// A device of a member, and what decides whether and how it is told.
pub struct Recipient {
    pub to: Subscription,
    pub username: String,
    pub read: Seq,
    pub joined_at: Millis,
    /// Those of the user's settings that say what notifies.
    pub settings: HashMap<String, String>,
    /// Conversations in which something is unread.
    pub unread: i64,
}

type RecipientRow = (Uuid, Uuid, String, Vec<u8>, Vec<u8>, Option<String>, String, i64, Millis, String, i64);

type SubscriptionRow = (Uuid, Uuid, String, Vec<u8>, Vec<u8>, Option<String>);

fn subscription((session, user, endpoint, public, auth, site): SubscriptionRow) -> Subscription {
    let keys = Keys { public, auth };
    Subscription { session: SessionId(session), user: UserId(user), endpoint, keys, site }
}

impl Store {
    /// Where a session's pushes go from now on. An endpoint is one browser's: whoever was logged in there before has it no
    /// more.
    pub async fn subscribe(&self, to: &Subscription) -> Result<()> {
        let mut tx = self.begin().await?;
        let sql = "DELETE FROM push_subscriptions WHERE session_id = ? OR endpoint = ?";
        sqlx::query(sql).bind(to.session.0).bind(&to.endpoint).execute(&mut *tx).await?;
        // The session may have ended meanwhile.
        let sql = "INSERT INTO push_subscriptions (session_id, user_id, endpoint, p256dh, auth, site)
                   SELECT id, user_id, ?, ?, ?, ? FROM sessions WHERE id = ?";
        let insert = sqlx::query(sql).bind(&to.endpoint).bind(&to.keys.public).bind(&to.keys.auth);
        insert.bind(&to.site).bind(to.session.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends a session's pushes; with `only`, where they go there.
    pub async fn unsubscribe(&self, session: SessionId, only: Option<&str>) -> Result<()> {
        let sql = "DELETE FROM push_subscriptions WHERE session_id = ?1 AND (?2 IS NULL OR endpoint = ?2)";
        sqlx::query(sql).bind(session.0).bind(only).execute(&self.write).await?;
        Ok(())
    }

    pub async fn subscription(&self, session: SessionId) -> Result<Option<Subscription>> {
        let sql = "SELECT session_id, user_id, endpoint, p256dh, auth, site FROM push_subscriptions
                   WHERE session_id = ?";
        let row: Option<SubscriptionRow> =
            sqlx::query_as(sql).bind(session.0).fetch_optional(&self.read).await?;
        Ok(row.map(subscription))
    }

    /// Whether anybody gets pushes.
    pub async fn has_subscriptions(&self) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM push_subscriptions)";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.read).await?)
    }

    /// The newest messages of a conversation from `first` on; `None` where it is no more.
    pub async fn talk(&self, conversation: ConversationId, first: Seq) -> Result<Option<Talk>> {
        let mut tx = self.read.begin().await?;
        let sql = "SELECT title, avatar FROM conversations WHERE id = ?";
        let row: Option<(Option<String>, Option<Vec<u8>>)> =
            sqlx::query_as(sql).bind(conversation.0).fetch_optional(&mut *tx).await?;
        let Some((title, avatar)) = row else { return Ok(None) };
        let sql = format!(
            "SELECT {COLUMNS} FROM messages m
             WHERE m.conversation_id = ? AND m.seq >= ? AND m.body NOT IN ({GONE})
                 AND substr(m.body, 1, length(?3)) <> ?3
             ORDER BY m.seq DESC LIMIT ?4"
        );
        let query = sqlx::query_as(AssertSqlSafe(sql)).bind(conversation.0).bind(first.0).bind(NOTICE);
        let rows: Vec<MessageRow> = query.bind(LOOKED_AT).fetch_all(&mut *tx).await?;
        let messages = rows.into_iter().map(message).collect::<Result<Vec<_>>>()?;
        let senders: Vec<_> = messages.iter().map(|message| message.sender.0.simple()).collect();
        let sql = "SELECT id, username, display_name, bot, avatar FROM users
                   WHERE id IN (SELECT unhex(value) FROM json_each(?))";
        let rows: Vec<UserRow> = sqlx::query_as(sql).bind(json(&senders)?).fetch_all(&mut *tx).await?;
        let senders = rows.into_iter().map(user).map(|user| (user.id, user)).collect();
        let avatar = avatar.as_deref().map(file_id).transpose()?;
        Ok(Some(Talk { conversation, title, avatar, messages, senders }))
    }

    /// The devices of a conversation's members that get pushes; with `only`, those of them.
    pub async fn recipients(
        &self,
        conversation: ConversationId,
        only: Option<&[SessionId]>,
    ) -> Result<Vec<Recipient>> {
        let only = only.map(|only| only.iter().map(|id| id.0.simple()).collect::<Vec<_>>());
        let only = only.as_ref().map(json).transpose()?;
        // A few of a thousand are not looked for among all.
        let devices = if only.is_some() {
            "json_each(?9) i
             CROSS JOIN push_subscriptions p ON p.session_id = unhex(i.value)
             CROSS JOIN members m ON m.conversation_id = ?1 AND m.user_id = p.user_id"
        } else {
            "members m
             JOIN push_subscriptions p ON p.user_id = m.user_id AND m.conversation_id = ?1 AND ?9 IS NULL"
        };
        let sql = format!(
            "SELECT p.session_id, p.user_id, p.endpoint, p.p256dh, p.auth, p.site, u.username, m.read_seq, m.joined_at,
                 (SELECT json_group_object(s.key, s.value) FROM settings s
                  WHERE s.user_id = p.user_id AND s.value IS NOT NULL AND s.key IN (?2, ?3, ?4, ?5, ?6)),
                 (SELECT COUNT(*) FROM members o JOIN conversations c ON c.id = o.conversation_id
                  WHERE o.user_id = p.user_id AND c.head_seq > o.read_seq
                      AND EXISTS (SELECT 1 FROM messages x WHERE x.conversation_id = c.id
                          AND x.seq > o.read_seq AND x.sender_id <> o.user_id AND x.body NOT IN ({GONE})
                          AND substr(x.body, 1, length(?7)) <> ?7))
             FROM {devices}
             JOIN sessions n ON n.id = p.session_id AND n.used_at > ?8
             JOIN users u ON u.id = p.user_id"
        );
        let rows: Vec<RecipientRow> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(conversation.0)
            .bind(PUSH_SHOWS)
            .bind(QUIET)
            .bind(KEYWORDS)
            .bind(notify(conversation))
            .bind(mute(conversation))
            .bind(NOTICE)
            .bind(time::now() - millis(SESSION_LIFE))
            .bind(only)
            .fetch_all(&self.read)
            .await?;
        rows.into_iter().map(recipient).collect()
    }
}

fn recipient(row: RecipientRow) -> Result<Recipient> {
    let (session, user, endpoint, public, auth, site, username, read, joined_at, settings, unread) = row;
    let to = subscription((session, user, endpoint, public, auth, site));
    let settings = serde_json::from_str(&settings)?;
    Ok(Recipient { to, username, read: Seq(read), joined_at, settings, unread })
}
