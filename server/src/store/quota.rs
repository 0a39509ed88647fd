//! How much one user may have stored.

use kith_shared::limits::USER_BYTES;
use sqlx::SqliteConnection;

use super::Store;
use crate::error::Result;

impl Store {
    /// Bytes of the files one user has uploaded and that are kept, and of what they are uploading; `None` for as many as the
    /// disk has room for. [`USER_BYTES`] where nobody has said otherwise.
    pub async fn quota(&self) -> Result<Option<i64>> {
        quota(&mut *self.read.acquire().await?).await
    }

    pub async fn set_quota(&self, bytes: Option<i64>) -> Result<()> {
        let sql = "INSERT INTO quota (id, bytes) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes";
        sqlx::query(sql).bind(bytes).execute(&self.write).await?;
        Ok(())
    }
}

/// Read at every upload that begins: another process may have set it.
pub(super) async fn quota(db: &mut SqliteConnection) -> Result<Option<i64>> {
    let row: Option<(Option<i64>,)> = sqlx::query_as("SELECT bytes FROM quota").fetch_optional(db).await?;
    Ok(row.map_or(Some(USER_BYTES), |(bytes,)| bytes))
}
