//! Groups: their titles, descriptions and members. Each change of any takes the group's next revision, in its transaction.

use std::collections::HashSet;

use kith_shared::conversation::{Member, Role};
use kith_shared::limits;
use kith_shared::notice::What;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, FileId, Seq, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::notices;
use super::roles::{Revised, allowed, inherit, name, role_in_group};
use super::writer::json;
use super::{Sealed, Store, UserRow, user};
use crate::error::Result;
use crate::time;

/// Who came into a group.
pub struct Added {
    pub revision: i64,
    pub members: Vec<Member>,
    pub notice: Sealed,
}

/// A group's new title or description; what is `None` stays as it is.
pub struct About {
    pub title: Option<String>,
    pub description: Option<Option<String>>,
}

/// What a group is called now.
pub struct Described {
    pub revision: i64,
    pub title: String,
    pub description: Option<String>,
    pub notices: Vec<Sealed>,
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
    ) -> Result<(ConversationId, Sealed)> {
        let mut tx = self.begin().await?;
        has_room(friends.len() + 1)?;
        befriended(&mut tx, me, friends).await?;
        let id = ConversationId(Uuid::now_v7());
        let sql = "INSERT INTO conversations (id, kind, title, created_at) VALUES (?, 'group', ?, ?)";
        sqlx::query(sql).bind(id.0).bind(title).bind(time::now()).execute(&mut *tx).await?;
        insert(&mut tx, id, &HashSet::from([me]), Role::Owner).await?;
        insert(&mut tx, id, friends, Role::Member).await?;
        let notice = notices::write(&mut tx, id, me, What::Made, &[]).await?;
        tx.commit().await?;
        Ok((id, notice))
    }

    /// Gives a group another title or description, which have to be valid. `None` when it has them already.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `not_allowed`
    pub async fn describe_group(
        &self,
        me: UserId,
        id: ConversationId,
        about: About,
    ) -> Result<Option<Described>> {
        let mut tx = self.begin().await?;
        allowed(role_in_group(&mut tx, me, id).await?.may_describe())?;
        let sql = "SELECT title, description FROM conversations WHERE id = ?";
        let (title, description): (String, Option<String>) =
            sqlx::query_as(sql).bind(id.0).fetch_one(&mut *tx).await?;
        let new_title = about.title.filter(|new| *new != title);
        let new_description = about.description.filter(|new| *new != description);
        let mut notices = Vec::new();
        if let Some(new) = &new_title {
            notices.push(notices::write_title(&mut tx, id, me, new).await?);
        }
        if new_description.is_some() {
            notices.push(notices::write(&mut tx, id, me, What::Described, &[]).await?);
        }
        if notices.is_empty() {
            return Ok(None);
        }
        let (title, description) = (new_title.unwrap_or(title), new_description.unwrap_or(description));
        let sql = "UPDATE conversations SET title = ?, description = ? WHERE id = ?";
        sqlx::query(sql).bind(&title).bind(&description).bind(id.0).execute(&mut *tx).await?;
        let revision = revise(&mut tx, id).await?;
        tx.commit().await?;
        Ok(Some(Described { revision, title, description, notices }))
    }

    /// Gives a group another picture, or none. Answers its revision; `None` when it has it already.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `not_allowed`
    pub async fn set_group_avatar(
        &self,
        me: UserId,
        id: ConversationId,
        avatar: Option<FileId>,
    ) -> Result<Option<i64>> {
        let mut tx = self.begin().await?;
        allowed(role_in_group(&mut tx, me, id).await?.may_describe())?;
        let avatar = avatar.map(|file| file.0.to_vec());
        let sql = "UPDATE conversations SET avatar = ?1 WHERE id = ?2 AND avatar IS NOT ?1";
        if sqlx::query(sql).bind(avatar).bind(id.0).execute(&mut *tx).await?.rows_affected() == 0 {
            return Ok(None);
        }
        let revision = revise(&mut tx, id).await?;
        tx.commit().await?;
        Ok(Some(revision))
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
        role_in_group(&mut tx, me, id).await?;
        let new = not_members(&mut tx, id, users).await?;
        if new.is_empty() {
            return Ok(None);
        }
        befriended(&mut tx, me, &new).await?;
        insert(&mut tx, id, &new, Role::Member).await?;
        let (revision, members) = (revise(&mut tx, id).await?, members(&mut tx, &new).await?);
        // In the order they were named, each once.
        let mut unnamed = new;
        let ids: Vec<_> = users.iter().copied().filter(|user| unnamed.remove(user)).collect();
        let notice = notices::write(&mut tx, id, me, What::Added, &ids).await?;
        tx.commit().await?;
        Ok(Some(Added { revision, members, notice }))
    }

    /// Takes `me` out of a group; where `me` was the owner, somebody else is from now on. What the last one leaves is
    /// kept, and seen by nobody.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`
    pub async fn leave_group(&self, me: UserId, id: ConversationId) -> Result<Revised> {
        let mut tx = self.begin().await?;
        let revised = leave(&mut tx, me, id).await?;
        tx.commit().await?;
        Ok(revised)
    }
}

/// As [`Store::leave_group`], in a transaction.
pub(super) async fn leave(db: &mut SqliteConnection, me: UserId, id: ConversationId) -> Result<Revised> {
    let mine = role_in_group(db, me, id).await?;
    remove(db, id, me).await?;
    let heir = if mine == Role::Owner { inherit(db, id).await? } else { None };
    if mine == Role::Owner && heir.is_none() {
        // Nobody comes to a group without an owner.
        for sql in [
            "DELETE FROM invitations WHERE conversation_id = ?",
            "DELETE FROM join_requests WHERE conversation_id = ?",
        ] {
            sqlx::query(sql).bind(id.0).execute(&mut *db).await?;
        }
    }
    let revision = revise(db, id).await?;
    let roles: Vec<_> = heir.into_iter().collect();
    let heirs: Vec<_> = roles.iter().map(|role| role.user).collect();
    let notice = notices::write(db, id, me, What::Left, &heirs).await?;
    Ok(Revised { revision, roles, notice })
}

/// Brings somebody in by a link, whoever is their friend or not.
///
/// # Errors
/// `group_full`
pub(super) async fn join(db: &mut SqliteConnection, id: ConversationId, user: UserId) -> Result<Added> {
    let sql = "SELECT COUNT(*) FROM members WHERE conversation_id = ?";
    let count: i64 = sqlx::query_scalar(sql).bind(id.0).fetch_one(&mut *db).await?;
    has_room(count as usize + 1).map_err(|_| Code::GroupFull)?;
    let new = HashSet::from([user]);
    insert(db, id, &new, Role::Member).await?;
    let (revision, members) = (revise(db, id).await?, members(db, &new).await?);
    let notice = notices::write(db, id, user, What::Joined, &[]).await?;
    Ok(Added { revision, members, notice })
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

/// Makes them members, who ask no more to be.
async fn insert(
    db: &mut SqliteConnection,
    id: ConversationId,
    users: &HashSet<UserId>,
    role: Role,
) -> Result<()> {
    let sql = "INSERT INTO members (conversation_id, user_id, read_seq, joined_at, role)
               SELECT c.id, unhex(i.value), c.head_seq, ?, ? FROM conversations c, json_each(?) i WHERE c.id = ?";
    let insert = sqlx::query(sql).bind(time::now()).bind(name(role));
    insert.bind(ids(users)?).bind(id.0).execute(&mut *db).await?;
    let sql = "DELETE FROM join_requests
               WHERE conversation_id = ? AND user_id IN (SELECT unhex(value) FROM json_each(?))";
    sqlx::query(sql).bind(id.0).bind(ids(users)?).execute(db).await?;
    Ok(())
}

pub(super) async fn remove(db: &mut SqliteConnection, id: ConversationId, user: UserId) -> Result<()> {
    let sql = "DELETE FROM members WHERE conversation_id = ? AND user_id = ?";
    sqlx::query(sql).bind(id.0).bind(user.0).execute(db).await?;
    Ok(())
}

pub(super) async fn revise(db: &mut SqliteConnection, id: ConversationId) -> Result<i64> {
    let sql = "UPDATE conversations SET revision = revision + 1 WHERE id = ? RETURNING revision";
    Ok(sqlx::query_scalar(sql).bind(id.0).fetch_one(db).await?)
}

/// New ones, as the others of a group see them.
async fn members(db: &mut SqliteConnection, users: &HashSet<UserId>) -> Result<Vec<Member>> {
    let sql = "SELECT u.id, u.username, u.display_name, u.bot, u.avatar
               FROM json_each(?) i JOIN users u ON u.id = unhex(i.value)";
    let rows: Vec<UserRow> = sqlx::query_as(sql).bind(ids(users)?).fetch_all(db).await?;
    let (read, delivered, role) = (Seq::ZERO, Seq::ZERO, Role::Member);
    Ok(rows.into_iter().map(|row| Member { user: user(row), read, delivered, role }).collect())
}

fn ids(users: &HashSet<UserId>) -> Result<String> {
    json(&users.iter().map(|user| user.0.simple()).collect::<Vec<_>>())
}
