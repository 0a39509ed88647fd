//! What is kept: one module a table group. Nothing outside this folder speaks SQL.
//!
//! SQLite has one writer at a time, so there is one write connection and whoever needs it queues for it fairly;
//! readers have connections of their own and, in WAL mode, never wait.

pub mod administration;
pub mod bots;
pub mod contacts;
pub mod conversations;
pub mod deliveries;
pub mod expiry;
pub mod export;
pub mod files;
pub mod groups;
pub mod import;
pub mod invitations;
pub mod joining;
mod last_seen;
pub mod messages;
mod notices;
pub mod polls;
mod previews;
mod privacy;
pub mod push;
mod quota;
pub mod registration;
mod revocations;
pub mod roles;
pub mod scheduled;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod snapshot;
pub mod stickers;
pub mod uploads;
pub mod users;
pub mod versions;
pub mod webhooks;
mod writer;

use std::path::Path;
use std::time::Duration;

use kith_shared::user::User;
use kith_shared::{Millis, UserId};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Transaction};
use uuid::Uuid;

use crate::error::{Error, Result};

pub use privacy::Privacy;
pub use writer::{
    Action, Asker, ChangeDraft, Changed, Committed, Draft, Mark, MarkDraft, Moved, NOBODY, Publish, Sealed,
    Writer,
};

/// What makes the tables, and changes them from one version to the next.
static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The database. Clones share the connections.
#[derive(Clone)]
pub struct Store {
    read: SqlitePool,
    write: SqlitePool,
    /// One connection for what nobody waits for: it writes the log back, which SQLite lets it while another one writes,
    /// and looks for what has come due.
    background: SqlitePool,
    seen: last_seen::Waiting,
}

impl Store {
    /// Opens the database file in `folder`, makes it if there is none, and brings its tables up to date.
    pub async fn open(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::Io(format!("the data folder {} can't be made", folder.display()), error)
        })?;
        let store = Self::connect(
            SqliteConnectOptions::new().filename(folder.join(snapshot::FILE)).create_if_missing(true),
        );
        let store = store.await?;
        bring_up_to_date(&store.write).await?;
        Ok(store)
    }

    /// Opens the database that a server keeps in `folder`, beside the server where it runs. So its tables stay as they are:
    /// a server of the version before could not go on with others.
    ///
    /// # Errors
    /// [`Error::NoDatabase`], [`Error::OtherVersion`]
    pub async fn open_existing(folder: &Path) -> Result<Self> {
        let file = folder.join(snapshot::FILE);
        // One that was made and not written yet is none: connecting would write it.
        if !std::fs::metadata(&file).is_ok_and(|found| found.is_file() && found.len() > 0) {
            return Err(Error::NoDatabase(file));
        }
        let store = Self::connect(SqliteConnectOptions::new().filename(&file)).await?;
        let refused = match store.version().await {
            Ok(None) => Error::NoDatabase(file),
            Ok(version) if version == MIGRATIONS.iter().map(|migration| migration.version).max() => {
                return Ok(store);
            }
            Ok(_) => Error::OtherVersion(folder.to_owned()),
            Err(error) => error,
        };
        store.close().await;
        Err(refused)
    }

    /// What the tables were brought up to last; `None` where nothing ever was.
    async fn version(&self) -> Result<Option<i64>> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')";
        if !sqlx::query_scalar(sql).fetch_one(&self.write).await? {
            return Ok(None);
        }
        let sql = "SELECT MAX(version) FROM _sqlx_migrations";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.write).await?)
    }

    async fn connect(options: SqliteConnectOptions) -> Result<Self> {
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let write_options = options
            .clone()
            .pragma("cache_size", "-4096")
            // What undoes half a statement; it would be a file otherwise, written for every batch.
            .pragma("temp_store", "MEMORY")
            // Pages, 64 MiB: by then the writer's log has been written back beside it, but for the last few commits.
            .pragma("wal_autocheckpoint", "16000");
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(write_options)
            .await?;
        let background = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .connect_lazy_with(options.clone().pragma("cache_size", "-64"));
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .test_before_acquire(false)
            .connect_lazy_with(options.read_only(true).pragma("cache_size", "-1024"));
        Ok(Self { read, write, background, seen: last_seen::Waiting::default() })
    }

    /// Writes the log back into the database file, as far as nobody reads what it held before. Hinders nobody.
    async fn write_log_back(&self) -> Result<()> {
        sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&self.background).await?;
        Ok(())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.read.acquire().await?.ping().await?;
        Ok(())
    }

    /// Waits for what is under way, writes the log back into the database file, and closes it.
    pub async fn close(&self) {
        self.read.close().await;
        self.background.close().await;
        self.write.close().await;
    }

    /// A transaction that takes the write lock at once, so that what it read first still holds when it writes.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// All that is missing in one transaction: whole or not at all, and one wait for the disk rather than two for each.
async fn bring_up_to_date(write: &SqlitePool) -> Result<()> {
    let mut tx = write.begin_with("BEGIN IMMEDIATE").await?;
    MIGRATIONS.run(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

/// A user's row without its secrets.
type UserRow = (Uuid, String, String, bool, Option<Vec<u8>>);

fn user((id, username, display_name, bot, avatar): UserRow) -> User {
    // What is no hash was never written: whoever has it is shown without.
    let avatar = avatar.and_then(|hash| files::file_id(&hash).ok());
    User { id: UserId(id), username, display_name, bot, avatar }
}

/// Whether what was kept until `expires_at` is over.
fn expired(expires_at: Millis, now: Millis) -> bool {
    expires_at <= now
}
