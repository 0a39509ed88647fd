//! Friends, requests and blocks. A pair has two rows, one from each side, always changed together; and whether the two
//! may write in their direct dialog changes in the same transaction.

use kith_shared::contact::{Contact, Relation};
use kith_shared::limits;
use kith_shared::problem::Code;
use kith_shared::{Millis, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::bots::{Kinship, kinship};
use super::conversations::set_writable;
use super::privacy::PRESENCE_OFF;
use super::{Store, UserRow, user};
use crate::error::{Error, Result};
use crate::time;

/// User, relation, since when, when they were last seen, and whether they tell it.
type ContactRow = (Uuid, String, String, bool, Option<Vec<u8>>, String, Millis, Option<Millis>, bool);

impl Store {
    /// Everybody `me` has a relation with.
    pub async fn contacts(&self, me: UserId) -> Result<Vec<Contact>> {
        let sql = format!(
            "SELECT u.id, u.username, u.display_name, u.bot, u.avatar, c.relation, c.since, u.last_seen,
                 c.relation = 'friend' AND NOT {PRESENCE_OFF}
             FROM contacts c JOIN users u ON u.id = c.other_id WHERE c.user_id = ?1
             UNION ALL
             SELECT u.id, u.username, u.display_name, u.bot, u.avatar, 'blocked', b.since, NULL, FALSE
             FROM blocks b JOIN users u ON u.id = b.other_id WHERE b.user_id = ?1"
        );
        let rows: Vec<ContactRow> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(me.0).fetch_all(&self.read).await?;
        let contact =
            |(id, username, display_name, bot, avatar, relation, since, written, tells): ContactRow| {
                let (user, relation) = (user((id, username, display_name, bot, avatar)), parse(&relation)?);
                let last_seen = if tells { self.seen.or(user.id, written) } else { None };
                Ok(Contact { user, relation, since, last_seen })
            };
        rows.into_iter().map(contact).collect()
    }

    /// The friends of `user`.
    pub async fn friends(&self, user: UserId) -> Result<Vec<UserId>> {
        let sql = "SELECT other_id FROM contacts WHERE user_id = ? AND relation = 'friend'";
        let rows: Vec<(Uuid,)> = sqlx::query_as(sql).bind(user.0).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(id,)| UserId(id)).collect())
    }

    /// `other` as `me` sees them.
    ///
    /// # Errors
    /// `user_not_found`
    pub async fn contact(&self, me: UserId, other: UserId) -> Result<Contact> {
        contact(&mut *self.read.acquire().await?, me, other).await
    }

    /// Asks `other` to be a friend; accepts when they had asked already. Asking lifts one's own block of them. Whoever
    /// blocked `me` hears nothing of it. One's own bot is a friend at once.
    ///
    /// # Errors
    /// `cannot_invite_self`, `user_not_found`, `not_for_bots`, `already_friends`, `too_many`
    pub async fn send_request(&self, me: UserId, other: UserId) -> Result<Contact> {
        if me == other {
            return Err(Code::CannotInviteSelf.into());
        }
        let mut tx = self.begin().await?;
        let relation = contact(&mut tx, me, other).await?.relation;
        let kinship = kinship(&mut tx, me, other).await?;
        match relation {
            Relation::Friend => return Err(Code::AlreadyFriends.into()),
            Relation::RequestIn => befriend(&mut tx, me, other).await?,
            _ if kinship == Kinship::Bot => befriend(&mut tx, me, other).await?,
            Relation::RequestOut => {}
            Relation::Stranger | Relation::Blocked | Relation::Myself => {
                unblock(&mut tx, me, other).await?;
                has_room(&mut tx, me).await?;
                set(&mut tx, me, other, "request_out").await?;
                if !blocks(&mut tx, other, me).await? {
                    has_room(&mut tx, other).await?;
                    set(&mut tx, other, me, "request_in").await?;
                }
            }
        }
        let now = contact(&mut tx, me, other).await?;
        tx.commit().await?;
        Ok(now)
    }

    /// # Errors
    /// `request_not_found`
    pub async fn accept_request(&self, me: UserId, other: UserId) -> Result<Contact> {
        let mut tx = self.begin().await?;
        expect(&mut tx, me, other, Relation::RequestIn).await?;
        befriend(&mut tx, me, other).await?;
        let now = contact(&mut tx, me, other).await?;
        tx.commit().await?;
        Ok(now)
    }

    /// # Errors
    /// `request_not_found`
    pub async fn decline_request(&self, me: UserId, other: UserId) -> Result<()> {
        self.part(me, other, Relation::RequestIn).await
    }

    /// # Errors
    /// `request_not_found`
    pub async fn cancel_request(&self, me: UserId, other: UserId) -> Result<()> {
        self.part(me, other, Relation::RequestOut).await
    }

    /// # Errors
    /// `not_friends`
    pub async fn unfriend(&self, me: UserId, other: UserId) -> Result<()> {
        self.part(me, other, Relation::Friend).await
    }

    /// Ends whatever was between the two, and keeps `other` from asking, inviting and writing.
    ///
    /// # Errors
    /// `cannot_invite_self`, `user_not_found`
    pub async fn block(&self, me: UserId, other: UserId) -> Result<()> {
        if me == other {
            return Err(Code::CannotInviteSelf.into());
        }
        let mut tx = self.begin().await?;
        contact(&mut tx, me, other).await?;
        remove(&mut tx, me, other).await?;
        let sql = "INSERT INTO blocks (user_id, other_id, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
        sqlx::query(sql).bind(me.0).bind(other.0).bind(time::now()).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Lifting a block makes nobody a friend again.
    pub async fn unblock(&self, me: UserId, other: UserId) -> Result<()> {
        let mut tx = self.begin().await?;
        unblock(&mut tx, me, other).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends the relation the two are expected to have.
    async fn part(&self, me: UserId, other: UserId, relation: Relation) -> Result<()> {
        let mut tx = self.begin().await?;
        expect(&mut tx, me, other, relation).await?;
        remove(&mut tx, me, other).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Makes the two friends, whatever they were, and lets them write to each other.
pub(super) async fn befriend(db: &mut SqliteConnection, me: UserId, other: UserId) -> Result<()> {
    unblock(db, me, other).await?;
    set(db, me, other, "friend").await?;
    set(db, other, me, "friend").await?;
    set_writable(db, me, other, true).await
}

/// Whether `me` blocks `other`.
pub(super) async fn blocks(db: &mut SqliteConnection, me: UserId, other: UserId) -> Result<bool> {
    let sql = "SELECT 1 FROM blocks WHERE user_id = ? AND other_id = ?";
    let row: Option<(i64,)> = sqlx::query_as(sql).bind(me.0).bind(other.0).fetch_optional(db).await?;
    Ok(row.is_some())
}

/// # Errors
/// `user_not_found`
pub(super) async fn contact(db: &mut SqliteConnection, me: UserId, other: UserId) -> Result<Contact> {
    let sql = "SELECT id, username, display_name, bot, avatar FROM users WHERE id = ?";
    let row: Option<UserRow> = sqlx::query_as(sql).bind(other.0).fetch_optional(&mut *db).await?;
    let user = row.map(user).ok_or_else(|| Error::from(Code::UserNotFound))?;
    if me == other {
        return Ok(Contact { user, relation: Relation::Myself, since: 0, last_seen: None });
    }
    let sql = "SELECT 'blocked', since FROM blocks WHERE user_id = ?1 AND other_id = ?2
               UNION ALL SELECT relation, since FROM contacts WHERE user_id = ?1 AND other_id = ?2 LIMIT 1";
    let row: Option<(String, Millis)> =
        sqlx::query_as(sql).bind(me.0).bind(other.0).fetch_optional(db).await?;
    let Some((relation, since)) = row else {
        return Ok(Contact { user, relation: Relation::Stranger, since: 0, last_seen: None });
    };
    Ok(Contact { user, relation: parse(&relation)?, since, last_seen: None })
}

async fn expect(db: &mut SqliteConnection, me: UserId, other: UserId, relation: Relation) -> Result<()> {
    let missing = if relation == Relation::Friend { Code::NotFriends } else { Code::RequestNotFound };
    if contact(db, me, other).await?.relation == relation { Ok(()) } else { Err(missing.into()) }
}

async fn set(db: &mut SqliteConnection, me: UserId, other: UserId, relation: &str) -> Result<()> {
    let sql = "INSERT INTO contacts (user_id, other_id, relation, since) VALUES (?, ?, ?, ?)
               ON CONFLICT (user_id, other_id) DO UPDATE SET relation = excluded.relation, since = excluded.since";
    sqlx::query(sql).bind(me.0).bind(other.0).bind(relation).bind(time::now()).execute(db).await?;
    Ok(())
}

async fn remove(db: &mut SqliteConnection, me: UserId, other: UserId) -> Result<()> {
    let sql =
        "DELETE FROM contacts WHERE (user_id = ?1 AND other_id = ?2) OR (user_id = ?2 AND other_id = ?1)";
    sqlx::query(sql).bind(me.0).bind(other.0).execute(&mut *db).await?;
    set_writable(db, me, other, false).await
}

/// Ends whatever was between a user and anybody.
pub(super) async fn part_from_all(db: &mut SqliteConnection, user: UserId) -> Result<()> {
    let sql = "SELECT other_id FROM contacts WHERE user_id = ?";
    let others: Vec<Uuid> = sqlx::query_scalar(sql).bind(user.0).fetch_all(&mut *db).await?;
    for other in others {
        remove(db, user, UserId(other)).await?;
    }
    Ok(())
}

async fn unblock(db: &mut SqliteConnection, me: UserId, other: UserId) -> Result<()> {
    let sql = "DELETE FROM blocks WHERE user_id = ? AND other_id = ?";
    sqlx::query(sql).bind(me.0).bind(other.0).execute(db).await?;
    Ok(())
}

async fn has_room(db: &mut SqliteConnection, user: UserId) -> Result<()> {
    let sql = "SELECT COUNT(*) FROM contacts WHERE user_id = ?";
    let (count,): (i64,) = sqlx::query_as(sql).bind(user.0).fetch_one(db).await?;
    if count < limits::CONTACTS { Ok(()) } else { Err(Code::TooMany.into()) }
}

fn parse(relation: &str) -> Result<Relation> {
    match relation {
        "friend" => Ok(Relation::Friend),
        "request_in" => Ok(Relation::RequestIn),
        "request_out" => Ok(Relation::RequestOut),
        "blocked" => Ok(Relation::Blocked),
        other => Err(Error::Corrupt(format!("a relation called {other:?}"))),
    }
}
