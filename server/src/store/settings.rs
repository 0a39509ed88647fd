//! A user's settings: one row a key, however often it is set.

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
    /// Those set or removed after a change, by `change` ascending, a page of them; without one, those that are set.
    pub async fn settings(&self, me: UserId, changed_after: Option<Change>) -> Result<Settings> {
        let sql = "SELECT key, value, change FROM settings
                   WHERE user_id = ?1 AND change > ?2 AND (?3 OR value IS NOT NULL) ORDER BY change LIMIT ?4";
        let mut tx = self.read.begin().await?;
        let head = head(&mut tx, me).await?;
        let rows: Vec<SettingRow> = sqlx::query_as(sql)
            .bind(me.0)
            .bind(changed_after.unwrap_or_default().0)
            .bind(changed_after.is_some())
            .bind(limits::PAGE_SETTINGS as i64 + 1)
            .fetch_all(&mut *tx)
            .await?;
        let mut settings: Vec<Setting> = rows.into_iter().map(setting).collect();
        let more = settings.len() > limits::PAGE_SETTINGS;
        settings.truncate(limits::PAGE_SETTINGS);
        let head = settings.last().filter(|_| more).map_or(head, |last| last.change);
        Ok(Settings { settings, head, more })
    }

    /// What one of the settings of `me` is set to.
    pub async fn setting(&self, me: UserId, key: &str) -> Result<Option<String>> {
        let present = present(&mut *self.read.acquire().await?, me, key).await?;
        Ok(present.and_then(|setting| setting.value))
    }

    /// Where the settings of `me` stand.
    pub async fn settings_head(&self, me: UserId) -> Result<Change> {
        head(&mut *self.read.acquire().await?, me).await
    }

    /// Sets a setting, or removes it, to what is made of what it was. Answers how it stands now, and whether that is new:
    /// what was so already takes no change, and what was never set is removed at change 0.
    ///
    /// # Errors
    /// `too_many`, and what `revise` refuses.
    pub async fn set(
        &self,
        me: UserId,
        key: &str,
        revise: impl FnOnce(Option<&str>) -> Result<Option<String>>,
    ) -> Result<(Setting, bool)> {
        let mut tx = self.begin().await?;
        let present = present(&mut tx, me, key).await?;
        let is_first = present.is_none();
        let value = revise(present.as_ref().and_then(|setting| setting.value.as_deref()))?;
        let present =
            present.unwrap_or_else(|| Setting { key: key.to_owned(), value: None, change: Change::ZERO });
        if present.value == value {
            return Ok((present, false));
        }
        if is_first && count(&mut tx, me).await? >= limits::SETTINGS {
            return Err(Code::TooMany.into());
        }
        let change = head(&mut tx, me).await?.next();
        let sql = "INSERT INTO settings (user_id, key, value, change) VALUES (?, ?, ?, ?)
                   ON CONFLICT (user_id, key) DO UPDATE SET value = excluded.value, change = excluded.change";
        sqlx::query(sql).bind(me.0).bind(key).bind(&value).bind(change.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok((Setting { value, change, ..present }, true))
    }
}

async fn present(db: &mut SqliteConnection, me: UserId, key: &str) -> Result<Option<Setting>> {
    let sql = "SELECT key, value, change FROM settings WHERE user_id = ? AND key = ?";
    let row: Option<SettingRow> = sqlx::query_as(sql).bind(me.0).bind(key).fetch_optional(db).await?;
    Ok(row.map(setting))
}

/// Removed ones count: they take a row too.
async fn count(db: &mut SqliteConnection, me: UserId) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM settings WHERE user_id = ?").bind(me.0).fetch_one(db).await?)
}

async fn head(db: &mut SqliteConnection, me: UserId) -> Result<Change> {
    let sql = "SELECT COALESCE(MAX(change), 0) FROM settings WHERE user_id = ?";
    Ok(Change(sqlx::query_scalar(sql).bind(me.0).fetch_one(db).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_so_many_keys_are_kept_and_those_there_are_can_still_be_set() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mia = store.create_user(("mia", "Mia"), "", None).await.unwrap().id;
        let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
                   INSERT INTO settings SELECT ?1, 'draft/' || i, 'x', i FROM n";
        sqlx::query(sql).bind(mia.0).bind(limits::SETTINGS).execute(&store.write).await.unwrap();
        let refused =
            store.set(mia, "one/more", |_| Ok(Some("x".to_owned()))).await.err().map(|error| error.code());
        assert_eq!(refused, Some(Code::TooMany));
        let (setting, is_new) = store.set(mia, "draft/1", |_| Ok(None)).await.unwrap();
        assert_eq!((setting.change, is_new), (Change(limits::SETTINGS + 1), true));
        assert!(
            store.set(mia, "one/more", |_| Ok(None)).await.is_ok(),
            "removing what is not there takes no room"
        );
    }
}
