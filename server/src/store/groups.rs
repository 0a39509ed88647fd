//! Groups: making one, its title and members. Every change takes the next revision, in its transaction.

use kith_shared::conversation::Member;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, Seq, UserId, limits};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Store, UserRow, user};
use crate::error::{Error, Result};
use crate::time;

/// Who came in, and which revision that made.
pub struct Added {
    pub revision: i64,
    pub members: Vec<Member>,
}

impl Store {
    /// A new group of `me` and these friends.
    ///
    /// # Errors
    /// `not_friends`, `too_many`
    pub async fn create_group(&self, me: UserId, title: &str, others: &[UserId]) -> Result<ConversationId> {
        let mut tx = self.begin().await?;
        let id = ConversationId(Uuid::now_v7());
        let sql =
            "INSERT INTO conversations (id, kind, title, revision, created_at) VALUES (?, 'group', ?, 1, ?)";
        sqlx::query(sql).bind(id.0).bind(title).bind(time::now()).execute(&mut *tx).await?;
        are_friends(&mut tx, me, others).await?;
        add(&mut tx, id, &[&[me], others].concat()).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Gives a group another title; its new revision.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`
    pub async fn rename_group(&self, me: UserId, id: ConversationId, title: &str) -> Result<i64> {
        let mut tx = self.begin().await?;
        let revision = next_revision(&mut tx, me, id).await?;
        let sql = "UPDATE conversations SET title = ? WHERE id = ?";
        sqlx::query(sql).bind(title).bind(id.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(revision)
    }

    /// Takes friends of `me` into a group. They may read all of it, and have read it so far. `None` where all were in it
    /// already.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `not_friends`, `too_many`
    pub async fn add_members(
        &self,
        me: UserId,
        id: ConversationId,
        users: &[UserId],
    ) -> Result<Option<Added>> {
        let mut tx = self.begin().await?;
        let revision = next_revision(&mut tx, me, id).await?;
        are_friends(&mut tx, me, users).await?;
        let members = add(&mut tx, id, users).await?;
        if members.is_empty() {
            return Ok(None);
        }
        tx.commit().await?;
        Ok(Some(Added { revision, members }))
    }

    /// Takes `me` out of a group. What they wrote stays, and so does a group nobody is in any more.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`
    pub async fn leave_group(&self, me: UserId, id: ConversationId) -> Result<i64> {
        let mut tx = self.begin().await?;
        let revision = next_revision(&mut tx, me, id).await?;
        let sql = "DELETE FROM members WHERE conversation_id = ? AND user_id = ?";
        sqlx::query(sql).bind(id.0).bind(me.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(revision)
    }

    /// The members of a conversation.
    pub async fn member_ids(&self, id: ConversationId) -> Result<Vec<UserId>> {
        let sql = "SELECT user_id FROM members WHERE conversation_id = ?";
        let rows: Vec<(Uuid,)> = sqlx::query_as(sql).bind(id.0).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(id,)| UserId(id)).collect())
    }
}

/// Takes the next revision of a group `me` is a member of.
async fn next_revision(db: &mut SqliteConnection, me: UserId, id: ConversationId) -> Result<i64> {
    let sql = "SELECT c.kind = 'group' FROM members m JOIN conversations c ON c.id = m.conversation_id
               WHERE m.conversation_id = ? AND m.user_id = ?";
    let row: Option<(bool,)> = sqlx::query_as(sql).bind(id.0).bind(me.0).fetch_optional(&mut *db).await?;
    match row {
        None => Err(Code::ConversationNotFound.into()),
        Some((false,)) => Err(Code::NotAGroup.into()),
        Some((true,)) => {
            let sql = "UPDATE conversations SET revision = revision + 1 WHERE id = ? RETURNING revision";
            let (revision,): (i64,) = sqlx::query_as(sql).bind(id.0).fetch_one(db).await?;
            Ok(revision)
        }
    }
}

async fn are_friends(db: &mut SqliteConnection, me: UserId, users: &[UserId]) -> Result<()> {
    let sql = "SELECT COUNT(*) FROM json_each(?) i
               WHERE unhex(i.value) NOT IN
                   (SELECT other_id FROM contacts WHERE user_id = ? AND relation = 'friend')";
    let (strangers,): (i64,) = sqlx::query_as(sql).bind(hex(users)?).bind(me.0).fetch_one(db).await?;
    if strangers == 0 { Ok(()) } else { Err(Code::NotFriends.into()) }
}

/// Those of `users` who were no members before.
async fn add(db: &mut SqliteConnection, id: ConversationId, users: &[UserId]) -> Result<Vec<Member>> {
    let sql = "INSERT INTO members (conversation_id, user_id, read_seq, joined_at)
               SELECT c.id, unhex(i.value), c.head_seq, ? FROM json_each(?) i JOIN conversations c ON c.id = ?
               WHERE true ON CONFLICT DO NOTHING RETURNING user_id";
    let insert = sqlx::query_as(sql).bind(time::now()).bind(hex(users)?).bind(id.0);
    let added: Vec<(Uuid,)> = insert.fetch_all(&mut *db).await?;
    let sql = "SELECT COUNT(*) FROM members WHERE conversation_id = ?";
    let (members,): (i64,) = sqlx::query_as(sql).bind(id.0).fetch_one(&mut *db).await?;
    if members > limits::GROUP_MEMBERS as i64 {
        return Err(Code::TooMany.into());
    }
    let added: Vec<_> = added.into_iter().map(|(id,)| UserId(id)).collect();
    let sql =
        "SELECT u.id, u.username, u.display_name FROM json_each(?) i JOIN users u ON u.id = unhex(i.value)";
    let rows: Vec<UserRow> = sqlx::query_as(sql).bind(hex(&added)?).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| Member { user: user(row), read: Seq::ZERO }).collect())
}

fn hex(users: &[UserId]) -> Result<String> {
    let users: Vec<_> = users.iter().map(|user| user.0.simple()).collect();
    serde_json::to_string(&users).map_err(|error| Error::Corrupt(error.to_string()))
}
