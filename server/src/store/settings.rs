//! A user's settings. Each set takes the user's next change; the last one of a key stands, a removed one as a gap that
//! other devices hear of.

use kith_shared::problem::Code;
use kith_shared::setting::{Setting, Settings};
use kith_shared::{Change, UserId, limits};
use sqlx::SqliteConnection;

use super::Store;
use crate::error::Result;

type SettingRow = (String, Option<String>, i64);

fn setting((key, value, change): SettingRow) -> Setting {
    Setting { key, value, change: Change(change) }
}

impl Store {
    /// Those set or removed after this change; without one, all that have a value. By `change` ascending.
    pub async fn settings(&self, me: UserId, changed_after: Option<Change>) -> Result<Settings> {
        let mut tx = self.read.begin().await?;
        let head = settings_head(&mut tx, me).await?;
        let sql = "SELECT key, value, change FROM settings
                   WHERE user_id = ?1 AND change > ?2 AND (?3 OR value IS NOT NULL) ORDER BY change";
        let rows: Vec<SettingRow> = sqlx::query_as(sql)
            .bind(me.0)
            .bind(changed_after.unwrap_or_default().0)
            .bind(changed_after.is_some())
            .fetch_all(&mut *tx)
            .await?;
        Ok(Settings { settings: rows.into_iter().map(setting).collect(), head })
    }

    /// Where the user's settings stand.
    pub async fn settings_head(&self, me: UserId) -> Result<Change> {
        settings_head(&mut *self.read.acquire().await?, me).await
    }

    /// Sets one, or without a value removes it. What was so already stays as it is.
    ///
    /// # Errors
    /// `too_many`
    pub async fn set(&self, me: UserId, key: &str, value: Option<&str>) -> Result<Setting> {
        let mut tx = self.begin().await?;
        let sql = "SELECT key, value, change FROM settings WHERE user_id = ? AND key = ?";
        let known: Option<SettingRow> =
            sqlx::query_as(sql).bind(me.0).bind(key).fetch_optional(&mut *tx).await?;
        if let Some(known) = known.filter(|(_, known, _)| known.as_deref() == value) {
            return Ok(setting(known));
        }
        let sql = "INSERT INTO settings (user_id, key, value, change) VALUES (?, ?, ?, ?)
                   ON CONFLICT (user_id, key) DO UPDATE SET value = excluded.value, change = excluded.change";
        let change = settings_head(&mut tx, me).await?.next();
        sqlx::query(sql).bind(me.0).bind(key).bind(value).bind(change.0).execute(&mut *tx).await?;
        has_room(&mut tx, me).await?;
        tx.commit().await?;
        Ok(Setting { key: key.to_owned(), value: value.map(str::to_owned), change })
    }
}

async fn settings_head(db: &mut SqliteConnection, me: UserId) -> Result<Change> {
    let sql = "SELECT COALESCE(MAX(change), 0) FROM settings WHERE user_id = ?";
    let (head,): (i64,) = sqlx::query_as(sql).bind(me.0).fetch_one(db).await?;
    Ok(Change(head))
}

async fn has_room(db: &mut SqliteConnection, me: UserId) -> Result<()> {
    let sql = "SELECT COUNT(*) FROM settings WHERE user_id = ?";
    let (count,): (i64,) = sqlx::query_as(sql).bind(me.0).fetch_one(db).await?;
    if count > limits::SETTINGS { Err(Code::TooMany.into()) } else { Ok(()) }
}
