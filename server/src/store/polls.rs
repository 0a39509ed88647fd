//! Who chose what of a poll. How many did is kept with the message.

use kith_shared::limits::GROUP_MEMBERS;
use kith_shared::message::{Body, Message};
use kith_shared::problem::Code;
use kith_shared::user::User;
use kith_shared::{ConversationId, Seq, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::writer::json;
use super::{Sealed, Store, user};
use crate::error::Result;

/// What a user chose, and who they are.
type VoterRow = (String, Uuid, String, String, bool, Option<Vec<u8>>);

impl Store {
    /// Who chose each of a poll's options, in the order of their ids; `me` has to be a member.
    ///
    /// # Errors
    /// `conversation_not_found`, `message_not_found`, `message_deleted`, `invalid_vote` for what is no poll
    pub async fn voters(&self, me: UserId, id: ConversationId, seq: Seq) -> Result<Vec<Vec<User>>> {
        let mut tx = self.read.begin().await?;
        let sql = "SELECT x.body FROM members m
                   LEFT JOIN messages x ON x.conversation_id = m.conversation_id AND x.seq = ?3
                   WHERE m.conversation_id = ?1 AND m.user_id = ?2";
        let body: Option<Option<String>> =
            sqlx::query_scalar(sql).bind(id.0).bind(me.0).bind(seq.0).fetch_optional(&mut *tx).await?;
        let body = body.ok_or(Code::ConversationNotFound)?.ok_or(Code::MessageNotFound)?;
        let options = match serde_json::from_str(&body)? {
            Body::Poll { options, .. } => options,
            Body::Deleted | Body::Expired => return Err(Code::MessageDeleted.into()),
            Body::Text { .. } | Body::Sticker(_) | Body::Notice(_) => return Err(Code::InvalidVote.into()),
        };
        let sql = "SELECT v.options, u.id, u.username, u.display_name, u.bot, u.avatar
                   FROM poll_votes v JOIN users u ON u.id = v.user_id
                   WHERE v.conversation_id = ? AND v.seq = ? ORDER BY v.user_id LIMIT ?";
        let rows: Vec<VoterRow> =
            sqlx::query_as(sql).bind(id.0).bind(seq.0).bind(GROUP_MEMBERS as i64).fetch_all(&mut *tx).await?;
        let mut voters = vec![Vec::new(); options.len()];
        for (chosen, id, username, display_name, bot, avatar) in rows {
            let voter = user((id, username, display_name, bot, avatar));
            for option in parse(&chosen)? {
                voters.get_mut(option as usize).into_iter().for_each(|of| of.push(voter.clone()));
            }
        }
        Ok(voters)
    }
}

/// Says in polls what the asker chose of them.
pub(super) async fn say_voted<'a>(
    db: &mut SqliteConnection,
    me: UserId,
    messages: impl IntoIterator<Item = &'a mut Message>,
) -> Result<()> {
    for message in messages {
        if let Some(votes) = &mut message.votes {
            votes.voted = Some(voted(db, me, message.conversation, message.seq).await?);
        }
    }
    Ok(())
}

/// What somebody chose of a poll, ascending.
pub(super) async fn voted(
    db: &mut SqliteConnection,
    user: UserId,
    id: ConversationId,
    seq: Seq,
) -> Result<Vec<u32>> {
    let sql = "SELECT options FROM poll_votes WHERE conversation_id = ? AND seq = ? AND user_id = ?";
    let chosen: Option<String> =
        sqlx::query_scalar(sql).bind(id.0).bind(seq.0).bind(user.0).fetch_optional(db).await?;
    chosen.map_or(Ok(Vec::new()), |chosen| parse(&chosen))
}

/// Keeps what somebody chose now, in place of what they had.
pub(super) async fn put(
    db: &mut SqliteConnection,
    user: UserId,
    poll: &Sealed,
    chosen: &[u32],
) -> Result<()> {
    let sql = if chosen.is_empty() {
        "DELETE FROM poll_votes WHERE conversation_id = ? AND seq = ? AND user_id = ?"
    } else {
        "INSERT INTO poll_votes (conversation_id, seq, user_id, options) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET options = excluded.options"
    };
    let query = sqlx::query(sql).bind(poll.conversation.0).bind(poll.seq.0).bind(user.0);
    let query = if chosen.is_empty() { query } else { query.bind(json(chosen)?) };
    query.execute(db).await?;
    Ok(())
}

/// Of a poll that is gone nothing anybody chose is left.
pub(super) async fn forget(db: &mut SqliteConnection, poll: &Sealed) -> Result<()> {
    let sql = "DELETE FROM poll_votes WHERE conversation_id = ? AND seq = ?";
    sqlx::query(sql).bind(poll.conversation.0).bind(poll.seq.0).execute(db).await?;
    Ok(())
}

fn parse(chosen: &str) -> Result<Vec<u32>> {
    Ok(serde_json::from_str(chosen)?)
}
