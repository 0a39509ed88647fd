//! Read marks, many at once. They only ever move forward.

use std::collections::HashMap;

use kith_shared::problem::Code;
use kith_shared::{ConversationId, Seq, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::ReadDraft;
use super::batch::json;
use crate::error::Result;

type Member = (ConversationId, UserId);

/// A mark that moved.
#[derive(Clone, Copy)]
pub struct Moved {
    pub mark: ReadDraft,
    /// It is a group's: only its user's own devices hear of it.
    pub private: bool,
}

const HEADS: &str = "
    SELECT m.conversation_id, m.user_id, c.head_seq
    FROM json_each(?) i
    JOIN members m ON m.conversation_id = unhex(i.value ->> 0) AND m.user_id = unhex(i.value ->> 1)
    JOIN conversations c ON c.id = m.conversation_id";

const ADVANCE: &str = "
    UPDATE members SET read_seq = mark.seq
    FROM (SELECT unhex(value ->> 0) AS conversation_id, unhex(value ->> 1) AS user_id, value ->> 2 AS seq
          FROM json_each(?)) AS mark
    WHERE members.conversation_id = mark.conversation_id AND members.user_id = mark.user_id
        AND members.read_seq < mark.seq
    RETURNING conversation_id, user_id, read_seq,
        (SELECT kind <> 'direct' FROM conversations c WHERE c.id = conversation_id)";

/// Moves the marks; an outcome for each, and those that really moved.
pub(super) async fn advance(
    db: &mut SqliteConnection,
    marks: &[ReadDraft],
) -> Result<(Vec<Result<()>>, Vec<Moved>)> {
    if marks.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let heads = heads(db, marks).await?;
    let check = |mark: &ReadDraft| match heads.get(&(mark.conversation, mark.user)) {
        None => Err(Code::ConversationNotFound),
        Some(head) if mark.seq > *head => Err(Code::SeqInFuture),
        Some(_) => Ok(()),
    };
    let mut furthest: HashMap<Member, Seq> = HashMap::new();
    for mark in marks.iter().filter(|mark| check(mark).is_ok()) {
        let seq = furthest.entry((mark.conversation, mark.user)).or_default();
        *seq = mark.seq.max(*seq);
    }
    let moved = move_marks(db, furthest).await?;
    Ok((marks.iter().map(|mark| check(mark).map_err(Into::into)).collect(), moved))
}

async fn heads(db: &mut SqliteConnection, marks: &[ReadDraft]) -> Result<HashMap<Member, Seq>> {
    let asked: Vec<_> =
        marks.iter().map(|mark| (mark.conversation.0.simple(), mark.user.0.simple())).collect();
    let rows: Vec<(Uuid, Uuid, i64)> = sqlx::query_as(HEADS).bind(json(&asked)?).fetch_all(db).await?;
    let head = |(conversation, user, seq)| ((ConversationId(conversation), UserId(user)), Seq(seq));
    Ok(rows.into_iter().map(head).collect())
}

async fn move_marks(db: &mut SqliteConnection, furthest: HashMap<Member, Seq>) -> Result<Vec<Moved>> {
    let rows: Vec<_> = furthest
        .into_iter()
        .map(|((conversation, user), seq)| (conversation.0.simple(), user.0.simple(), seq.0))
        .collect();
    let moved: Vec<(Uuid, Uuid, i64, bool)> =
        sqlx::query_as(ADVANCE).bind(json(&rows)?).fetch_all(db).await?;
    let moved = moved.into_iter().map(|(conversation, user, seq, private)| {
        let (conversation, user, seq) = (ConversationId(conversation), UserId(user), Seq(seq));
        Moved { mark: ReadDraft { conversation, user, seq }, private }
    });
    Ok(moved.collect())
}
