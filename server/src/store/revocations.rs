//! Sessions that were ended by another process than the server, which has their sockets still.

use kith_shared::{Millis, SessionId, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::Store;
use crate::error::Result;
use crate::time;

/// How long a revocation is kept: a server that runs has read it long before.
const KEPT: Millis = 24 * 3_600_000;

/// Ends all of a user's sessions, and says so to a server that runs. Answers how many there were.
pub(super) async fn revoke_all(db: &mut SqliteConnection, user: UserId) -> Result<u64> {
    let now = time::now();
    let sweep = sqlx::query("DELETE FROM revocations WHERE revoked_at <= ?").bind(now - KEPT);
    sweep.execute(&mut *db).await?;
    let sql = "INSERT INTO revocations (session_id, revoked_at) SELECT id, ? FROM sessions WHERE user_id = ?";
    sqlx::query(sql).bind(now).bind(user.0).execute(&mut *db).await?;
    let ended = sqlx::query("DELETE FROM sessions WHERE user_id = ?").bind(user.0).execute(db).await?;
    Ok(ended.rows_affected())
}

impl Store {
    /// Those after a number, and the number of the last one.
    pub async fn revocations(&self, after: i64) -> Result<(Vec<SessionId>, i64)> {
        let sql = "SELECT number, session_id FROM revocations WHERE number > ? ORDER BY number";
        let rows: Vec<(i64, Uuid)> = sqlx::query_as(sql).bind(after).fetch_all(&self.background).await?;
        let last = rows.last().map_or(after, |(number, _)| *number);
        Ok((rows.into_iter().map(|(_, session)| SessionId(session)).collect(), last))
    }
}
