//! A database file as a whole: copied beside a running server, and looked at without one.

use std::path::Path;
use std::time::Duration;

use kith_shared::FileId;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::files::file_id;
use crate::error::{Error, Result};

/// The database's name in a server's data folder.
pub const FILE: &str = "kith.sqlite";
/// Rows read at once.
const PAGE: i64 = 1_000;

/// A database file that is only read.
pub struct Snapshot {
    db: SqliteConnection,
}

/// A file as the database knows it.
pub struct Kept {
    pub hash: FileId,
    /// Where it lies in the storage.
    pub object: String,
    /// Bytes.
    pub size: u64,
}

/// How a database that is there is opened to be read, beside a server that may run.
///
/// # Errors
/// When it is not there.
pub(super) fn to_read(file: &Path) -> Result<SqliteConnectOptions> {
    if !file.is_file() {
        return Err(Error::NoDatabase(file.to_owned()));
    }
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    Ok(options.busy_timeout(Duration::from_secs(5)))
}

impl Snapshot {
    /// Opens a database file that is there.
    ///
    /// # Errors
    /// When it is not there, or is no database.
    pub async fn open(file: &Path) -> Result<Self> {
        Ok(Self { db: to_read(file)?.connect().await? })
    }

    /// Copies all of it, as it is at one moment, into a file that is not there yet. A server that writes meanwhile is not
    /// held up.
    ///
    /// # Errors
    /// What the database or the disk says.
    pub async fn copy(&mut self, to: &Path) -> Result<()> {
        let name = to.to_str().ok_or_else(|| Error::Corrupt(format!("the name {}", to.display())))?;
        sqlx::query("VACUUM INTO ?").bind(name).execute(&mut self.db).await?;
        Ok(())
    }

    /// Whether it is whole.
    ///
    /// # Errors
    /// When it is not: with what is broken.
    pub async fn check(&mut self) -> Result<()> {
        let found: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_all(&mut self.db).await?;
        match found.first().map(String::as_str) {
            Some("ok") => Ok(()),
            broken => Err(Error::Corrupt(format!("the database: {}", broken.unwrap_or("it says nothing")))),
        }
    }

    /// The files there are, those after this one, in the order of their hashes; none once there are no more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn files(&mut self, after: Option<FileId>) -> Result<Vec<Kept>> {
        let sql = "SELECT hash, object, size FROM files WHERE hash > ? ORDER BY hash LIMIT ?";
        let after = after.map(|hash| hash.0.to_vec()).unwrap_or_default();
        let rows: Vec<(Vec<u8>, String, i64)> =
            sqlx::query_as(sql).bind(after).bind(PAGE).fetch_all(&mut self.db).await?;
        let kept = |(hash, object, size): (Vec<u8>, String, i64)| {
            Ok(Kept { hash: file_id(&hash)?, object, size: size.unsigned_abs() })
        };
        rows.into_iter().map(kept).collect()
    }

    /// Whether this is where one of the files lies.
    ///
    /// # Errors
    /// What the database says.
    pub async fn names(&mut self, object: &str) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM files WHERE hash = unhex(?) AND object = ?)";
        let hash = object.split('-').next().unwrap_or_default();
        Ok(sqlx::query_scalar(sql).bind(hash).bind(object).fetch_one(&mut self.db).await?)
    }

    /// How many users and messages it has.
    ///
    /// # Errors
    /// What the database says.
    pub async fn counts(&mut self) -> Result<(i64, i64)> {
        let sql = "SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM messages)";
        Ok(sqlx::query_as(sql).fetch_one(&mut self.db).await?)
    }

    /// Lets go of the file.
    ///
    /// # Errors
    /// What the database says.
    pub async fn close(self) -> Result<()> {
        Ok(self.db.close().await?)
    }
}
