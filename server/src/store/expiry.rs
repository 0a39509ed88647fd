//! After what time a conversation's messages disappear, and when the next one does.

use kith_shared::conversation::Role;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, Millis, UserId};

use super::Store;
use super::groups::revise;
use super::roles::{allowed, parse};
use crate::error::Result;

impl Store {
    /// Has a conversation's messages disappear so long after they are sent, from now on; `None` for never. Gives its new
    /// revision, and `None` where that was so already.
    ///
    /// # Errors
    /// `conversation_not_found`, `not_writable`, `not_allowed`
    pub async fn set_timer(
        &self,
        me: UserId,
        id: ConversationId,
        after: Option<Millis>,
    ) -> Result<Option<i64>> {
        let mut tx = self.begin().await?;
        let sql = "SELECT m.writable, iif(c.kind = 'group', m.role, NULL), c.expire_after
                   FROM members m JOIN conversations c ON c.id = m.conversation_id
                   WHERE m.conversation_id = ? AND m.user_id = ?";
        let row: Option<(bool, Option<String>, Option<Millis>)> =
            sqlx::query_as(sql).bind(id.0).bind(me.0).fetch_optional(&mut *tx).await?;
        let (writable, role, before) = row.ok_or(Code::ConversationNotFound)?;
        if !writable {
            return Err(Code::NotWritable.into());
        }
        let role = role.map(|role| parse(&role)).transpose()?;
        allowed(role.is_none_or(Role::may_describe))?;
        if before == after {
            return Ok(None);
        }
        let sql = "UPDATE conversations SET expire_after = ? WHERE id = ?";
        sqlx::query(sql).bind(after).bind(id.0).execute(&mut *tx).await?;
        let revision = revise(&mut tx, id).await?;
        tx.commit().await?;
        Ok(Some(revision))
    }

    /// When the next message disappears.
    pub async fn next_expiry(&self) -> Result<Option<Millis>> {
        let sql = "SELECT MIN(expires_at) FROM messages WHERE expires_at IS NOT NULL";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.read).await?)
    }
}
