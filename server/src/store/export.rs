//! What is taken out of a server for somebody: read beside it, and nothing written.

use std::collections::HashMap;
use std::path::Path;

use kith_shared::conversation::{ConversationKind, Role};
use kith_shared::limits::PAGE_MESSAGES;
use kith_shared::message::Message;
use kith_shared::user::User;
use kith_shared::{ConversationId, FileId, Millis, Seq, UserId};
use serde::Serialize;
use sqlx::sqlite::SqlitePoolOptions;
use uuid::Uuid;

use super::{Store, files, last_seen, messages, polls, roles, snapshot, user};
use crate::error::Result;

/// A conversation, and who is in it; how far anybody has read is theirs alone.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedConversation {
    pub id: ConversationId,
    pub kind: ConversationKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<FileId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_after: Option<Millis>,
    pub created_at: Millis,
    pub members: Vec<ExportedMember>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ExportedMember {
    #[serde(flatten)]
    pub user: User,
    pub role: Role,
    pub joined_at: Millis,
}

/// Whether it is a direct dialog, title, description, picture, timer, and since when it is.
type ConversationRow = (bool, Option<String>, Option<String>, Option<Vec<u8>>, Option<Millis>, Millis);
type MemberRow = (Uuid, String, String, bool, Option<Vec<u8>>, String, Millis);

impl Store {
    /// Opens the database of a server, which may run, to read it: nothing is brought up to date, and nothing can be written.
    ///
    /// # Errors
    /// When there is none.
    pub fn open_to_read(folder: &Path) -> Result<Self> {
        let options = snapshot::to_read(&folder.join(snapshot::FILE))?;
        let pool = || SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options.clone());
        Ok(Self { read: pool(), write: pool(), background: pool(), seen: last_seen::Waiting::default() })
    }

    /// Since when there is a user.
    ///
    /// # Errors
    /// What the database says.
    pub async fn user_since(&self, id: UserId) -> Result<Millis> {
        let sql = "SELECT created_at FROM users WHERE id = ?";
        Ok(sqlx::query_scalar(sql).bind(id.0).fetch_one(&self.read).await?)
    }

    /// A conversation as it is taken out; `None` where there is none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn exported_conversation(&self, id: ConversationId) -> Result<Option<ExportedConversation>> {
        let sql = "SELECT kind = 'direct', title, description, avatar, expire_after, created_at
                   FROM conversations WHERE id = ?";
        let row: Option<ConversationRow> = sqlx::query_as(sql).bind(id.0).fetch_optional(&self.read).await?;
        let Some((direct, title, description, avatar, expire_after, created_at)) = row else {
            return Ok(None);
        };
        let kind = if direct { ConversationKind::Direct } else { ConversationKind::Group };
        let avatar = avatar.and_then(|hash| files::file_id(&hash).ok());
        let members = self.exported_members(id).await?;
        Ok(Some(ExportedConversation {
            id,
            kind,
            title,
            description,
            avatar,
            expire_after,
            created_at,
            members,
        }))
    }

    async fn exported_members(&self, id: ConversationId) -> Result<Vec<ExportedMember>> {
        let sql = "SELECT u.id, u.username, u.display_name, u.bot, u.avatar, m.role, m.joined_at
                   FROM members m JOIN users u ON u.id = m.user_id
                   WHERE m.conversation_id = ? ORDER BY m.joined_at, u.username";
        let rows: Vec<MemberRow> = sqlx::query_as(sql).bind(id.0).fetch_all(&self.read).await?;
        let member = |(id, username, display_name, bot, avatar, role, joined_at): MemberRow| {
            let user = user((id, username, display_name, bot, avatar));
            Ok(ExportedMember { user, role: roles::parse(&role)?, joined_at })
        };
        rows.into_iter().map(member).collect()
    }

    /// The messages after one, ascending, a page of them; with the votes of `reader`, where somebody reads them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn exported_messages(
        &self,
        id: ConversationId,
        after: Seq,
        reader: Option<UserId>,
    ) -> Result<Vec<Message>> {
        let mut tx = self.read.begin().await?;
        let (mut page, _) = messages::from(&mut tx, id, after.next().0, i64::from(PAGE_MESSAGES)).await?;
        if let Some(reader) = reader {
            polls::say_voted(&mut tx, reader, &mut page).await?;
        }
        Ok(page)
    }

    /// What users are called, those there are.
    ///
    /// # Errors
    /// What the database says.
    pub async fn usernames(&self, ids: &[UserId]) -> Result<HashMap<UserId, String>> {
        let sql = "SELECT u.id, u.username FROM json_each(?) i JOIN users u ON u.id = unhex(i.value)";
        let ids: Vec<_> = ids.iter().map(|id| id.0.simple()).collect();
        let rows: Vec<(Uuid, String)> =
            sqlx::query_as(sql).bind(super::writer::json(&ids)?).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(id, name)| (UserId(id), name)).collect())
    }
}
