//! Changes of messages: edits, deletions, reactions. They are few beside messages, so each has statements of its own, in
//! the transaction of its batch.

use kith_shared::message::{Body, Head, Reaction};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, UserId, limits};
use serde_json::value::{RawValue, to_raw_value};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Committed, Sealed};
use crate::error::{Error, Result};
use crate::store::messages::{COLUMNS, MessageRow, sealed};

/// A change of a message, to be made.
pub struct ChangeDraft {
    pub conversation: ConversationId,
    pub user: UserId,
    pub client_id: ClientId,
    pub seq: Seq,
    pub what: What,
}

/// What is to be made of the message. Its body or emoji has been validated.
pub enum What {
    Edit(Box<RawValue>),
    Delete,
    React { emoji: String, on: bool },
}

/// What became of one change: its answer, and the message as it is now if it was made.
type Outcome = Result<(Committed, Option<Sealed>), Error>;

/// Makes the changes in their order. An outcome for each.
pub(super) async fn make(
    db: &mut SqliteConnection,
    drafts: &[ChangeDraft],
    now: Millis,
) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::with_capacity(drafts.len());
    for draft in drafts {
        outcomes.push(match change(db, draft, now).await {
            Err(error @ Error::Database(_)) => return Err(error),
            outcome => outcome,
        });
    }
    Ok(outcomes)
}

async fn change(db: &mut SqliteConnection, draft: &ChangeDraft, now: Millis) -> Outcome {
    let known = known(db, draft).await?;
    let head = writable(db, draft, known.is_some()).await?;
    if let Some(committed) = known {
        return Ok((committed, None));
    }
    let mut message = message(db, draft).await?;
    let changed = apply(&mut message, draft, now)?;
    if changed {
        message.change = head.change.next();
        write(db, &message).await?;
    }
    let head = Head { seq: message.seq, change: message.change };
    remember(db, draft, head, message.sent_at, now).await?;
    Ok((Committed { head, sent_at: message.sent_at, direct: true }, changed.then_some(message)))
}

/// The first answer of a change that was made before.
async fn known(db: &mut SqliteConnection, draft: &ChangeDraft) -> Result<Option<Committed>> {
    let sql = "SELECT conversation_id, seq, change, sent_at FROM changes WHERE client_id = ? AND user_id = ?";
    let row: Option<(Uuid, i64, i64, Millis)> =
        sqlx::query_as(sql).bind(draft.client_id.0).bind(draft.user.0).fetch_optional(db).await?;
    row.map(|(conversation, seq, change, sent_at)| {
        let head = Head { seq: Seq(seq), change: Change(change) };
        let committed = Committed { head, sent_at, direct: true };
        if conversation == draft.conversation.0 { Ok(committed) } else { Err(Code::ClientIdReused.into()) }
    })
    .transpose()
}

/// Where the conversation stands, if the user may write there. Whoever did before is answered also when not any more.
async fn writable(db: &mut SqliteConnection, draft: &ChangeDraft, known: bool) -> Result<Head> {
    let sql = "SELECT m.writable, c.head_seq, c.head_change FROM members m
               JOIN conversations c ON c.id = m.conversation_id
               WHERE m.conversation_id = ? AND m.user_id = ?";
    let row: Option<(bool, i64, i64)> =
        sqlx::query_as(sql).bind(draft.conversation.0).bind(draft.user.0).fetch_optional(db).await?;
    let (writable, seq, change) = row.ok_or_else(|| Error::from(Code::ConversationNotFound))?;
    if writable || known {
        Ok(Head { seq: Seq(seq), change: Change(change) })
    } else {
        Err(Code::NotWritable.into())
    }
}

async fn message(db: &mut SqliteConnection, draft: &ChangeDraft) -> Result<Sealed> {
    let sql = format!("SELECT {COLUMNS} FROM messages m WHERE m.conversation_id = ? AND m.seq = ?");
    let row: Option<MessageRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(draft.conversation.0)
        .bind(draft.seq.0)
        .fetch_optional(db)
        .await?;
    sealed(row.ok_or_else(|| Error::from(Code::MessageNotFound))?)
}

/// Changes the message. Answers whether that made it another.
fn apply(message: &mut Sealed, draft: &ChangeDraft, now: Millis) -> Result<bool> {
    let deleted = to_raw_value(&Body::Deleted).map_err(|error| Error::Corrupt(error.to_string()))?;
    let is_deleted = message.body.get() == deleted.get();
    if !matches!(draft.what, What::React { .. }) && message.sender != draft.user {
        return Err(Code::NotYours.into());
    }
    match &draft.what {
        What::Delete => {
            (message.body, message.edited_at) = (deleted, None);
            message.reactions.clear();
            Ok(!is_deleted)
        }
        _ if is_deleted => Err(Code::MessageDeleted.into()),
        What::Edit(body) if body.get() == message.body.get() => Ok(false),
        What::Edit(body) => {
            (message.body, message.edited_at) = (body.clone(), Some(now));
            Ok(true)
        }
        What::React { emoji, on } => react(&mut message.reactions, draft.user, emoji, *on),
    }
}

fn react(reactions: &mut Vec<Reaction>, user: UserId, emoji: &str, on: bool) -> Result<bool> {
    let all: usize = reactions.iter().map(|reaction| reaction.users.len()).sum();
    let place = reactions.iter().position(|reaction| reaction.emoji == emoji);
    let is_on = place.is_some_and(|place| reactions[place].users.contains(&user));
    if on == is_on {
        return Ok(false);
    }
    if on && all >= limits::REACTIONS {
        return Err(Code::TooMany.into());
    }
    match place {
        Some(place) if on => reactions[place].users.push(user),
        Some(place) => reactions[place].users.retain(|other| *other != user),
        None => reactions.push(Reaction { emoji: emoji.to_owned(), users: vec![user] }),
    }
    reactions.retain(|reaction| !reaction.users.is_empty());
    Ok(true)
}

async fn write(db: &mut SqliteConnection, message: &Sealed) -> Result<()> {
    let reactions = match message.reactions.as_slice() {
        [] => None,
        reactions => Some(super::batch::json(reactions)?),
    };
    let sql = "UPDATE messages SET changed = ?, body = ?, edited_at = ?, reactions = ?
               WHERE conversation_id = ? AND seq = ?";
    sqlx::query(sql)
        .bind(message.change.0)
        .bind(message.body.get())
        .bind(message.edited_at)
        .bind(reactions)
        .bind(message.conversation.0)
        .bind(message.seq.0)
        .execute(&mut *db)
        .await?;
    let sql = "UPDATE conversations SET head_change = ? WHERE id = ?";
    sqlx::query(sql).bind(message.change.0).bind(message.conversation.0).execute(db).await?;
    Ok(())
}

/// Keeps the answer: sent again, an old change must not undo a later one.
async fn remember(
    db: &mut SqliteConnection,
    draft: &ChangeDraft,
    head: Head,
    sent_at: Millis,
    now: Millis,
) -> Result<()> {
    let sql = "INSERT INTO changes (client_id, user_id, conversation_id, seq, change, sent_at, made_at)
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(draft.client_id.0)
        .bind(draft.user.0)
        .bind(draft.conversation.0)
        .bind(head.seq.0)
        .bind(head.change.0)
        .bind(sent_at)
        .bind(now)
        .execute(db)
        .await?;
    Ok(())
}
