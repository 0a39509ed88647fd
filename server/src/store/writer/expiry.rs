//! Messages that disappear: what they said is gone when their time has come, as if they had been deleted by nobody. It
//! takes the writer, for each takes its conversation's next change.

use kith_shared::message::{Body, Head, Message};
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, UserId};
use serde_json::value::to_raw_value;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::changes::{self, Changed};
use super::{NOBODY, Sealed};
use crate::error::Result;

/// Messages that disappear in one commit; for more there are more.
pub(super) const BATCH: usize = 256;

/// Conversation, `seq`, sender, `client_id`, `sent_at`, and the change it takes.
type Row = (Uuid, i64, Uuid, Uuid, Millis, i64);

/// What has disappeared by now, at most [`BATCH`] messages.
pub(super) async fn expire(db: &mut SqliteConnection, now: Millis) -> Result<Vec<Changed>> {
    let sql = "SELECT m.conversation_id, m.seq, m.sender_id, m.client_id, m.sent_at,
                   c.head_change + row_number() OVER (PARTITION BY m.conversation_id ORDER BY m.seq)
               FROM (SELECT * FROM messages WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) m
               JOIN conversations c ON c.id = m.conversation_id";
    let rows: Vec<Row> = sqlx::query_as(sql).bind(now).bind(BATCH as i64).fetch_all(&mut *db).await?;
    let mut gone = Vec::with_capacity(rows.len());
    for row in rows {
        let message = expired(row)?;
        changes::store(db, &message).await?;
        changes::forget(db, &message).await?;
        // Nobody asked for it, so nobody is acknowledged.
        gone.push(Changed { message, voted: None, client_id: ClientId(Uuid::nil()), origin: NOBODY });
    }
    Ok(gone)
}

fn expired((conversation, seq, sender, client_id, sent_at, change): Row) -> Result<Sealed> {
    let (conversation, head) = (ConversationId(conversation), Head { seq: Seq(seq), change: Change(change) });
    let from = (UserId(sender), ClientId(client_id));
    Ok(Message::new(conversation, head, from, sent_at, to_raw_value(&Body::Expired)?))
}
