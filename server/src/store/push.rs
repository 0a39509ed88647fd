//! Where sessions' pushes go.

use kith_shared::{SessionId, UserId};
use uuid::Uuid;

use super::Store;
use crate::error::Result;

/// By what a device reads what is sent to it.
#[derive(Clone, Debug)]
pub struct Keys {
    /// An uncompressed point of P-256.
    pub public: Vec<u8>,
    /// 16 bytes it shares with this server.
    pub auth: Vec<u8>,
}

/// A device that gets pushes.
#[derive(Clone, Debug)]
pub struct Subscription {
    pub session: SessionId,
    pub user: UserId,
    pub endpoint: String,
    pub keys: Keys,
    /// The https origin it was made at.
    pub site: Option<String>,
}

pub(super) type SubscriptionRow = (Uuid, Uuid, String, Vec<u8>, Vec<u8>, Option<String>);

pub(super) fn subscription((session, user, endpoint, public, auth, site): SubscriptionRow) -> Subscription {
    let keys = Keys { public, auth };
    Subscription { session: SessionId(session), user: UserId(user), endpoint, keys, site }
}

impl Store {
    /// Where a session's pushes go from now on. An endpoint is one browser's: whoever was logged in there before has it no
    /// more.
    pub async fn subscribe(&self, to: &Subscription) -> Result<()> {
        let mut tx = self.begin().await?;
        let sql = "DELETE FROM push_subscriptions WHERE session_id = ? OR endpoint = ?";
        sqlx::query(sql).bind(to.session.0).bind(&to.endpoint).execute(&mut *tx).await?;
        // The session may have ended meanwhile.
        let sql = "INSERT INTO push_subscriptions (session_id, user_id, endpoint, p256dh, auth, site)
                   SELECT id, user_id, ?, ?, ?, ? FROM sessions WHERE id = ?";
        let insert = sqlx::query(sql).bind(&to.endpoint).bind(&to.keys.public).bind(&to.keys.auth);
        insert.bind(&to.site).bind(to.session.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends a session's pushes; with `only`, where they go there.
    pub async fn unsubscribe(&self, session: SessionId, only: Option<&str>) -> Result<()> {
        let sql = "DELETE FROM push_subscriptions WHERE session_id = ?1 AND (?2 IS NULL OR endpoint = ?2)";
        sqlx::query(sql).bind(session.0).bind(only).execute(&self.write).await?;
        Ok(())
    }

    pub async fn subscription(&self, session: SessionId) -> Result<Option<Subscription>> {
        let sql = "SELECT session_id, user_id, endpoint, p256dh, auth, site FROM push_subscriptions
                   WHERE session_id = ?";
        let row: Option<SubscriptionRow> =
            sqlx::query_as(sql).bind(session.0).fetch_optional(&self.read).await?;
        Ok(row.map(subscription))
    }

    /// Whether anybody gets pushes.
    pub async fn has_subscriptions(&self) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM push_subscriptions)";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.read).await?)
    }
}
