//! Sessions: a logged-in device each. Only the hash of its token is kept.

use kith_shared::auth::{OwnSession, Session};
use kith_shared::limits::{SESSION_LIFE, SESSIONS_LISTED};
use kith_shared::problem::Code;
use kith_shared::user::User;
use kith_shared::{Millis, SessionId, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Store, expired, user};
use crate::agent::Agent;
use crate::error::Result;
use crate::time::{self, millis};

/// How stale `used_at` may get: a write an hour, not one a request.
const TOUCH_EVERY: Millis = 3_600_000;

type SessionRow = (Uuid, Millis, Millis, Uuid, String, String, bool, Option<Vec<u8>>);

type OwnRow = (Uuid, Option<String>, Option<String>, Millis, Millis);

/// A session that is new, and since when.
pub(super) async fn begin(
    db: &mut SqliteConnection,
    user: UserId,
    token_hash: &[u8],
    agent: &Agent,
) -> Result<(SessionId, Millis)> {
    let (id, now) = (Uuid::now_v7(), time::now());
    let sql = "INSERT INTO sessions (id, token_hash, user_id, created_at, used_at, browser, system)
               VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)";
    let insert = sqlx::query(sql).bind(id).bind(token_hash).bind(user.0).bind(now);
    insert.bind(&agent.browser).bind(&agent.system).execute(db).await?;
    Ok((SessionId(id), now))
}

impl Store {
    /// A session of who has shown the password behind `password_hash`.
    ///
    /// # Errors
    /// `wrong_credentials` where it was reset since: no session that the old password opens outlives it.
    pub async fn create_session(
        &self,
        (user, password_hash): (&User, &str),
        token_hash: &[u8],
        agent: &Agent,
    ) -> Result<Session> {
        let mut tx = self.begin().await?;
        let sql = "SELECT password_hash = ? FROM users WHERE id = ?";
        if !sqlx::query_scalar(sql).bind(password_hash).bind(user.id.0).fetch_one(&mut *tx).await? {
            return Err(Code::WrongCredentials.into());
        }
        let (id, created_at) = begin(&mut tx, user.id, token_hash, agent).await?;
        tx.commit().await?;
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

    /// Whether it is one still.
    pub async fn has_session(&self, id: SessionId) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sessions WHERE id = ?)";
        Ok(sqlx::query_scalar(sql).bind(id.0).fetch_one(&self.read).await?)
    }

    /// The user's sessions, what was used last first; which one asks, and which have a connection, is not known here.
    pub async fn sessions(&self, user: UserId) -> Result<Vec<OwnSession>> {
        let sql =
            "SELECT id, browser, system, created_at, used_at FROM sessions WHERE user_id = ? AND used_at > ?
                   ORDER BY used_at DESC, id DESC LIMIT ?";
        let since = time::now() - millis(SESSION_LIFE);
        let rows: Vec<OwnRow> =
            sqlx::query_as(sql).bind(user.0).bind(since).bind(SESSIONS_LISTED).fetch_all(&self.read).await?;
        let own = |(id, browser, system, created_at, used_at): OwnRow| {
            let id = SessionId(id);
            let used_at = self.seen.session(id).unwrap_or(used_at);
            OwnSession { id, browser, system, created_at, used_at, current: false, connected: false }
        };
        Ok(rows.into_iter().map(own).collect())
    }

    /// Ends a session of the user's. Answers whether there was such a one.
    pub async fn end_session_of(&self, user: UserId, id: SessionId) -> Result<bool> {
        let sql = "DELETE FROM sessions WHERE id = ? AND user_id = ?";
        let done = sqlx::query(sql).bind(id.0).bind(user.0).execute(&self.write).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends the user's sessions but this one, and says which.
    pub async fn end_other_sessions(&self, user: UserId, but: SessionId) -> Result<Vec<SessionId>> {
        let sql = "DELETE FROM sessions WHERE user_id = ? AND id <> ? RETURNING id";
        let ended: Vec<Uuid> =
            sqlx::query_scalar(sql).bind(user.0).bind(but.0).fetch_all(&self.write).await?;
        Ok(ended.into_iter().map(SessionId).collect())
    }

    pub async fn end_session(&self, id: SessionId) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE id = ?").bind(id.0).execute(&self.write).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_that_is_reset_while_it_is_looked_at_opens_no_session() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mia = store.create_user(("mia", "Mia"), "old", None).await.unwrap();
        store.reset_password("mia", "new").await.unwrap();
        let agent = Agent::default();
        let refused = store.create_session((&mia, "old"), b"a", &agent).await.unwrap_err();
        assert_eq!(refused.code(), Code::WrongCredentials);
        store.create_session((&mia, "new"), b"b", &agent).await.unwrap();
        assert_eq!(store.sessions(mia.id).await.unwrap().len(), 1);
    }
}
