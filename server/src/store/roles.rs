//! What members of a group may do. Whether somebody may is decided in the transaction that does it.

use kith_shared::conversation::{MemberRole, Role};
use kith_shared::notice::What;
use kith_shared::problem::Code;
use kith_shared::{Change, ConversationId, Millis, UserId};
use sqlx::SqliteConnection;

use super::groups::{remove, revise};
use super::{Sealed, Store, notices};
use crate::error::{Error, Result};

/// Who may do something else now, or is no member any more.
pub struct Revised {
    pub revision: i64,
    pub roles: Vec<MemberRole>,
    pub notice: Sealed,
}

impl Store {
    /// Gives a member another role; a group's new owner takes the place of the one who hands it on, and who is an admin
    /// then. `None` when they have the role already.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `member_not_found`, `not_allowed`
    pub async fn set_role(
        &self,
        me: UserId,
        id: ConversationId,
        user: UserId,
        role: Role,
    ) -> Result<Option<Revised>> {
        let mut tx = self.begin().await?;
        let mine = role_in_group(&mut tx, me, id).await?;
        let before = role_of(&mut tx, user, id).await?;
        allowed(mine.may_appoint(before))?;
        if role == before {
            return Ok(None);
        }
        let mut roles = vec![MemberRole { user, role }];
        if role == Role::Owner {
            // First, for a group never has two.
            roles.insert(0, MemberRole { user: me, role: Role::Admin });
        }
        for MemberRole { user, role } in &roles {
            set(&mut tx, id, *user, *role).await?;
        }
        let revision = revise(&mut tx, id).await?;
        let what = match role {
            Role::Owner => What::Owner,
            Role::Admin => What::Admin,
            Role::Member => What::Member,
        };
        let notice = notices::write(&mut tx, id, me, what, &[user]).await?;
        tx.commit().await?;
        Ok(Some(Revised { revision, roles, notice }))
    }

    /// Takes somebody else out of a group.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_a_group`, `member_not_found`, `not_allowed`
    pub async fn remove_member(&self, me: UserId, id: ConversationId, user: UserId) -> Result<Revised> {
        let mut tx = self.begin().await?;
        let mine = role_in_group(&mut tx, me, id).await?;
        allowed(mine.may_remove(role_of(&mut tx, user, id).await?))?;
        remove(&mut tx, id, user).await?;
        let revision = revise(&mut tx, id).await?;
        let notice = notices::write(&mut tx, id, me, What::Removed, &[user]).await?;
        tx.commit().await?;
        Ok(Revised { revision, roles: Vec::new(), notice })
    }
}

/// A conversation as one of its members stands in it.
pub(super) struct Standing {
    writable: bool,
    /// In a group.
    pub role: Option<Role>,
    pub head_change: Change,
    pub expire_after: Option<Millis>,
}

impl Standing {
    /// # Errors
    /// `not_writable`
    pub(super) fn writable(self) -> Result<Self> {
        if self.writable { Ok(self) } else { Err(Code::NotWritable.into()) }
    }
}

/// # Errors
/// `conversation_not_found`
pub(super) async fn standing(db: &mut SqliteConnection, me: UserId, id: ConversationId) -> Result<Standing> {
    let sql = "SELECT m.writable, iif(c.kind = 'group', m.role, NULL), c.head_change, c.expire_after
               FROM members m JOIN conversations c ON c.id = m.conversation_id
               WHERE m.conversation_id = ? AND m.user_id = ?";
    let row: Option<(bool, Option<String>, i64, Option<Millis>)> =
        sqlx::query_as(sql).bind(id.0).bind(me.0).fetch_optional(db).await?;
    let (writable, role, change, expire_after) = row.ok_or(Code::ConversationNotFound)?;
    let role = role.map(|role| parse(&role)).transpose()?;
    Ok(Standing { writable, role, head_change: Change(change), expire_after })
}

/// What `me` is there.
///
/// # Errors
/// `conversation_not_found`, `not_a_group`
pub(super) async fn role_in_group(db: &mut SqliteConnection, me: UserId, id: ConversationId) -> Result<Role> {
    Ok(standing(db, me, id).await?.role.ok_or(Code::NotAGroup)?)
}

/// What somebody else is there.
///
/// # Errors
/// `member_not_found`
pub(super) async fn role_of(db: &mut SqliteConnection, user: UserId, id: ConversationId) -> Result<Role> {
    let sql = "SELECT role FROM members WHERE conversation_id = ? AND user_id = ?";
    let role: Option<String> = sqlx::query_scalar(sql).bind(id.0).bind(user.0).fetch_optional(db).await?;
    parse(&role.ok_or(Code::MemberNotFound)?)
}

/// # Errors
/// `not_allowed`
pub(super) fn allowed(may: bool) -> Result<()> {
    if may { Ok(()) } else { Err(Code::NotAllowed.into()) }
}

/// Makes an owner for a group whose owner is gone: the admin who was there longest, or the member, people before bots;
/// `None` when nobody is left.
pub(super) async fn inherit(db: &mut SqliteConnection, id: ConversationId) -> Result<Option<MemberRole>> {
    let sql = "UPDATE members SET role = 'owner'
               WHERE conversation_id = ?1 AND user_id = (
                   SELECT m.user_id FROM members m JOIN users u ON u.id = m.user_id WHERE m.conversation_id = ?1
                   ORDER BY u.bot, m.role = 'admin' DESC, m.joined_at, m.user_id LIMIT 1)
               RETURNING user_id";
    let heir = sqlx::query_scalar(sql).bind(id.0).fetch_optional(db).await?;
    Ok(heir.map(|user| MemberRole { user: UserId(user), role: Role::Owner }))
}

async fn set(db: &mut SqliteConnection, id: ConversationId, user: UserId, role: Role) -> Result<()> {
    let sql = "UPDATE members SET role = ? WHERE conversation_id = ? AND user_id = ?";
    sqlx::query(sql).bind(name(role)).bind(id.0).bind(user.0).execute(db).await?;
    Ok(())
}

/// As it is stored.
pub(super) fn name(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Member => "member",
    }
}

pub(super) fn parse(name: &str) -> Result<Role> {
    match name {
        "owner" => Ok(Role::Owner),
        "admin" => Ok(Role::Admin),
        "member" => Ok(Role::Member),
        other => Err(Error::Corrupt(format!("a role called {other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use sqlx::SqlitePool;

    use super::*;

    #[tokio::test]
    async fn a_group_from_before_there_were_roles_belongs_to_who_came_first() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite://{}?mode=rwc", folder.path().join("kith.sqlite").display());
        let old = SqlitePool::connect(&address).await.unwrap();
        let mut migrations = sqlx::migrate!("./migrations");
        migrations.migrations.to_mut().retain(|migration| migration.version < 4);
        migrations.run(&old).await.unwrap();
        let data = "
            INSERT INTO users VALUES
                (zeroblob(15) || x'01', 'mia', 'Mia', '', 1), (zeroblob(15) || x'02', 'leo', 'Leo', '', 1);
            INSERT INTO conversations (id, kind, direct_key, title, created_at) VALUES
                (zeroblob(15) || x'0a', 'group', NULL, 'Harbour', 1),
                (zeroblob(15) || x'0b', 'direct', x'00', NULL, 1);
            INSERT INTO members (conversation_id, user_id, joined_at) SELECT c.id, u.id, 10 - unicode(substr(u.username, 1))
                FROM conversations c, users u";
        sqlx::raw_sql(data).execute(&old).await.unwrap();
        old.close().await;

        let store = Store::open(folder.path()).await.unwrap();
        let sql = "SELECT c.kind, u.username, m.role, c.revision FROM members m
                   JOIN conversations c ON c.id = m.conversation_id JOIN users u ON u.id = m.user_id ORDER BY 1, 2";
        let rows: Vec<(String, String, String, i64)> =
            sqlx::query_as(sql).fetch_all(&store.read).await.unwrap();
        let rows: Vec<_> = rows.iter().map(|(a, b, c, d)| (a.as_str(), b.as_str(), c.as_str(), *d)).collect();
        let expected = [
            ("direct", "leo", "member", 0),
            ("direct", "mia", "member", 0),
            ("group", "leo", "member", 1),
            ("group", "mia", "owner", 1),
        ];
        assert_eq!(rows, expected);
        store.close().await;
    }
}
