//! Files on their way here.

use kith_shared::problem::Code;
use kith_shared::{FileId, Millis, UploadId, UserId, limits};
use uuid::Uuid;

use super::Store;
use super::files::file_id;
use super::quota::quota;
use crate::error::Result;

/// How an upload stands.
#[derive(Clone, Debug)]
pub struct Upload {
    pub id: UploadId,
    pub user: UserId,
    /// Bytes.
    pub length: i64,
    /// So many bytes of it are on the disk.
    pub offset: i64,
    pub metadata: Option<String>,
    pub expires_at: Millis,
    /// What it is, once all of it is on the disk.
    pub hash: Option<FileId>,
    /// It is a file that can be used.
    pub whole: bool,
}

type UploadRow = (Uuid, Uuid, i64, i64, Option<String>, Millis, Option<Vec<u8>>, bool);

const COLUMNS: &str = "u.id, u.user_id, u.length, u.offset, u.metadata, u.expires_at, u.hash, \
    EXISTS (SELECT 1 FROM file_holders h WHERE h.user_id = u.user_id AND h.hash = u.hash)";

fn upload(row: UploadRow) -> Result<Upload> {
    let (id, user, length, offset, metadata, expires_at, hash, whole) = row;
    let hash = hash.map(|hash| file_id(&hash)).transpose()?;
    let (id, user) = (UploadId(id), UserId(user));
    Ok(Upload { id, user, length, offset, metadata, expires_at, hash, whole })
}

impl Store {
    /// Begins one.
    ///
    /// # Errors
    /// `too_many`, or `quota_reached` when it would be more than the user may have.
    pub async fn begin_upload(&self, upload: &Upload) -> Result<()> {
        let mut tx = self.begin().await?;
        let sql = "SELECT COUNT(*), COALESCE(SUM(length), 0),
                       (SELECT COALESCE(SUM(f.size), 0) FROM file_holders h JOIN files f ON f.hash = h.hash
                        WHERE h.user_id = ?1)
                   FROM uploads WHERE user_id = ?1 AND hash IS NULL";
        let (uploads, under_way, held): (i64, i64, i64) =
            sqlx::query_as(sql).bind(upload.user.0).fetch_one(&mut *tx).await?;
        if uploads >= limits::UPLOADS {
            return Err(Code::TooMany.into());
        }
        if quota(&mut tx).await?.is_some_and(|quota| under_way + held + upload.length > quota) {
            return Err(Code::QuotaReached.into());
        }
        let sql = "INSERT INTO uploads (id, user_id, length, offset, metadata, expires_at) VALUES (?, ?, ?, 0, ?, ?)";
        sqlx::query(sql)
            .bind(upload.id.0)
            .bind(upload.user.0)
            .bind(upload.length)
            .bind(upload.metadata.as_deref())
            .bind(upload.expires_at)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// One of `me`'s.
    ///
    /// # Errors
    /// `upload_not_found`
    pub async fn upload(&self, me: UserId, id: UploadId) -> Result<Upload> {
        let sql = format!("SELECT {COLUMNS} FROM uploads u WHERE u.id = ? AND u.user_id = ?");
        let row: Option<UploadRow> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.0).bind(me.0).fetch_optional(&self.read).await?;
        upload(row.ok_or(Code::UploadNotFound)?)
    }

    /// So much of it is on the disk; with its hash when that is all.
    ///
    /// # Errors
    /// `upload_not_found` when it was given up meanwhile.
    pub async fn move_upload(
        &self,
        id: UploadId,
        offset: i64,
        expires_at: Millis,
        hash: Option<FileId>,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let sql = "UPDATE uploads SET offset = ?, expires_at = ?, hash = ? WHERE id = ?";
        let hash = hash.map(|hash| hash.0.to_vec());
        let query = sqlx::query(sql).bind(offset).bind(expires_at).bind(hash).bind(id.0);
        if query.execute(&mut *tx).await?.rows_affected() == 0 {
            return Err(Code::UploadNotFound.into());
        }
        Ok(tx.commit().await?)
    }

    /// # Errors
    /// `upload_not_found`
    pub async fn drop_upload(&self, me: UserId, id: UploadId) -> Result<()> {
        let mut tx = self.begin().await?;
        let query = sqlx::query("DELETE FROM uploads WHERE id = ? AND user_id = ?").bind(id.0).bind(me.0);
        if query.execute(&mut *tx).await?.rows_affected() == 0 {
            return Err(Code::UploadNotFound.into());
        }
        Ok(tx.commit().await?)
    }

    /// Gives up those that got nothing for too long. Answers which.
    pub async fn drop_expired_uploads(&self, now: Millis) -> Result<Vec<UploadId>> {
        let sql = "SELECT EXISTS (SELECT 1 FROM uploads WHERE expires_at <= ?)";
        if !sqlx::query_scalar::<_, bool>(sql).bind(now).fetch_one(&self.background).await? {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let sql = "DELETE FROM uploads WHERE expires_at <= ? RETURNING id";
        let gone: Vec<Uuid> = sqlx::query_scalar(sql).bind(now).fetch_all(&mut *tx).await?;
        tx.commit().await?;
        Ok(gone.into_iter().map(UploadId).collect())
    }

    /// Whether one by this name is under way.
    pub async fn has_upload(&self, id: UploadId) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM uploads WHERE id = ?)";
        Ok(sqlx::query_scalar(sql).bind(id.0).fetch_one(&self.background).await?)
    }
}
