//! Bots: users without a password, each with an owner, who is their only friend.

use kith_shared::bot::{Bot, DeliveryFailure, Outgoing};
use kith_shared::problem::Code;
use kith_shared::{ConversationId, Millis, SessionId, UserId, limits};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::contacts::{befriend, part_from_all};
use super::groups::leave;
use super::roles::Revised;
use super::{Store, sessions, user, users};
use crate::agent::Agent;
use crate::error::{Error, Result};
use crate::time;

/// Id, username, display name, `created_at`; then of where its messages go: url, stopped, and of its failure: when, why,
/// whether given up.
type BotRow = (Uuid, String, String, Millis, Option<String>, bool, Option<Millis>, Option<String>, bool);

fn bot(row: BotRow) -> Bot {
    let (id, username, display_name, created_at, url, stopped, failed_at, reason, given_up) = row;
    let failure = failed_at.zip(reason).map(|(at, reason)| DeliveryFailure { at, reason, given_up });
    Bot {
        user: user((id, username, display_name, true, None)),
        created_at,
        token: None,
        outgoing: url.map(|url| Outgoing { url, secret: None, stopped, failure }),
    }
}

/// What two users are to each other by one's being a bot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinship {
    /// Neither is one.
    None,
    /// One is the other's.
    Bot,
}

/// What a removed bot leaves.
pub struct Removed {
    pub groups: Vec<(ConversationId, Revised)>,
    pub sessions: Vec<SessionId>,
}

impl Store {
    /// Makes a bot of `me`, whose friend it is; both names have to be valid.
    ///
    /// # Errors
    /// `not_for_bots`, `too_many`, `username_taken`
    pub async fn create_bot(
        &self,
        me: UserId,
        username: &str,
        display_name: &str,
        token_hash: &[u8],
    ) -> Result<Bot> {
        let mut tx = self.begin().await?;
        has_room(&mut tx, me).await?;
        let id = users::insert(&mut tx, (username, display_name), "", true).await?.id;
        let sql = "INSERT INTO bots (user_id, owner_id, created_at) VALUES (?, ?, ?)";
        sqlx::query(sql).bind(id.0).bind(me.0).bind(time::now()).execute(&mut *tx).await?;
        befriend(&mut tx, me, id).await?;
        sessions::begin(&mut tx, id, token_hash, &Agent::default()).await?;
        let bot = own_bot(&mut tx, me, id).await?;
        tx.commit().await?;
        Ok(bot)
    }

    /// The bots of `me`, in the order they were made.
    pub async fn bots(&self, me: UserId) -> Result<Vec<Bot>> {
        select(&mut *self.read.acquire().await?, me, None).await
    }

    /// # Errors
    /// `bot_not_found`, also for somebody else's.
    pub async fn bot(&self, me: UserId, id: UserId) -> Result<Bot> {
        own_bot(&mut *self.read.acquire().await?, me, id).await
    }

    /// Ends a bot's sessions, which are given back, and begins the one of a new token.
    ///
    /// # Errors
    /// `bot_not_found`
    pub async fn renew_bot_token(
        &self,
        me: UserId,
        id: UserId,
        token_hash: &[u8],
    ) -> Result<(Bot, Vec<SessionId>)> {
        let mut tx = self.begin().await?;
        let bot = own_bot(&mut tx, me, id).await?;
        let ended = end_sessions(&mut tx, id).await?;
        sessions::begin(&mut tx, id, token_hash, &Agent::default()).await?;
        tx.commit().await?;
        Ok((bot, ended))
    }

    /// Takes a bot out of its groups and ends all it could do. What it wrote stays, and so does its name.
    ///
    /// # Errors
    /// `bot_not_found`
    pub async fn remove_bot(&self, me: UserId, id: UserId) -> Result<Removed> {
        let mut tx = self.begin().await?;
        own_bot(&mut tx, me, id).await?;
        let sql = "SELECT c.id FROM members m JOIN conversations c ON c.id = m.conversation_id
                   WHERE m.user_id = ? AND c.kind = 'group'";
        let found: Vec<Uuid> = sqlx::query_scalar(sql).bind(id.0).fetch_all(&mut *tx).await?;
        let mut groups = Vec::with_capacity(found.len());
        for group in found.into_iter().map(ConversationId) {
            groups.push((group, leave(&mut tx, id, group).await?));
        }
        part_from_all(&mut tx, id).await?;
        let sessions = end_sessions(&mut tx, id).await?;
        sqlx::query("DELETE FROM bots WHERE user_id = ?").bind(id.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(Removed { groups, sessions })
    }
}

/// # Errors
/// `not_for_bots` where one is a bot and not the other's.
pub(super) async fn kinship(db: &mut SqliteConnection, me: UserId, other: UserId) -> Result<Kinship> {
    let sql = "SELECT b.owner_id FROM users u LEFT JOIN bots b ON b.user_id = u.id
               WHERE u.id IN (?, ?) AND u.bot";
    let owners: Vec<Option<Uuid>> = sqlx::query_scalar(sql).bind(me.0).bind(other.0).fetch_all(db).await?;
    let is_theirs = |owner: &Option<Uuid>| *owner == Some(me.0) || *owner == Some(other.0);
    match &owners[..] {
        [] => Ok(Kinship::None),
        all if all.iter().all(is_theirs) => Ok(Kinship::Bot),
        _ => Err(Code::NotForBots.into()),
    }
}

/// # Errors
/// `bot_not_found`
pub(super) async fn own_bot(db: &mut SqliteConnection, me: UserId, id: UserId) -> Result<Bot> {
    select(db, me, Some(id)).await?.pop().ok_or_else(|| Error::from(Code::BotNotFound))
}

async fn select(db: &mut SqliteConnection, me: UserId, only: Option<UserId>) -> Result<Vec<Bot>> {
    let sql =
        "SELECT u.id, u.username, u.display_name, b.created_at, b.url, b.stopped, b.failed_at, b.failure,
                   b.given_up
               FROM bots b JOIN users u ON u.id = b.user_id
               WHERE b.owner_id = ?1 AND (?2 IS NULL OR b.user_id = ?2) ORDER BY b.user_id";
    let rows: Vec<BotRow> = sqlx::query_as(sql).bind(me.0).bind(only.map(|id| id.0)).fetch_all(db).await?;
    Ok(rows.into_iter().map(bot).collect())
}

/// # Errors
/// `not_for_bots`, `too_many`
async fn has_room(db: &mut SqliteConnection, me: UserId) -> Result<()> {
    let sql = "SELECT bot, (SELECT COUNT(*) FROM bots WHERE owner_id = id) FROM users WHERE id = ?";
    match sqlx::query_as(sql).bind(me.0).fetch_one(db).await? {
        (true, _) => Err(Code::NotForBots.into()),
        (_, limits::BOTS..) => Err(Code::TooMany.into()),
        (_, _) => Ok(()),
    }
}

async fn end_sessions(db: &mut SqliteConnection, bot: UserId) -> Result<Vec<SessionId>> {
    let sql = "DELETE FROM sessions WHERE user_id = ? RETURNING id";
    let ended: Vec<Uuid> = sqlx::query_scalar(sql).bind(bot.0).fetch_all(db).await?;
    Ok(ended.into_iter().map(SessionId).collect())
}
