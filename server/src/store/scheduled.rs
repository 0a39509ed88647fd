//! Messages that wait for their time. What is sent is the writer's; this is what waits.

use kith_shared::message::{Body, Head};
use kith_shared::problem::Code;
use kith_shared::scheduled::{Schedule, Scheduled};
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, UserId, limits};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::writer::json;
use super::{Committed, Store};
use crate::error::Result;

/// How something that was to be scheduled stands.
pub enum Stands {
    /// It waits; `true` where that is new.
    Waits(Scheduled, Change, bool),
    /// It was taken back.
    Gone(Change),
    /// It was sent.
    Sent(ConversationId, Committed),
}

/// One that is due.
pub struct Due {
    pub user: UserId,
    pub message: Scheduled,
}

const COLUMNS: &str = "conversation_id, client_id, body, at, refused";

type ScheduledRow = (Uuid, Uuid, String, Millis, Option<String>);

fn scheduled((conversation, client_id, body, at, refused): ScheduledRow) -> Result<Scheduled> {
    let body: Body = serde_json::from_str(&body)?;
    let code = |text: String| Code::ALL.iter().copied().find(|code| code.as_str() == text);
    Ok(Scheduled {
        conversation: ConversationId(conversation),
        client_id: ClientId(client_id),
        body,
        at,
        refused: refused.map(|text| code(text).unwrap_or(Code::Unknown)),
    })
}

impl Store {
    /// All that waits of `me`'s, the next one first.
    pub async fn schedule(&self, me: UserId) -> Result<Schedule> {
        let mut tx = self.read.begin().await?;
        let head = head(&mut tx, me).await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM scheduled WHERE user_id = ? AND body IS NOT NULL ORDER BY at, client_id"
        );
        let rows: Vec<ScheduledRow> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(me.0).fetch_all(&mut *tx).await?;
        Ok(Schedule { messages: rows.into_iter().map(scheduled).collect::<Result<_>>()?, head })
    }

    /// Where those of `me` stand.
    pub async fn schedule_head(&self, me: UserId) -> Result<Change> {
        head(&mut *self.read.acquire().await?, me).await
    }

    /// Keeps a message until its time. One that was scheduled before stands as it is now.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_writable`, `too_many`
    pub async fn put_scheduled(&self, me: UserId, message: Scheduled) -> Result<Stands> {
        let mut tx = self.begin().await?;
        if let Some(stands) = stands(&mut tx, me, message.client_id).await? {
            return Ok(stands);
        }
        let sql = "SELECT writable, (SELECT COUNT(*) FROM scheduled WHERE user_id = ?2 AND body IS NOT NULL)
                   FROM members WHERE conversation_id = ?1 AND user_id = ?2";
        let row: Option<(bool, i64)> =
            sqlx::query_as(sql).bind(message.conversation.0).bind(me.0).fetch_optional(&mut *tx).await?;
        match row {
            None => return Err(Code::ConversationNotFound.into()),
            Some((false, _)) => return Err(Code::NotWritable.into()),
            Some((_, limits::SCHEDULED..)) => return Err(Code::TooMany.into()),
            Some(_) => {}
        }
        let sql =
            "INSERT INTO scheduled (user_id, client_id, conversation_id, body, at) VALUES (?, ?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(me.0)
            .bind(message.client_id.0)
            .bind(message.conversation.0)
            .bind(json(&message.body)?)
            .bind(message.at)
            .execute(&mut *tx)
            .await?;
        let change = advance(&mut tx, me).await?;
        tx.commit().await?;
        Ok(Stands::Waits(message, change, true))
    }

    /// Takes one back: it leaves its name alone.
    ///
    /// # Errors
    /// `scheduled_not_found`
    pub async fn take_back_scheduled(&self, me: UserId, client_id: ClientId) -> Result<Change> {
        let sql = "UPDATE scheduled SET body = NULL WHERE user_id = ? AND client_id = ? AND body IS NOT NULL";
        self.change_scheduled(me, client_id, sql).await
    }

    /// One that was sent waits no more.
    pub async fn drop_scheduled(&self, me: UserId, client_id: ClientId) -> Result<Change> {
        self.change_scheduled(me, client_id, "DELETE FROM scheduled WHERE user_id = ? AND client_id = ?")
            .await
    }

    async fn change_scheduled(&self, me: UserId, client_id: ClientId, sql: &'static str) -> Result<Change> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(sql).bind(me.0).bind(client_id.0).execute(&mut *tx).await?;
        if done.rows_affected() == 0 {
            return Err(Code::ScheduledNotFound.into());
        }
        let change = advance(&mut tx, me).await?;
        tx.commit().await?;
        Ok(change)
    }

    /// Gives one another time, with nothing against it any more; or with why it could not be sent.
    ///
    /// # Errors
    /// `scheduled_not_found`
    pub async fn set_scheduled(
        &self,
        me: UserId,
        client_id: ClientId,
        at: Option<Millis>,
        refused: Option<Code>,
    ) -> Result<(Scheduled, Change)> {
        let mut tx = self.begin().await?;
        let sql = format!(
            "UPDATE scheduled SET at = COALESCE(?, at), refused = ?
             WHERE user_id = ? AND client_id = ? AND body IS NOT NULL RETURNING {COLUMNS}"
        );
        let row: Option<ScheduledRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(at)
            .bind(refused.map(Code::as_str))
            .bind(me.0)
            .bind(client_id.0)
            .fetch_optional(&mut *tx)
            .await?;
        let message = scheduled(row.ok_or(Code::ScheduledNotFound)?)?;
        let change = advance(&mut tx, me).await?;
        tx.commit().await?;
        Ok((message, change))
    }

    /// Those whose time has come, at most `most`, the oldest first.
    pub async fn due(&self, now: Millis, most: i64) -> Result<Vec<Due>> {
        let sql = format!(
            "SELECT user_id, {COLUMNS} FROM scheduled
             WHERE at <= ? AND body IS NOT NULL AND refused IS NULL ORDER BY at, client_id LIMIT ?"
        );
        let rows: Vec<(Uuid, Uuid, Uuid, String, Millis, Option<String>)> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now).bind(most).fetch_all(&self.background).await?;
        let due = |(user, conversation, client_id, body, at, refused)| {
            let message = scheduled((conversation, client_id, body, at, refused))?;
            Ok(Due { user: UserId(user), message })
        };
        rows.into_iter().map(due).collect()
    }

    /// When the next one is due.
    pub async fn next_due(&self) -> Result<Option<Millis>> {
        let sql = "SELECT MIN(at) FROM scheduled WHERE body IS NOT NULL AND refused IS NULL";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.background).await?)
    }
}

/// How one that was scheduled before stands.
async fn stands(db: &mut SqliteConnection, me: UserId, client_id: ClientId) -> Result<Option<Stands>> {
    let sql = "SELECT conversation_id, seq, change, sent_at, expires_at FROM messages WHERE client_id = ? AND sender_id = ?";
    let sent: Option<(Uuid, i64, i64, Millis, Option<Millis>)> =
        sqlx::query_as(sql).bind(client_id.0).bind(me.0).fetch_optional(&mut *db).await?;
    if let Some((conversation, seq, change, sent_at, expires_at)) = sent {
        let head = Head { seq: Seq(seq), change: Change(change) };
        let sent = Committed { head, sent_at, expires_at, again: true };
        return Ok(Some(Stands::Sent(ConversationId(conversation), sent)));
    }
    let sql = "SELECT conversation_id, client_id, COALESCE(body, ''), at, refused FROM scheduled
               WHERE user_id = ? AND client_id = ?";
    let row: Option<ScheduledRow> =
        sqlx::query_as(sql).bind(me.0).bind(client_id.0).fetch_optional(&mut *db).await?;
    let Some(row) = row else { return Ok(None) };
    let change = head(db, me).await?;
    if row.2.is_empty() {
        return Ok(Some(Stands::Gone(change)));
    }
    Ok(Some(Stands::Waits(scheduled(row)?, change, false)))
}

async fn head(db: &mut SqliteConnection, me: UserId) -> Result<Change> {
    let sql = "SELECT scheduled_change FROM users WHERE id = ?";
    Ok(Change(sqlx::query_scalar(sql).bind(me.0).fetch_one(db).await?))
}

async fn advance(db: &mut SqliteConnection, me: UserId) -> Result<Change> {
    let sql =
        "UPDATE users SET scheduled_change = scheduled_change + 1 WHERE id = ? RETURNING scheduled_change";
    Ok(Change(sqlx::query_scalar(sql).bind(me.0).fetch_one(db).await?))
}
