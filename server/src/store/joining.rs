//! Coming into a group by a link, at once or when an admin approves. Decided in the transaction that does it.

use kith_shared::joining::{GroupPreview, JoinRequest};
use kith_shared::problem::Code;
use kith_shared::{ConversationId, Millis, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::groups::{Added, join};
use super::invitations::{Link, link};
use super::roles::{allowed, role_in_group};
use super::{Store, user};
use crate::error::Result;
use crate::time;

/// What using a group's link led to.
pub enum Entered {
    /// Was a member before: the link keeps its use.
    Already,
    Joined(Box<Added>),
    /// Somebody who may has to approve.
    Waits,
}

/// A user who asks to be let in, and since when.
type AskingRow = (Uuid, String, String, bool, Option<Vec<u8>>, Millis);

impl Store {
    /// The group a link leads into, if it leads into one.
    ///
    /// # Errors
    /// `invitation_not_found` when expired, or unknown.
    pub async fn group_of_link(&self, token: &str) -> Result<Option<ConversationId>> {
        Ok(link(&mut *self.read.acquire().await?, token).await?.group)
    }

    /// Brings `me` into the link's group, or notes that they ask. Who asked before goes on waiting.
    ///
    /// # Errors
    /// `invitation_not_found` when used up, expired, or unknown; `not_for_bots`, whom their owner adds; `group_full`
    pub async fn enter_group(&self, me: UserId, token: &str) -> Result<Entered> {
        let mut tx = self.begin().await?;
        let link = link(&mut tx, token).await?;
        let group = link.group.ok_or(Code::InvitationNotFound)?;
        if is_member(&mut tx, group, me).await? {
            return Ok(Entered::Already);
        }
        let sql = "SELECT bot FROM users WHERE id = ?";
        if sqlx::query_scalar(sql).bind(me.0).fetch_one(&mut *tx).await? {
            return Err(Code::NotForBots.into());
        }
        if link.approval && asks(&mut tx, group, me).await? {
            return Ok(Entered::Waits);
        }
        link.usable()?;
        let sql = "UPDATE invitations SET uses = uses + 1 WHERE token = ?";
        sqlx::query(sql).bind(token).execute(&mut *tx).await?;
        let entered = if link.approval {
            let sql = "INSERT INTO join_requests (conversation_id, user_id, created_at) VALUES (?, ?, ?)";
            sqlx::query(sql).bind(group.0).bind(me.0).bind(time::now()).execute(&mut *tx).await?;
            Entered::Waits
        } else {
            Entered::Joined(Box::new(join(&mut tx, group, me).await?))
        };
        tx.commit().await?;
        Ok(entered)
    }

    /// Who asks to be let in, oldest first.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `not_allowed`
    pub async fn join_requests(&self, me: UserId, id: ConversationId) -> Result<Vec<JoinRequest>> {
        let mut db = self.read.acquire().await?;
        allowed(role_in_group(&mut db, me, id).await?.may_admit())?;
        let sql = "SELECT u.id, u.username, u.display_name, u.bot, u.avatar, r.created_at
                   FROM join_requests r JOIN users u ON u.id = r.user_id
                   WHERE r.conversation_id = ? ORDER BY r.created_at, u.id";
        let rows: Vec<AskingRow> = sqlx::query_as(sql).bind(id.0).fetch_all(&mut *db).await?;
        let request = |(id, username, display_name, bot, avatar, since)| JoinRequest {
            user: user((id, username, display_name, bot, avatar)),
            since,
        };
        Ok(rows.into_iter().map(request).collect())
    }

    /// Lets somebody in who asks.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `not_allowed`; `request_not_found` when it was decided, `group_full`
    pub async fn approve_join(&self, me: UserId, id: ConversationId, asker: UserId) -> Result<Added> {
        let mut tx = self.begin().await?;
        decide(&mut tx, me, id, asker).await?;
        let added = join(&mut tx, id, asker).await?;
        tx.commit().await?;
        Ok(added)
    }

    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `not_allowed`; `request_not_found` when it was decided
    pub async fn decline_join(&self, me: UserId, id: ConversationId, asker: UserId) -> Result<()> {
        let mut tx = self.begin().await?;
        decide(&mut tx, me, id, asker).await?;
        tx.commit().await?;
        Ok(())
    }

    /// How many ask to be let in, and who may decide.
    pub async fn join_request_count(&self, id: ConversationId) -> Result<(u32, Vec<UserId>)> {
        let mut tx = self.read.begin().await?;
        let sql = "SELECT COUNT(*) FROM join_requests WHERE conversation_id = ?";
        let count = sqlx::query_scalar(sql).bind(id.0).fetch_one(&mut *tx).await?;
        let sql = "SELECT user_id FROM members WHERE conversation_id = ? AND role <> 'member'";
        let rows: Vec<(Uuid,)> = sqlx::query_as(sql).bind(id.0).fetch_all(&mut *tx).await?;
        Ok((count, rows.into_iter().map(|(user,)| UserId(user)).collect()))
    }
}

/// What a link's holder sees of the group it leads into. Who is a member, or has asked, sees it also when it is used up.
///
/// # Errors
/// `invitation_not_found` where they may not use it any more.
pub(super) async fn preview(
    db: &mut SqliteConnection,
    me: Option<UserId>,
    group: ConversationId,
    link: &Link,
) -> Result<GroupPreview> {
    let (mut waiting, mut inside) = (false, false);
    if let Some(me) = me {
        (waiting, inside) = (asks(db, group, me).await?, is_member(db, group, me).await?);
    }
    if !waiting && !inside {
        link.usable()?;
    }
    let sql = "SELECT title, description, (SELECT COUNT(*) FROM members WHERE conversation_id = c.id)
               FROM conversations c WHERE id = ?";
    let (title, description, members) = sqlx::query_as(sql).bind(group.0).fetch_one(db).await?;
    Ok(GroupPreview { title, description, members, approval: link.approval, waiting })
}

async fn is_member(db: &mut SqliteConnection, id: ConversationId, user: UserId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM members WHERE conversation_id = ? AND user_id = ?)";
    Ok(sqlx::query_scalar(sql).bind(id.0).bind(user.0).fetch_one(db).await?)
}

async fn asks(db: &mut SqliteConnection, id: ConversationId, user: UserId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM join_requests WHERE conversation_id = ? AND user_id = ?)";
    Ok(sqlx::query_scalar(sql).bind(id.0).bind(user.0).fetch_one(db).await?)
}

/// Takes a request out: whoever comes second finds none.
async fn decide(db: &mut SqliteConnection, me: UserId, id: ConversationId, asker: UserId) -> Result<()> {
    allowed(role_in_group(db, me, id).await?.may_admit())?;
    let sql = "DELETE FROM join_requests WHERE conversation_id = ? AND user_id = ?";
    let done = sqlx::query(sql).bind(id.0).bind(asker.0).execute(db).await?;
    if done.rows_affected() == 0 { Err(Code::RequestNotFound.into()) } else { Ok(()) }
}
