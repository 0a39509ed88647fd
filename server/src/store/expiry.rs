//! After what time a conversation's messages disappear, and when the next one does.

use kith_shared::conversation::Role;
use kith_shared::{ConversationId, Millis, UserId};

use super::Store;
use super::groups::revise;
use super::roles::{allowed, standing};
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
        let here = standing(&mut tx, me, id).await?.writable()?;
        allowed(here.role.is_none_or(Role::may_describe))?;
        if here.expire_after == after {
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
        Ok(sqlx::query_scalar(sql).fetch_one(&self.background).await?)
    }
}
