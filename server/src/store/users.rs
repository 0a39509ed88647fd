//! Users: their names and password hashes.

use kith_shared::format::EVERYBODY;
use kith_shared::problem::Code;
use kith_shared::user::User;
use kith_shared::{FileId, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::registration::admit;
use super::{Store, UserRow, user};
use crate::error::{Error, Result};
use crate::time;

/// A user who is new, a bot's too; the username in its stored form, lower case.
///
/// # Errors
/// `username_taken`, also for the name that mentions everybody.
pub(super) async fn insert(
    db: &mut SqliteConnection,
    (username, display_name): (&str, &str),
    password_hash: &str,
    bot: bool,
) -> Result<User> {
    let id = Uuid::now_v7();
    let sql = "INSERT INTO users (id, username, display_name, password_hash, created_at, bot)
               VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (username) DO NOTHING";
    let insert = sqlx::query(sql).bind(id).bind(username).bind(display_name).bind(password_hash);
    let insert = insert.bind(time::now()).bind(bot);
    if username == EVERYBODY || insert.execute(db).await?.rows_affected() == 0 {
        return Err(Code::UsernameTaken.into());
    }
    Ok(user((id, username.to_owned(), display_name.to_owned(), bot, None)))
}

/// A user who is no bot, and the hash of the password.
type CredentialsRow = (Uuid, String, String, Option<Vec<u8>>, String);

impl Store {
    /// `username` has to be in its stored form, lower case; `invitation` is the token of a link.
    ///
    /// # Errors
    /// `registration_closed`, `invitation_required`; `username_taken`, also for the name that mentions everybody.
    pub async fn create_user(
        &self,
        (username, display_name): (&str, &str),
        password_hash: &str,
        invitation: Option<&str>,
    ) -> Result<User> {
        let mut tx = self.begin().await?;
        admit(&mut tx, invitation).await?;
        let made = insert(&mut tx, (username, display_name), password_hash, false).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// The user and the hash of the password. A bot has none.
    pub async fn credentials(&self, username: &str) -> Result<Option<(User, String)>> {
        let sql = "SELECT id, username, display_name, avatar, password_hash FROM users WHERE username = ? AND NOT bot";
        let row: Option<CredentialsRow> =
            sqlx::query_as(sql).bind(username).fetch_optional(&self.read).await?;
        let user = |(id, username, display_name, avatar, hash)| {
            (user((id, username, display_name, false, avatar)), hash)
        };
        Ok(row.map(user))
    }

    /// # Errors
    /// `user_not_found`
    pub async fn user_by_username(&self, username: &str) -> Result<User> {
        let sql = "SELECT id, username, display_name, bot, avatar FROM users WHERE username = ?";
        let row: Option<UserRow> = sqlx::query_as(sql).bind(username).fetch_optional(&self.read).await?;
        row.map(user).ok_or_else(|| Error::from(Code::UserNotFound))
    }

    pub async fn set_display_name(&self, id: UserId, display_name: &str) -> Result<User> {
        let sql = "UPDATE users SET display_name = ? WHERE id = ? RETURNING id, username, display_name, bot, avatar";
        let row: UserRow = sqlx::query_as(sql).bind(display_name).bind(id.0).fetch_one(&self.write).await?;
        Ok(user(row))
    }

    /// Gives a user another picture, or none.
    pub async fn set_avatar(&self, id: UserId, avatar: Option<FileId>) -> Result<User> {
        let sql =
            "UPDATE users SET avatar = ? WHERE id = ? RETURNING id, username, display_name, bot, avatar";
        let avatar = avatar.map(|file| file.0.to_vec());
        let row: UserRow = sqlx::query_as(sql).bind(avatar).bind(id.0).fetch_one(&self.write).await?;
        Ok(user(row))
    }
}
