//! What pages say of themselves, kept for a while.

use kith_shared::preview::Preview;
use kith_shared::{Millis, limits};

use super::Store;
use super::writer::json;
use crate::error::Result;
use crate::time;

impl Store {
    /// What is known of a page: whether it has a preview, and which. `None` when it has to be looked at.
    pub async fn preview(&self, url: &str, now: Millis) -> Result<Option<Option<Preview>>> {
        let sql = "SELECT found FROM previews WHERE url = ? AND fetched_at > iif(found IS NULL, ?, ?)";
        let found: Option<Option<String>> = sqlx::query_scalar(sql)
            .bind(url)
            .bind(now - time::millis(limits::NO_PREVIEW_LIFE))
            .bind(now - time::millis(limits::PREVIEW_LIFE))
            .fetch_optional(&self.read)
            .await?;
        let Some(found) = found else { return Ok(None) };
        Ok(Some(found.map(|found| serde_json::from_str(&found)).transpose()?))
    }

    /// A page was looked at.
    pub async fn put_preview(&self, url: &str, found: Option<&Preview>, now: Millis) -> Result<()> {
        let found = found.map(json).transpose()?;
        let sql = "INSERT INTO previews (url, found, fetched_at) VALUES (?, ?, ?)
                   ON CONFLICT (url) DO UPDATE SET found = excluded.found, fetched_at = excluded.fetched_at";
        let mut write = self.write.acquire().await?;
        sqlx::query(sql).bind(url).bind(found).bind(now).execute(&mut *write).await?;
        Ok(())
    }

    /// Forgets what is answered no more.
    pub async fn drop_old_previews(&self, now: Millis) -> Result<()> {
        let old = now - time::millis(limits::PREVIEW_LIFE);
        let sql = "SELECT EXISTS (SELECT 1 FROM previews WHERE fetched_at <= ?)";
        // Nothing is written where there is nothing to forget.
        if sqlx::query_scalar(sql).bind(old).fetch_one(&self.background).await? {
            let mut write = self.write.acquire().await?;
            let sql = "DELETE FROM previews WHERE fetched_at <= ?";
            sqlx::query(sql).bind(old).execute(&mut *write).await?;
        }
        Ok(())
    }
}
