//! How far members have read and received, many marks at once. They only ever move forward, and what was read was received.

use std::collections::HashMap;

use kith_shared::problem::Code;
use kith_shared::{ConversationId, Seq, UserId};
use sqlx::{AssertSqlSafe, SqliteConnection};
use uuid::Uuid;

use super::super::privacy::READ_OFF;
use super::batch::json;
use crate::error::Result;

/// A mark to be moved forward.
#[derive(Clone, Copy)]
pub struct MarkDraft {
    pub conversation: ConversationId,
    pub user: UserId,
    pub seq: Seq,
    pub mark: Mark,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Read,
    /// In a direct dialog; a group has none.
    Received,
}

/// A member's marks that moved, and where to.
#[derive(Clone, Copy)]
pub struct Moved {
    pub conversation: ConversationId,
    pub user: UserId,
    pub read: Option<Seq>,
    pub delivered: Option<Seq>,
    /// How far they have read is heard by their own devices alone: in a group, and where they keep it to themselves.
    pub private: bool,
}

type Key = (ConversationId, UserId);

/// A member, before and after.
#[derive(Clone, Copy)]
struct Member {
    head: Seq,
    direct: bool,
    /// See [`Moved`].
    private: bool,
    before: (Seq, Seq),
    /// Read, and delivered.
    after: (Seq, Seq),
}

type Row = (Uuid, Uuid, i64, bool, bool, i64, i64);

/// Moves the marks; an outcome for each, and those that really moved.
pub(super) async fn advance(
    db: &mut SqliteConnection,
    drafts: &[MarkDraft],
) -> Result<(Vec<Result<()>>, Vec<Moved>)> {
    if drafts.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut members = members(db, drafts).await?;
    let mut outcomes = Vec::with_capacity(drafts.len());
    for draft in drafts {
        outcomes.push(match members.get_mut(&(draft.conversation, draft.user)) {
            None => Err(Code::ConversationNotFound.into()),
            Some(member) if draft.seq > member.head => Err(Code::SeqInFuture.into()),
            Some(member) => {
                member.take(draft);
                Ok(())
            }
        });
    }
    members.retain(|_, member| member.after != member.before);
    write(db, &members).await?;
    Ok((outcomes, members.into_iter().map(moved).collect()))
}

impl Member {
    fn take(&mut self, draft: &MarkDraft) {
        let (read, delivered) = &mut self.after;
        if draft.mark == Mark::Read {
            *read = draft.seq.max(*read);
        }
        if self.direct {
            *delivered = draft.seq.max(*delivered);
        }
    }
}

fn moved(((conversation, user), member): (Key, Member)) -> Moved {
    let moved = |before: Seq, after: Seq| (before < after).then_some(after);
    let (read, delivered) = (moved(member.before.0, member.after.0), moved(member.before.1, member.after.1));
    Moved { conversation, user, read, delivered, private: member.private }
}

/// Who is meant, as they are now.
async fn members(db: &mut SqliteConnection, drafts: &[MarkDraft]) -> Result<HashMap<Key, Member>> {
    let asked: Vec<_> =
        drafts.iter().map(|draft| (draft.conversation.0.simple(), draft.user.0.simple())).collect();
    let sql = format!(
        "SELECT m.conversation_id, m.user_id, c.head_seq, c.kind = 'direct',
             iif(c.kind = 'direct', {READ_OFF}, TRUE), m.read_seq, m.delivered_seq
         FROM json_each(?) i
         JOIN members m ON m.conversation_id = unhex(i.value ->> 0) AND m.user_id = unhex(i.value ->> 1)
         JOIN conversations c ON c.id = m.conversation_id"
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql)).bind(json(&asked)?).fetch_all(db).await?;
    let member = |(conversation, user, head, direct, private, read, delivered): Row| {
        let before = (Seq(read), Seq(delivered));
        let member = Member { head: Seq(head), direct, private, before, after: before };
        ((ConversationId(conversation), UserId(user)), member)
    };
    Ok(rows.into_iter().map(member).collect())
}

async fn write(db: &mut SqliteConnection, members: &HashMap<Key, Member>) -> Result<()> {
    if members.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE members SET read_seq = mark.read, delivered_seq = mark.delivered
               FROM (SELECT unhex(value ->> 0) AS conversation_id, unhex(value ->> 1) AS user_id,
                         value ->> 2 AS read, value ->> 3 AS delivered
                     FROM json_each(?)) AS mark
               WHERE members.conversation_id = mark.conversation_id AND members.user_id = mark.user_id";
    let rows: Vec<_> = members
        .iter()
        .map(|((conversation, user), member)| {
            let (read, delivered) = member.after;
            (conversation.0.simple(), user.0.simple(), read.0, delivered.0)
        })
        .collect();
    sqlx::query(sql).bind(json(&rows)?).execute(db).await?;
    Ok(())
}
