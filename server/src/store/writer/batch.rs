//! Many messages in a few statements: a driver's cost is per statement, so a batch travels as one JSON array.

use std::collections::HashMap;

use kith_shared::message::Head;
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, Millis, Seq, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;
use uuid::fmt::Simple;

use super::{Committed, Messages};
use crate::error::{Error, Result};

/// What makes a message the same one when it is sent twice.
type Key = (UserId, ClientId);

/// Conversation, sender and client id as hex, and the body as JSON text.
type Row = (Simple, Simple, Simple, String);

/// Takes the next `seq` and `change` of each conversation for whoever may write there. The new message joins its
/// conversation's members here and not before: permission and number belong to the same transaction.
const INSERT: &str = "
    WITH input AS MATERIALIZED (
        SELECT key AS place, unhex(value ->> 0) AS conversation_id, unhex(value ->> 1) AS sender_id,
               unhex(value ->> 2) AS client_id, value ->> 3 AS body
        FROM json_each(?1)
    ), allowed AS (
        SELECT i.*, row_number() OVER (PARTITION BY i.conversation_id ORDER BY i.place) AS n
        FROM input i
        JOIN members m ON m.conversation_id = i.conversation_id AND m.user_id = i.sender_id AND m.writable
        WHERE NOT EXISTS
            (SELECT 1 FROM messages x WHERE x.sender_id = i.sender_id AND x.client_id = i.client_id)
    )
    INSERT INTO messages (conversation_id, seq, change, sender_id, client_id, sent_at, body)
    SELECT c.id, c.head_seq + a.n, c.head_change + a.n, a.sender_id, a.client_id, ?2, a.body
    FROM allowed a JOIN conversations c ON c.id = a.conversation_id
    RETURNING conversation_id, seq, change, sender_id, client_id";

const MOVE_HEADS: &str = "
    UPDATE conversations SET head_seq = head_seq + taken.n, head_change = head_change + taken.n
    FROM (SELECT unhex(value ->> 0) AS id, value ->> 1 AS n FROM json_each(?)) AS taken
    WHERE conversations.id = taken.id";

/// Why a message was not inserted: it is there already, or its sender may not write.
const EXPLAIN: &str = "
    SELECT i.key, x.conversation_id, x.seq, x.change, x.sent_at, m.writable
    FROM json_each(?) i
    LEFT JOIN messages x ON x.sender_id = unhex(i.value ->> 1) AND x.client_id = unhex(i.value ->> 2)
    LEFT JOIN members m ON m.conversation_id = unhex(i.value ->> 0) AND m.user_id = unhex(i.value ->> 1)";

/// Writes the messages, in their order; one outcome for each.
pub(super) async fn insert(
    db: &mut SqliteConnection,
    messages: &Messages,
    now: Millis,
) -> Result<Vec<Result<Committed>>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: Vec<Row> = Vec::with_capacity(messages.len());
    let mut first: HashMap<Key, usize> = HashMap::with_capacity(messages.len());
    for (draft, _) in messages {
        first.entry((draft.sender, draft.client_id)).or_insert_with(|| {
            rows.push(row(draft));
            rows.len() - 1
        });
    }
    let mut heads = insert_new(db, &rows, now).await?;
    move_heads(db, &heads).await?;
    let refused: Vec<&Row> = rows.iter().filter(|row| !heads.contains_key(&key(row))).collect();
    let explained = explain(db, &refused).await?;

    let mut outcome = |(draft, _): &(super::Draft, _)| {
        let key = (draft.sender, draft.client_id);
        if let Some((conversation, head, again)) = heads.get_mut(&key) {
            // The same message twice in one batch: the second is an echo of the first.
            let again = std::mem::replace(again, true);
            return same_conversation(*conversation, draft, Committed { head: *head, sent_at: now, again });
        }
        let (conversation, done) = explained.get(&key).copied().unwrap_or(Err(Code::Busy))?;
        same_conversation(conversation, draft, done)
    };
    Ok(messages.iter().map(|message| outcome(message).map_err(Error::from)).collect())
}

fn same_conversation(conversation: Uuid, draft: &super::Draft, done: Committed) -> Result<Committed, Code> {
    if draft.conversation.0 == conversation { Ok(done) } else { Err(Code::ClientIdReused) }
}

fn row(draft: &super::Draft) -> Row {
    // Serialising a plain enum of strings can't fail.
    let body = serde_json::to_string(&draft.body).unwrap_or_default();
    (draft.conversation.0.simple(), draft.sender.0.simple(), draft.client_id.0.simple(), body)
}

fn key((_, sender, client_id, _): &Row) -> Key {
    (UserId(sender.into_uuid()), ClientId(client_id.into_uuid()))
}

type Heads = HashMap<Key, (Uuid, Head, bool)>;

async fn insert_new(db: &mut SqliteConnection, rows: &[Row], now: Millis) -> Result<Heads> {
    let inserted: Vec<(Uuid, i64, i64, Uuid, Uuid)> =
        sqlx::query_as(INSERT).bind(json(rows)?).bind(now).fetch_all(db).await?;
    let head = |(conversation, seq, change, sender, client_id)| {
        let head = Head { seq: Seq(seq), change: Change(change) };
        ((UserId(sender), ClientId(client_id)), (conversation, head, false))
    };
    Ok(inserted.into_iter().map(head).collect())
}

async fn move_heads(db: &mut SqliteConnection, heads: &Heads) -> Result<()> {
    let mut taken: HashMap<Uuid, i64> = HashMap::new();
    for (conversation, _, _) in heads.values() {
        *taken.entry(*conversation).or_default() += 1;
    }
    if taken.is_empty() {
        return Ok(());
    }
    let taken: Vec<(Simple, i64)> = taken.into_iter().map(|(id, n)| (id.simple(), n)).collect();
    sqlx::query(MOVE_HEADS).bind(json(&taken)?).execute(db).await?;
    Ok(())
}

type Explained = HashMap<Key, Result<(Uuid, Committed), Code>>;

async fn explain(db: &mut SqliteConnection, refused: &[&Row]) -> Result<Explained> {
    if refused.is_empty() {
        return Ok(HashMap::new());
    }
    type Why = (i64, Option<Uuid>, Option<i64>, Option<i64>, Option<Millis>, Option<bool>);
    let whys: Vec<Why> = sqlx::query_as(EXPLAIN).bind(json(refused)?).fetch_all(db).await?;
    let why = |(place, conversation, seq, change, sent_at, writable): Why| {
        let key = usize::try_from(place).ok().and_then(|place| refused.get(place)).map(|row| key(row))?;
        let found = match (conversation, seq, change, sent_at) {
            (Some(conversation), Some(seq), Some(change), Some(sent_at)) => {
                let head = Head { seq: Seq(seq), change: Change(change) };
                Ok((conversation, Committed { head, sent_at, again: true }))
            }
            _ if writable.is_none() => Err(Code::ConversationNotFound),
            _ => Err(Code::NotWritable),
        };
        Some((key, found))
    };
    Ok(whys.into_iter().filter_map(why).collect())
}

pub(super) fn json<T: serde::Serialize + ?Sized>(rows: &T) -> Result<String> {
    serde_json::to_string(rows).map_err(|error| Error::Corrupt(error.to_string()))
}
