//! Groups: their titles and members. Each change of either takes the group's next revision, in its transaction.

use std::collections::HashSet;

use kith_shared::conversation::Member;
use kith_shared::limits;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, Seq, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::writer::json;
use super::{Store, UserRow, user};
use crate::error::Result;
use crate::time;

/// Who came into a group.
pub struct Added {
    pub revision: i64,
    pub members: Vec<Member>,
}

impl Store {
    /// Makes a group of `me` and these friends. `title` has to be valid.
    ///
    /// # Errors
    /// `too_many`, `not_friends`
    pub async fn create_group(
        &self,
        me: UserId,
        title: &str,
        friends: &HashSet<UserId>,
    ) -> Result<ConversationId> {
        let mut tx = self.begin().await?;
        has_room(friends.len() + 1)?;
        befriended(&mut tx, me, friends).await?;
        let id = ConversationId(Uuid::now_v7());
        let sql = "INSERT INTO conversations (id, kind, title, created_at) VALUES (?, 'group', ?, ?)";
        sqlx::query(sql).bind(id.0).bind(title).bind(time::now()).execute(&mut *tx).await?;
        insert(&mut tx, id, friends).await?;
        insert(&mut tx, id, &HashSet::from([me])).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Gives a group another title, which has to be valid. `None` when it has it already, or the new revision.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`
    pub async fn rename_group(&self, me: UserId, id: ConversationId, title: &str) -> Result<Option<i64>> {
        let mut tx = self.begin().await?;
        is_member_of_group(&mut tx, me, id).await?;
        let sql = "UPDATE conversations SET title = ?1, revision = revision + 1 WHERE id = ?2 AND title <> ?1
                   RETURNING revision";
        let revision = sqlx::query_scalar(sql).bind(title).bind(id.0).fetch_optional(&mut *tx).await?;
        tx.commit().await?;
        Ok(revision)
    }

    /// Adds friends of `me`, who count what was written before as read. Those who are members already stay so; `None`
    /// when all are.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `too_many`, `not_friends`
    pub async fn add_members(
        &self,
        me: UserId,
        id: ConversationId,
        users: &[UserId],
    ) -> Result<Option<Added>> {
        let mut tx = self.begin().await?;
        is_member_of_group(&mut tx, me, id).await?;
        let new = not_members(&mut tx, id, users).await?;
        if new.is_empty() {
            return Ok(None);
        }
        befriended(&mut tx, me, &new).await?;
        insert(&mut tx, id, &new).await?;
        let (revision, members) = (revise(&mut tx, id).await?, members(&mut tx, &new).await?);
        tx.commit().await?;
        Ok(Some(Added { revision, members }))
    }

    /// Takes `me` out of a group, and gives its new revision. What the last one leaves is kept, and seen by nobody.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`
    pub async fn leave_group(&self, me: UserId, id: ConversationId) -> Result<i64> {
        let mut tx = self.begin().await?;
        is_member_of_group(&mut tx, me, id).await?;
        let sql = "DELETE FROM members WHERE conversation_id = ? AND user_id = ?";
        sqlx::query(sql).bind(id.0).bind(me.0).execute(&mut *tx).await?;
        let revision = revise(&mut tx, id).await?;
        tx.commit().await?;
        Ok(revision)
    }
}

/// # Errors
/// `conversation_not_found`, `not_a_group`
async fn is_member_of_group(db: &mut SqliteConnection, me: UserId, id: ConversationId) -> Result<()> {
    let sql = "SELECT c.kind = 'group' FROM members m JOIN conversations c ON c.id = m.conversation_id
               WHERE m.conversation_id = ? AND m.user_id = ?";
    let row: Option<bool> = sqlx::query_scalar(sql).bind(id.0).bind(me.0).fetch_optional(db).await?;
    if row.ok_or(Code::ConversationNotFound)? { Ok(()) } else { Err(Code::NotAGroup.into()) }
}

/// Those of `users` who may be added.
///
/// # Errors
/// `too_many` when the group has no room for them.
async fn not_members(
    db: &mut SqliteConnection,
    id: ConversationId,
    users: &[UserId],
) -> Result<HashSet<UserId>> {
    let sql = "SELECT user_id FROM members WHERE conversation_id = ?";
    let rows: Vec<(Uuid,)> = sqlx::query_as(sql).bind(id.0).fetch_all(db).await?;
    let members: HashSet<UserId> = rows.into_iter().map(|(user,)| UserId(user)).collect();
    let new: HashSet<UserId> = users.iter().copied().filter(|user| !members.contains(user)).collect();
    has_room(members.len() + new.len())?;
    Ok(new)
}

/// # Errors
/// `too_many`
fn has_room(members: usize) -> Result<()> {
    if members <= limits::GROUP_MEMBERS { Ok(()) } else { Err(Code::TooMany.into()) }
}

/// Whether all `users` are friends of `me`.
///
/// # Errors
/// `not_friends`
async fn befriended(db: &mut SqliteConnection, me: UserId, users: &HashSet<UserId>) -> Result<()> {
    let sql = "SELECT COUNT(*) FROM json_each(?) i
               CROSS JOIN contacts c ON c.user_id = ? AND c.other_id = unhex(i.value) AND c.relation = 'friend'";
    let friends: i64 = sqlx::query_scalar(sql).bind(ids(users)?).bind(me.0).fetch_one(db).await?;
    if friends as usize == users.len() { Ok(()) } else { Err(Code::NotFriends.into()) }
}

async fn insert(db: &mut SqliteConnection, id: ConversationId, users: &HashSet<UserId>) -> Result<()> {
    let sql = "INSERT INTO members (conversation_id, user_id, read_seq, joined_at)
               SELECT c.id, unhex(i.value), c.head_seq, ? FROM conversations c, json_each(?) i WHERE c.id = ?";
    sqlx::query(sql).bind(time::now()).bind(ids(users)?).bind(id.0).execute(db).await?;
    Ok(())
}

async fn revise(db: &mut SqliteConnection, id: ConversationId) -> Result<i64> {
    let sql = "UPDATE conversations SET revision = revision + 1 WHERE id = ? RETURNING revision";
    Ok(sqlx::query_scalar(sql).bind(id.0).fetch_one(db).await?)
}

/// As the others of a group see them.
async fn members(db: &mut SqliteConnection, users: &HashSet<UserId>) -> Result<Vec<Member>> {
    let sql = "SELECT u.id, u.username, u.display_name
               FROM json_each(?) i JOIN users u ON u.id = unhex(i.value)";
    let rows: Vec<UserRow> = sqlx::query_as(sql).bind(ids(users)?).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| Member { user: user(row), read: Seq::ZERO }).collect())
}

fn ids(users: &HashSet<UserId>) -> Result<String> {
    json(&users.iter().map(|user| user.0.simple()).collect::<Vec<_>>())
}
