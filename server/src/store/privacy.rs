//! What users keep to themselves: settings the server obeys, and who has seen what.

use kith_shared::setting::{OFF, PRESENCE, TYPING};
use kith_shared::{Change, ConversationId, Seq, UserId};
use uuid::Uuid;

use super::Store;
use super::messages::expect_message;
use crate::error::Result;

/// In SQL: whether the member `m` keeps to themselves how far they have read.
pub(super) const READ_OFF: &str = "EXISTS (SELECT 1 FROM settings s
    WHERE s.user_id = m.user_id AND s.key = 'privacy/read' AND s.value = 'off')";

/// In SQL: whether the user `u` keeps to themselves when they are there.
pub(super) const PRESENCE_OFF: &str = "EXISTS (SELECT 1 FROM settings s
    WHERE s.user_id = u.id AND s.key = 'privacy/presence' AND s.value = 'off')";

/// One of the settings, and which change of the user's settings made it so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switch {
    pub off: bool,
    pub change: Change,
}

/// Those that are asked for while things happen, and so kept at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Privacy {
    pub presence: Switch,
    pub typing: Switch,
}

impl Privacy {
    /// Takes in how a setting is since `change`. One that is older than what is known changes nothing.
    pub fn learn(&mut self, key: &str, value: Option<&str>, change: Change) {
        let switch = match key {
            PRESENCE => &mut self.presence,
            TYPING => &mut self.typing,
            _ => return,
        };
        if switch.change <= change {
            *switch = Switch { off: value == Some(OFF), change };
        }
    }

    /// Of each switch, the newer one.
    pub fn merge(&mut self, other: Self) {
        let newer = |one: Switch, other: Switch| if other.change > one.change { other } else { one };
        self.presence = newer(self.presence, other.presence);
        self.typing = newer(self.typing, other.typing);
    }
}

impl Store {
    pub async fn privacy(&self, user: UserId) -> Result<Privacy> {
        let sql = "SELECT key, value, change FROM settings WHERE user_id = ? AND key IN (?, ?)";
        let rows: Vec<(String, Option<String>, i64)> =
            sqlx::query_as(sql).bind(user.0).bind(PRESENCE).bind(TYPING).fetch_all(&self.read).await?;
        let mut privacy = Privacy::default();
        rows.iter().for_each(|(key, value, change)| privacy.learn(key, value.as_deref(), Change(*change)));
        Ok(privacy)
    }

    /// The members who have read a message: its sender is not among them, nor who came after it, nor who keeps it to
    /// themselves.
    ///
    /// # Errors
    /// `conversation_not_found`, `message_not_found`
    pub async fn seen_by(&self, me: UserId, id: ConversationId, seq: Seq) -> Result<Vec<UserId>> {
        let mut tx = self.read.begin().await?;
        expect_message(&mut tx, me, id, seq).await?;
        let sql = format!(
            "SELECT m.user_id FROM messages x
             JOIN members m ON m.conversation_id = x.conversation_id
             WHERE x.conversation_id = ? AND x.seq = ? AND m.read_seq >= x.seq AND m.user_id <> x.sender_id
                 AND m.joined_at <= x.sent_at AND NOT {READ_OFF}
             ORDER BY m.user_id"
        );
        let rows: Vec<(Uuid,)> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.0).bind(seq.0).fetch_all(&mut *tx).await?;
        Ok(rows.into_iter().map(|(user,)| UserId(user)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_learned_late_undoes_nothing_newer() {
        let mut known = Privacy::default();
        known.learn(PRESENCE, Some(OFF), Change(3));
        known.learn(PRESENCE, None, Change(2));
        assert!(known.presence.off);
        let mut read = Privacy::default();
        read.learn(TYPING, Some(OFF), Change(1));
        known.merge(read);
        assert!(known.presence.off && known.typing.off);
        known.learn(PRESENCE, None, Change(4));
        assert!(!known.presence.off);
    }
}
