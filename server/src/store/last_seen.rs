//! When users, and each of their sessions, were last seen. It is written a while after, many at once: people come and go all the time, and all of them
//! at once when a server stops.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kith_shared::{Millis, SessionId, UserId};

use super::Store;
use super::privacy::PRESENCE_OFF;
use super::writer::json;
use crate::error::Result;
use crate::time;

/// What is not written yet.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Unwritten>>);

#[derive(Clone, Default)]
struct Unwritten {
    users: HashMap<UserId, Millis>,
    sessions: HashMap<SessionId, Millis>,
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, Unwritten> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When `user` was last seen, given what the database says.
    pub(super) fn or(&self, user: UserId, written: Option<Millis>) -> Option<Millis> {
        self.lock().users.get(&user).copied().or(written)
    }

    /// When the session was last seen, unless that is written.
    pub(super) fn session(&self, session: SessionId) -> Option<Millis> {
        self.lock().sessions.get(&session).copied()
    }
}

impl Store {
    /// The user is here just now, by this session.
    pub fn saw(&self, user: UserId, session: SessionId) {
        let (mut seen, now) = (self.seen.lock(), time::now());
        seen.users.insert(user, now);
        seen.sessions.insert(session, now);
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
        if waiting.users.is_empty() {
            return Ok(());
        }
        let users: Vec<_> = waiting.users.iter().map(|(user, at)| (user.0.simple(), at)).collect();
        let sessions: Vec<_> =
            waiting.sessions.iter().map(|(session, at)| (session.0.simple(), at)).collect();
        let mut tx = self.begin().await?;
        let sql = "UPDATE users SET last_seen = i.value ->> 1 FROM json_each(?) i WHERE users.id = unhex(i.value ->> 0)";
        sqlx::query(sql).bind(json(&users)?).execute(&mut *tx).await?;
        let sql = "UPDATE sessions SET used_at = i.value ->> 1 FROM json_each(?) i WHERE sessions.id = unhex(i.value ->> 0)";
        sqlx::query(sql).bind(json(&sessions)?).execute(&mut *tx).await?;
        tx.commit().await?;
        // Who was seen again meanwhile waits for the next time.
        let mut seen = self.seen.lock();
        seen.users.retain(|user, at| waiting.users.get(user) != Some(at));
        seen.sessions.retain(|session, at| waiting.sessions.get(session) != Some(at));
        Ok(())
    }
}
