//! Sessions: a logged-in device each. Only the hash of its token is kept.

use kith_shared::auth::Session;
use kith_shared::limits::SESSION_LIFE;
use kith_shared::user::User;
use kith_shared::{Millis, SessionId, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Store, expired, user};
use crate::error::Result;
use crate::time::{self, millis};

/// How stale `used_at` may get: a write an hour, not one a request.
const TOUCH_EVERY: Millis = 3_600_000;

type SessionRow = (Uuid, Millis, Millis, Uuid, String, String, bool, Option<Vec<u8>>);

/// A session that is new, and since when.
pub(super) async fn begin(
    db: &mut SqliteConnection,
    user: UserId,
    token_hash: &[u8],
) -> Result<(SessionId, Millis)> {
    let (id, now) = (Uuid::now_v7(), time::now());
    let sql =
        "INSERT INTO sessions (id, token_hash, user_id, created_at, used_at) VALUES (?1, ?2, ?3, ?4, ?4)";
    sqlx::query(sql).bind(id).bind(token_hash).bind(user.0).bind(now).execute(db).await?;
    Ok((SessionId(id), now))
}

impl Store {
    pub async fn create_session(&self, user: &User, token_hash: &[u8]) -> Result<Session> {
        let mut db = self.write.acquire().await?;
        let (id, created_at) = begin(&mut db, user.id, token_hash).await?;
        Ok(Session { id, user: user.clone(), created_at, token: None })
    }

    /// The session behind a token, unless it ended or was not used for [`SESSION_LIFE`].
    pub async fn session(&self, token_hash: &[u8]) -> Result<Option<Session>> {
        let sql = "SELECT s.id, s.created_at, s.used_at, u.id, u.username, u.display_name, u.bot, u.avatar
                   FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = ?";
        let row: Option<SessionRow> = sqlx::query_as(sql).bind(token_hash).fetch_optional(&self.read).await?;
        let Some((id, created_at, used_at, user_id, username, display_name, bot, avatar)) = row else {
            return Ok(None);
        };
        let now = time::now();
        // A bot's token stands in a program's configuration: it ends when its owner says so.
        if !bot && expired(used_at + millis(SESSION_LIFE), now) {
            self.end_session(SessionId(id)).await?;
            return Ok(None);
        }
        if now - used_at > TOUCH_EVERY {
            let touch = sqlx::query("UPDATE sessions SET used_at = ? WHERE id = ?").bind(now).bind(id);
            touch.execute(&self.write).await?;
        }
        let user = user((user_id, username, display_name, bot, avatar));
        Ok(Some(Session { id: SessionId(id), user, created_at, token: None }))
    }

    pub async fn end_session(&self, id: SessionId) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE id = ?").bind(id.0).execute(&self.write).await?;
        Ok(())
    }
}
