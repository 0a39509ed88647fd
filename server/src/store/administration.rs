//! What is asked and done by who runs the server, with no session.

use kith_shared::limits::SESSION_LIFE;
use kith_shared::{Millis, UserId};
use serde::Serialize;
use uuid::Uuid;

use super::Store;
use super::revocations::revoke_all;
use crate::error::{Error, Result};
use crate::time::{self, millis};

/// A user as who runs the server sees one.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct Account {
    pub username: String,
    pub display_name: String,
    pub bot: bool,
    pub registered_at: Millis,
    /// When they last came or went; `None` for who has not come yet.
    pub last_seen: Option<Millis>,
    pub sessions: i64,
}

impl Store {
    /// All users, who came first first.
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        let sql = "SELECT u.username, u.display_name, u.bot, u.created_at AS registered_at, u.last_seen,
                       (SELECT COUNT(*) FROM sessions s WHERE s.user_id = u.id AND (u.bot OR s.used_at > ?)) AS sessions
                   FROM users u ORDER BY u.id";
        let since = time::now() - millis(SESSION_LIFE);
        Ok(sqlx::query_as(sql).bind(since).fetch_all(&self.read).await?)
    }

    /// Gives a user another password and ends all of their sessions; answers how many there were. `username` has to be in
    /// its stored form, lower case.
    ///
    /// # Errors
    /// [`Error::NoSuchUser`], [`Error::NoPassword`]
    pub async fn reset_password(&self, username: &str, password_hash: &str) -> Result<u64> {
        let mut tx = self.begin().await?;
        let sql = "SELECT id, bot FROM users WHERE username = ?";
        let row: Option<(Uuid, bool)> = sqlx::query_as(sql).bind(username).fetch_optional(&mut *tx).await?;
        let (id, bot) = row.ok_or_else(|| Error::NoSuchUser(username.to_owned()))?;
        if bot {
            return Err(Error::NoPassword(username.to_owned()));
        }
        let sql = "UPDATE users SET password_hash = ? WHERE id = ?";
        sqlx::query(sql).bind(password_hash).bind(id).execute(&mut *tx).await?;
        let ended = revoke_all(&mut tx, UserId(id)).await?;
        tx.commit().await?;
        Ok(ended)
    }
}
