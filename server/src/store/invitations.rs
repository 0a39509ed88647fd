//! Invitation links: made by one, used by one or many, for a while. They make friends, or lead into a group: using those
//! is [`joining`]'s.

use kith_shared::contact::{Contact, Invitation, InvitationPreview, Relation};
use kith_shared::limits;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, InvitationId, Millis, UserId};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteQueryResult;
use uuid::Uuid;

use super::bots::kinship;
use super::contacts::{befriend, blocks, contact};
use super::conversations::open_direct;
use super::roles::{allowed, role_in_group};
use super::{Store, expired, joining, user};
use crate::error::{Error, Result};
use crate::{time, token};

type InvitationRow = (Uuid, String, u32, u32, Millis, Millis, bool);

const COLUMNS: &str = "id, token, max_uses, uses, created_at, expires_at, approval";

/// How many may use a link, for how long, and whether they only ask.
pub struct Terms {
    pub max_uses: u32,
    pub life: Millis,
    pub approval: bool,
}

fn invitation(row: InvitationRow) -> Invitation {
    let (id, token, max_uses, uses, created_at, expires_at, approval) = row;
    Invitation { id: InvitationId(id), token, max_uses, uses, created_at, expires_at, approval }
}

/// What using a link led to.
pub struct Accepted {
    pub inviter: UserId,
    pub conversation: ConversationId,
}

impl Store {
    /// A link that makes friends.
    ///
    /// # Errors
    /// `too_many` links open at once.
    pub async fn create_invitation(&self, me: UserId, terms: Terms) -> Result<Invitation> {
        let mut tx = self.begin().await?;
        let made = create(&mut tx, me, None, terms).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// A link into a group.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `not_allowed`; `too_many` links open at once.
    pub async fn create_group_invitation(
        &self,
        me: UserId,
        group: ConversationId,
        terms: Terms,
    ) -> Result<Invitation> {
        let mut tx = self.begin().await?;
        allowed(role_in_group(&mut tx, me, group).await?.may_admit())?;
        let made = create(&mut tx, me, Some(group), terms).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// The links of `me` that can still be used, newest first.
    pub async fn invitations(&self, me: UserId) -> Result<Vec<Invitation>> {
        open(&mut *self.read.acquire().await?, me, None).await
    }

    /// The links into a group that can still be used, whoever made them, newest first.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `not_allowed`
    pub async fn group_invitations(&self, me: UserId, group: ConversationId) -> Result<Vec<Invitation>> {
        let mut db = self.read.acquire().await?;
        allowed(role_in_group(&mut db, me, group).await?.may_admit())?;
        open(&mut db, me, Some(group)).await
    }

    /// # Errors
    /// `invitation_not_found`, also for somebody else's.
    pub async fn delete_invitation(&self, me: UserId, id: InvitationId) -> Result<()> {
        let sql = "DELETE FROM invitations WHERE id = ? AND inviter_id = ? AND conversation_id IS NULL";
        found(&sqlx::query(sql).bind(id.0).bind(me.0).execute(&self.write).await?)
    }

    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `not_allowed`; `invitation_not_found`, also for another group's.
    pub async fn delete_group_invitation(
        &self,
        me: UserId,
        group: ConversationId,
        id: InvitationId,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        allowed(role_in_group(&mut tx, me, group).await?.may_admit())?;
        let sql = "DELETE FROM invitations WHERE id = ? AND conversation_id = ?";
        found(&sqlx::query(sql).bind(id.0).bind(group.0).execute(&mut *tx).await?)?;
        tx.commit().await?;
        Ok(())
    }

    /// # Errors
    /// `invitation_not_found` when used up, expired, or unknown.
    pub async fn preview_invitation(&self, me: Option<UserId>, token: &str) -> Result<InvitationPreview> {
        let mut db = self.read.begin().await?;
        let link = link(&mut db, token).await?;
        let group = match link.group {
            Some(id) => Some(joining::preview(&mut db, me, id, &link).await?),
            None => link.usable().map(|()| None)?,
        };
        let sql = "SELECT id, username, display_name, bot, avatar FROM users WHERE id = ?";
        let row = sqlx::query_as(sql).bind(link.inviter.0).fetch_one(&mut *db).await?;
        Ok(InvitationPreview { inviter: user(row), expires_at: link.expires_at, group })
    }

    /// Makes `me` and the inviter friends and opens their dialog. For friends already, just opens it: the link keeps
    /// its use.
    ///
    /// # Errors
    /// `invitation_not_found`, also when the inviter blocks `me`; `cannot_invite_self`, `not_for_bots`
    pub async fn accept_invitation(&self, me: UserId, token: &str) -> Result<Accepted> {
        let mut tx = self.begin().await?;
        let link = link(&mut tx, token).await?;
        if link.group.is_some() {
            return Err(Code::InvitationNotFound.into());
        }
        link.usable()?;
        let inviter = link.inviter;
        if inviter == me {
            return Err(Code::CannotInviteSelf.into());
        }
        if blocks(&mut tx, inviter, me).await? {
            return Err(Code::InvitationNotFound.into());
        }
        kinship(&mut tx, me, inviter).await?;
        let Contact { relation, .. } = contact(&mut tx, me, inviter).await?;
        if relation != Relation::Friend {
            befriend(&mut tx, me, inviter).await?;
            let sql = "UPDATE invitations SET uses = uses + 1 WHERE token = ?";
            sqlx::query(sql).bind(token).execute(&mut *tx).await?;
        }
        let conversation = open_direct(&mut tx, me, inviter).await?;
        tx.commit().await?;
        Ok(Accepted { inviter, conversation })
    }
}

async fn create(
    db: &mut SqliteConnection,
    me: UserId,
    group: Option<ConversationId>,
    Terms { max_uses, life, approval }: Terms,
) -> Result<Invitation> {
    let (now, of_group) = (time::now(), group.map(|group| group.0));
    // Links that can't be used any more are of no use to anybody: swept here, where new ones are made. By one with
    // approval those who wait see that they do.
    let mine = of(group);
    let sql = format!(
        "DELETE FROM invitations WHERE {mine} AND (expires_at <= ?3 OR (uses >= max_uses AND NOT approval))"
    );
    let sweep = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(me.0).bind(of_group).bind(now);
    sweep.execute(&mut *db).await?;
    let sql = format!("SELECT COUNT(*) FROM invitations WHERE {mine} AND expires_at > ?3");
    let count = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(me.0).bind(of_group).bind(now);
    let count: i64 = count.fetch_one(&mut *db).await?;
    if count >= limits::INVITATIONS {
        return Err(Code::TooMany.into());
    }
    let (id, token, expires_at) = (Uuid::now_v7(), token::invitation(), now + life);
    let sql = "INSERT INTO invitations
                   (id, token, inviter_id, max_uses, created_at, expires_at, conversation_id, approval)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let insert = sqlx::query(sql).bind(id).bind(&token).bind(me.0).bind(max_uses).bind(now).bind(expires_at);
    insert.bind(of_group).bind(approval).execute(db).await?;
    Ok(invitation((id, token, max_uses, 0, now, expires_at, approval)))
}

/// A user's own links, or all into a group. Two conditions, for each has its index.
fn of(group: Option<ConversationId>) -> &'static str {
    match group {
        None => "inviter_id = ?1 AND conversation_id IS NULL",
        Some(_) => "conversation_id = ?2",
    }
}

async fn open(
    db: &mut SqliteConnection,
    me: UserId,
    group: Option<ConversationId>,
) -> Result<Vec<Invitation>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM invitations
         WHERE {} AND expires_at > ?3 AND uses < max_uses ORDER BY id DESC",
        of(group)
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(me.0).bind(group.map(|group| group.0));
    let rows: Vec<InvitationRow> = query.bind(time::now()).fetch_all(db).await?;
    Ok(rows.into_iter().map(invitation).collect())
}

fn found(deleted: &SqliteQueryResult) -> Result<()> {
    if deleted.rows_affected() == 0 { Err(Code::InvitationNotFound.into()) } else { Ok(()) }
}

/// A link that has not expired.
pub(super) struct Link {
    pub inviter: UserId,
    pub expires_at: Millis,
    /// Where it leads into one.
    pub group: Option<ConversationId>,
    pub approval: bool,
    used_up: bool,
}

impl Link {
    /// # Errors
    /// `invitation_not_found` when it is used up.
    pub(super) fn usable(&self) -> Result<()> {
        if self.used_up { Err(Code::InvitationNotFound.into()) } else { Ok(()) }
    }
}

/// # Errors
/// `invitation_not_found` when expired, or unknown.
pub(super) async fn link(db: &mut SqliteConnection, token: &str) -> Result<Link> {
    let sql = "SELECT inviter_id, expires_at, conversation_id, approval, uses >= max_uses FROM invitations
               WHERE token = ?";
    let row: Option<(Uuid, Millis, Option<Uuid>, bool, bool)> =
        sqlx::query_as(sql).bind(token).fetch_optional(db).await?;
    let open = row.filter(|(_, expires_at, ..)| !expired(*expires_at, time::now()));
    let (inviter, expires_at, group, approval, used_up) =
        open.ok_or_else(|| Error::from(Code::InvitationNotFound))?;
    Ok(Link { inviter: UserId(inviter), expires_at, group: group.map(ConversationId), approval, used_up })
}
