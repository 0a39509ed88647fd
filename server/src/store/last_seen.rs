//! When users were last seen. It is written a while after, many at once: people come and go all the time, and all of them
//! at once when a server stops.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kith_shared::{Millis, UserId};

use super::Store;
use super::privacy::PRESENCE_OFF;
use super::writer::json;
use crate::error::Result;
use crate::time;

/// What is not written yet.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<HashMap<UserId, Millis>>>);

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Millis>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When `user` was last seen, given what the database says.
    pub(super) fn or(&self, user: UserId, written: Option<Millis>) -> Option<Millis> {
        self.lock().get(&user).copied().or(written)
    }
}

impl Store {
    /// The user is here just now.
    pub fn saw(&self, user: UserId) {
        self.seen.lock().insert(user, time::now());
    }

    /// When `user` was last seen; `None` where they keep it to themselves, or never were.
    pub async fn last_seen(&self, user: UserId) -> Result<Option<Millis>> {
        let sql = format!("SELECT u.last_seen FROM users u WHERE u.id = ? AND NOT {PRESENCE_OFF}");
        let row: Option<(Option<Millis>,)> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user.0).fetch_optional(&self.read).await?;
        Ok(row.and_then(|(written,)| self.seen.or(user, written)))
    }

    /// Writes what waits.
    pub async fn write_last_seen(&self) -> Result<()> {
        let waiting = self.seen.lock().clone();
        if waiting.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = waiting.iter().map(|(user, at)| (user.0.simple(), at)).collect();
        let sql = "UPDATE users SET last_seen = i.value ->> 1 FROM json_each(?) i WHERE users.id = unhex(i.value ->> 0)";
        sqlx::query(sql).bind(json(&rows)?).execute(&self.write).await?;
        // Who was seen again meanwhile waits for the next time.
        self.seen.lock().retain(|user, at| waiting.get(user) != Some(at));
        Ok(())
    }
}
