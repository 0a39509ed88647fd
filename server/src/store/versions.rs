//! What edited messages said before.

use kith_shared::limits::VERSIONS;
use kith_shared::message::{Body, Version};
use kith_shared::{ConversationId, Millis, Seq, UserId};
use sqlx::SqliteConnection;

use super::messages::expect_message;
use super::{Sealed, Store};
use crate::error::Result;

impl Store {
    /// What a message said before it was edited, oldest first; nothing where it never was, or was deleted.
    ///
    /// # Errors
    /// `conversation_not_found`, `message_not_found`
    pub async fn versions(&self, me: UserId, id: ConversationId, seq: Seq) -> Result<Vec<Version>> {
        let mut tx = self.read.begin().await?;
        expect_message(&mut tx, me, id, seq).await?;
        let sql = "SELECT text, said_at FROM message_versions WHERE conversation_id = ? AND seq = ?
                   ORDER BY change DESC LIMIT ?";
        let rows: Vec<(String, Millis)> =
            sqlx::query_as(sql).bind(id.0).bind(seq.0).bind(VERSIONS).fetch_all(&mut *tx).await?;
        Ok(rows.into_iter().rev().map(|(text, said_at)| Version { text, said_at }).collect())
    }
}

/// Keeps what a message said until now.
pub(super) async fn keep(db: &mut SqliteConnection, before: &Sealed) -> Result<()> {
    let Ok(Body::Text { text, .. }) = serde_json::from_str(before.body.get()) else { return Ok(()) };
    let sql =
        "INSERT INTO message_versions (conversation_id, seq, change, said_at, text) VALUES (?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(before.conversation.0)
        .bind(before.seq.0)
        .bind(before.change.0)
        .bind(before.edited_at.unwrap_or(before.sent_at))
        .bind(text)
        .execute(db)
        .await?;
    Ok(())
}

/// A message that is gone leaves nothing of what it ever said.
pub(super) async fn forget(db: &mut SqliteConnection, before: &Sealed) -> Result<()> {
    let sql = "DELETE FROM message_versions WHERE conversation_id = ? AND seq = ?";
    sqlx::query(sql).bind(before.conversation.0).bind(before.seq.0).execute(db).await?;
    Ok(())
}
