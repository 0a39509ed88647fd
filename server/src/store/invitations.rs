//! Invitation links: made by one, used by one or many, for a while.

use kith_shared::contact::{Contact, Invitation, InvitationPreview, Relation};
use kith_shared::limits;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, InvitationId, Millis, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::bots::kinship;
use super::contacts::{befriend, blocks, contact};
use super::conversations::open_direct;
use super::{Store, expired, user};
use crate::error::{Error, Result};
use crate::{time, token};

type InvitationRow = (Uuid, String, u32, u32, Millis, Millis);

fn invitation((id, token, max_uses, uses, created_at, expires_at): InvitationRow) -> Invitation {
    Invitation { id: InvitationId(id), token, max_uses, uses, created_at, expires_at }
}

/// What using a link led to.
pub struct Accepted {
    pub inviter: UserId,
    pub conversation: ConversationId,
}

impl Store {
    /// # Errors
    /// `too_many` links open at once.
    pub async fn create_invitation(&self, me: UserId, max_uses: u32, life: Millis) -> Result<Invitation> {
        let mut tx = self.begin().await?;
        let now = time::now();
        // Links that can't be used any more are of no use to anybody: swept here, where new ones are made.
        let sql = "DELETE FROM invitations WHERE inviter_id = ? AND (expires_at <= ? OR uses >= max_uses)";
        sqlx::query(sql).bind(me.0).bind(now).execute(&mut *tx).await?;
        let sql = "SELECT COUNT(*) FROM invitations WHERE inviter_id = ?";
        let (open,): (i64,) = sqlx::query_as(sql).bind(me.0).fetch_one(&mut *tx).await?;
        if open >= limits::INVITATIONS {
            return Err(Code::TooMany.into());
        }
        let (id, token, expires_at) = (Uuid::now_v7(), token::invitation(), now + life);
        let sql = "INSERT INTO invitations (id, token, inviter_id, max_uses, created_at, expires_at)
                   VALUES (?, ?, ?, ?, ?, ?)";
        let insert =
            sqlx::query(sql).bind(id).bind(&token).bind(me.0).bind(max_uses).bind(now).bind(expires_at);
        insert.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(invitation((id, token, max_uses, 0, now, expires_at)))
    }

    /// The links of `me` that can still be used, newest first.
    pub async fn invitations(&self, me: UserId) -> Result<Vec<Invitation>> {
        let sql = "SELECT id, token, max_uses, uses, created_at, expires_at FROM invitations
                   WHERE inviter_id = ? AND expires_at > ? AND uses < max_uses ORDER BY id DESC";
        let rows: Vec<InvitationRow> =
            sqlx::query_as(sql).bind(me.0).bind(time::now()).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(invitation).collect())
    }

    /// # Errors
    /// `invitation_not_found`, also for somebody else's.
    pub async fn delete_invitation(&self, me: UserId, id: InvitationId) -> Result<()> {
        let sql = "DELETE FROM invitations WHERE id = ? AND inviter_id = ?";
        let done = sqlx::query(sql).bind(id.0).bind(me.0).execute(&self.write).await?;
        if done.rows_affected() == 0 { Err(Code::InvitationNotFound.into()) } else { Ok(()) }
    }

    /// # Errors
    /// `invitation_not_found` when used up, expired, or unknown.
    pub async fn preview_invitation(&self, token: &str) -> Result<InvitationPreview> {
        let mut db = self.read.acquire().await?;
        let (inviter, expires_at) = usable(&mut db, token).await?;
        let sql = "SELECT id, username, display_name, bot FROM users WHERE id = ?";
        let row = sqlx::query_as(sql).bind(inviter.0).fetch_one(&mut *db).await?;
        Ok(InvitationPreview { inviter: user(row), expires_at })
    }

    /// Makes `me` and the inviter friends and opens their dialog. For friends already, just opens it: the link keeps
    /// its use.
    ///
    /// # Errors
    /// `invitation_not_found`, also when the inviter blocks `me`; `cannot_invite_self`, `not_for_bots`
    pub async fn accept_invitation(&self, me: UserId, token: &str) -> Result<Accepted> {
        let mut tx = self.begin().await?;
        let (inviter, _) = usable(&mut tx, token).await?;
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

async fn usable(db: &mut SqliteConnection, token: &str) -> Result<(UserId, Millis)> {
    let sql = "SELECT inviter_id, expires_at FROM invitations WHERE token = ? AND uses < max_uses";
    let row: Option<(Uuid, Millis)> = sqlx::query_as(sql).bind(token).fetch_optional(db).await?;
    match row {
        Some((inviter, expires_at)) if !expired(expires_at, time::now()) => Ok((UserId(inviter), expires_at)),
        _ => Err(Error::from(Code::InvitationNotFound)),
    }
}
