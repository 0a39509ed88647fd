//! Files that are stored, who has brought them, and which messages carry them.

use kith_shared::message::Body;
use kith_shared::{ConversationId, FileId, Millis, Seq, UploadId, UserId};
use sqlx::SqliteConnection;

use super::writer::json;
use super::{Sealed, Store};
use crate::error::{Error, Result};

/// A file as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    pub id: FileId,
    /// Where it lies in the storage.
    pub object: String,
    pub size: i64,
    pub content_type: String,
    /// Pixels of a photo.
    pub dimensions: Option<(u32, u32)>,
}

type FileRow = (Vec<u8>, String, i64, String, Option<u32>, Option<u32>);

const COLUMNS: &str = "hash, object, size, content_type, width, height";

/// Whoever brought it may have it, and whoever may read a message that carries it; everybody what is a sticker or an avatar. Takes the
/// user twice.
const SEEN_BY: &str = "(EXISTS (SELECT 1 FROM file_holders h WHERE h.user_id = ? AND h.hash = f.hash)
    OR EXISTS (SELECT 1 FROM attachments a JOIN members m ON m.conversation_id = a.conversation_id
               WHERE a.hash = f.hash AND m.user_id = ?)
    OR EXISTS (SELECT 1 FROM stickers s WHERE s.hash = f.hash)
    OR EXISTS (SELECT 1 FROM users p WHERE p.avatar = f.hash)
    OR EXISTS (SELECT 1 FROM conversations g WHERE g.avatar = f.hash))";

/// Nothing that is kept says its name.
const UNUSED: &str = "NOT EXISTS (SELECT 1 FROM attachments a WHERE a.hash = f.hash)
    AND NOT EXISTS (SELECT 1 FROM stickers k WHERE k.hash = f.hash)
    AND NOT EXISTS (SELECT 1 FROM users p WHERE p.avatar = f.hash)
    AND NOT EXISTS (SELECT 1 FROM conversations g WHERE g.avatar = f.hash)
    AND NOT EXISTS (SELECT 1 FROM scheduled s WHERE instr(s.body, lower(hex(f.hash))) > 0)";

fn file((hash, object, size, content_type, width, height): FileRow) -> Result<StoredFile> {
    Ok(StoredFile { id: file_id(&hash)?, object, size, content_type, dimensions: width.zip(height) })
}

pub(super) fn file_id(hash: &[u8]) -> Result<FileId> {
    let bytes = hash.try_into().map_err(|_| Error::Corrupt(format!("a hash of {} bytes", hash.len())))?;
    Ok(FileId(bytes))
}

impl Store {
    /// A file `me` may have.
    pub async fn file(&self, me: UserId, id: FileId) -> Result<Option<StoredFile>> {
        let sql = format!("SELECT {COLUMNS} FROM files f WHERE f.hash = ? AND {SEEN_BY}");
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.0.to_vec()).bind(me.0).bind(me.0);
        query.fetch_optional(&self.read).await?.map(file).transpose()
    }

    /// A file, whoever may have it.
    pub async fn any_file(&self, id: FileId) -> Result<Option<StoredFile>> {
        let sql = format!("SELECT {COLUMNS} FROM files f WHERE f.hash = ?");
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.0.to_vec());
        query.fetch_optional(&self.read).await?.map(file).transpose()
    }

    /// Those of the files that `me` may have, kept from being collected from now on.
    pub async fn touch_files(&self, me: UserId, ids: &[FileId], now: Millis) -> Result<Vec<StoredFile>> {
        let mut tx = self.begin().await?;
        let sql = format!(
            "UPDATE files AS f SET touched_at = MAX(touched_at, ?)
             WHERE f.hash IN (SELECT unhex(value) FROM json_each(?)) AND {SEEN_BY} RETURNING {COLUMNS}"
        );
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now).bind(json(ids)?).bind(me.0).bind(me.0);
        let rows: Vec<FileRow> = query.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        rows.into_iter().map(file).collect()
    }

    /// What an upload has become. Where the file was stored before, it stays as it is; answers how it is stored.
    pub async fn put_file(
        &self,
        (user, upload): (UserId, UploadId),
        brought: &StoredFile,
        now: Millis,
    ) -> Result<StoredFile> {
        let mut tx = self.begin().await?;
        let stored = put(&mut tx, brought, now).await?;
        hold(&mut tx, user, brought.id).await?;
        let sql = "UPDATE uploads SET hash = ? WHERE id = ?";
        sqlx::query(sql).bind(brought.id.0.to_vec()).bind(upload.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// The user has brought a file that is stored already. Answers whether it was.
    pub async fn hold_known(&self, user: UserId, id: FileId, now: Millis) -> Result<bool> {
        let mut tx = self.begin().await?;
        let sql = "UPDATE files SET touched_at = MAX(touched_at, ?) WHERE hash = ?";
        let known = sqlx::query(sql).bind(now).bind(id.0.to_vec()).execute(&mut *tx).await?;
        if known.rows_affected() == 0 {
            return Ok(false);
        }
        hold(&mut tx, user, id).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Forgets files that nobody has touched since then and nothing names, at most `most`. Answers where they lie.
    pub async fn drop_unused_files(&self, untouched_since: Millis, most: i64) -> Result<Vec<String>> {
        let sql = format!("SELECT f.hash FROM files f WHERE f.touched_at <= ? AND {UNUSED} LIMIT ?");
        let query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(untouched_since).bind(most);
        let unused: Vec<Vec<u8>> = query.fetch_all(&self.background).await?;
        if unused.is_empty() {
            return Ok(Vec::new());
        }
        // What was found may be used by now: it is looked at again where nobody writes meanwhile.
        let mut tx = self.begin().await?;
        let mut gone = Vec::with_capacity(unused.len());
        for hash in unused {
            let sql = format!(
                "DELETE FROM files AS f WHERE f.hash = ? AND f.touched_at <= ? AND {UNUSED} RETURNING object"
            );
            let query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(hash).bind(untouched_since);
            gone.extend(query.fetch_optional(&mut *tx).await?);
        }
        tx.commit().await?;
        Ok(gone)
    }

    /// Whether a file lies there.
    pub async fn has_object(&self, object: &str, hash: FileId) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM files WHERE hash = ? AND object = ?)";
        Ok(sqlx::query_scalar(sql).bind(hash.0.to_vec()).bind(object).fetch_one(&self.background).await?)
    }

    /// A secret of this server's, made up where there is none yet.
    pub async fn secret(&self, name: &str) -> Result<Vec<u8>> {
        self.secret_or(name, &rand::random::<[u8; 32]>()).await
    }

    /// A secret of this server's; `new` where there is none yet.
    pub async fn secret_or(&self, name: &str, new: &[u8]) -> Result<Vec<u8>> {
        let mut tx = self.begin().await?;
        let sql = "INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING";
        sqlx::query(sql).bind(name).bind(new).execute(&mut *tx).await?;
        let sql = "SELECT value FROM secrets WHERE name = ?";
        let secret = sqlx::query_scalar(sql).bind(name).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(secret)
    }
}

/// How a file is stored from now on: as it was, where it was before.
pub(super) async fn put(db: &mut SqliteConnection, brought: &StoredFile, now: Millis) -> Result<StoredFile> {
    let sql = "INSERT INTO files (hash, object, size, content_type, width, height, touched_at)
               VALUES (?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (hash) DO UPDATE SET touched_at = MAX(touched_at, excluded.touched_at)
               RETURNING hash, object, size, content_type, width, height";
    let row = sqlx::query_as(sql)
        .bind(brought.id.0.to_vec())
        .bind(&brought.object)
        .bind(brought.size)
        .bind(&brought.content_type)
        .bind(brought.dimensions.map(|(width, _)| width))
        .bind(brought.dimensions.map(|(_, height)| height))
        .bind(now)
        .fetch_one(db)
        .await?;
    file(row)
}

async fn hold(db: &mut SqliteConnection, user: UserId, id: FileId) -> Result<()> {
    let sql = "INSERT INTO file_holders (user_id, hash) VALUES (?, ?) ON CONFLICT DO NOTHING";
    sqlx::query(sql).bind(user.0).bind(id.0.to_vec()).execute(db).await?;
    Ok(())
}

/// Messages that were just written carry these.
pub(super) async fn carry(
    db: &mut SqliteConnection,
    carried: &[(ConversationId, Seq, &[FileId])],
) -> Result<()> {
    let rows: Vec<_> = carried
        .iter()
        .flat_map(|(conversation, seq, files)| {
            files.iter().map(|file| (conversation.0.simple(), *seq, *file))
        })
        .collect();
    let sql = "INSERT INTO attachments (conversation_id, seq, hash)
               SELECT unhex(value ->> 0), value ->> 1, unhex(value ->> 2) FROM json_each(?) WHERE true
               ON CONFLICT DO NOTHING";
    sqlx::query(sql).bind(json(&rows)?).execute(db).await?;
    Ok(())
}

/// A message that says something else carries no more than what that names.
pub(super) async fn keep_named(db: &mut SqliteConnection, message: &Sealed) -> Result<()> {
    let body: Body = serde_json::from_str(message.body.get())?;
    let named: Vec<FileId> = body.file_ids().collect();
    let sql = "DELETE FROM attachments WHERE conversation_id = ? AND seq = ?
                   AND hash NOT IN (SELECT unhex(value) FROM json_each(?))";
    sqlx::query(sql).bind(message.conversation.0).bind(message.seq.0).bind(json(&named)?).execute(db).await?;
    Ok(())
}

/// A message that is gone carries nothing.
pub(super) async fn forget(db: &mut SqliteConnection, message: &Sealed) -> Result<()> {
    let sql = "DELETE FROM attachments WHERE conversation_id = ? AND seq = ?";
    sqlx::query(sql).bind(message.conversation.0).bind(message.seq.0).execute(db).await?;
    Ok(())
}
