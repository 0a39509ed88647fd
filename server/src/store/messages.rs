//! Reading messages. Writing them is the writer's.

use kith_shared::limits::PAGE_MESSAGES;
use kith_shared::message::{Head, Message, Page, PageQuery};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, UserId};
use serde_json::value::RawValue;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Sealed, Store};
use crate::error::{Error, Result};

pub(super) const COLUMNS: &str =
    "m.conversation_id, m.seq, COALESCE(m.changed, m.change) AS latest, m.sender_id,
    m.client_id, m.sent_at, m.body, m.edited_at, m.reactions";

pub(super) type MessageRow = (Uuid, i64, i64, Uuid, Uuid, Millis, String, Option<Millis>, Option<String>);

pub(super) fn message(row: MessageRow) -> Result<Message> {
    read(row, |body| serde_json::from_str(&body))
}

/// A message whose body nobody here has to read.
pub(super) fn sealed(row: MessageRow) -> Result<Sealed> {
    read(row, RawValue::from_string)
}

fn read<B>(row: MessageRow, body: impl FnOnce(String) -> serde_json::Result<B>) -> Result<Message<B>> {
    let (conversation, seq, change, sender, client_id, sent_at, text, edited_at, reactions) = row;
    let corrupt = |error| Error::Corrupt(format!("message {seq} of conversation {conversation}: {error}"));
    let body = body(text).map_err(corrupt)?;
    let reactions = reactions.map(|text| serde_json::from_str(&text)).transpose().map_err(corrupt)?;
    Ok(Message {
        conversation: ConversationId(conversation),
        seq: Seq(seq),
        change: Change(change),
        sender: UserId(sender),
        client_id: ClientId(client_id),
        sent_at,
        body,
        edited_at,
        reactions: reactions.unwrap_or_default(),
    })
}

/// Which way a page is cut from the conversation.
#[derive(Clone, Copy)]
enum Cut {
    Before(i64),
    After(i64),
    ChangedAfter(i64),
    Around(i64),
}

/// Messages sent since a change are found by halving, for their changes grow with `seq`; those changed since, by their
/// own index.
const CHANGED_AFTER: &str = "
    WITH RECURSIVE cut (low, high) AS (
        SELECT 0, (SELECT head_seq + 1 FROM conversations WHERE id = ?1)
        UNION ALL
        SELECT iif(x.change > ?2, low, x.seq), iif(x.change > ?2, x.seq, high)
        FROM cut JOIN messages x ON x.conversation_id = ?1 AND x.seq = (low + high) / 2
        WHERE high - low > 1
    )
    SELECT * FROM (
        SELECT {columns} FROM messages m
        WHERE m.conversation_id = ?1 AND m.seq >= (SELECT MIN(high) FROM cut) AND m.changed IS NULL
        ORDER BY m.seq LIMIT ?3)
    UNION ALL
    SELECT * FROM (
        SELECT {columns} FROM messages m WHERE m.conversation_id = ?1 AND m.changed > ?2
        ORDER BY m.changed LIMIT ?3)
    ORDER BY latest LIMIT ?3";

impl Cut {
    /// # Errors
    /// `invalid_query` for more than one.
    fn of(query: &PageQuery) -> Result<Self> {
        let PageQuery { before, after, changed_after, around, .. } = query;
        match (before, after, changed_after, around) {
            (None, None, None, None) => Ok(Self::Before(i64::MAX)),
            (Some(seq), None, None, None) => Ok(Self::Before(seq.0)),
            (None, Some(seq), None, None) => Ok(Self::After(seq.0)),
            (None, None, Some(change), None) => Ok(Self::ChangedAfter(change.0)),
            (None, None, None, Some(seq)) => Ok(Self::Around(seq.0)),
            _ => Err(Code::InvalidQuery.into()),
        }
    }

    /// The statement, of the conversation, a number and a limit, and the number.
    fn sql(self) -> (String, i64) {
        let by_seq = |condition: &str| {
            format!("SELECT {COLUMNS} FROM messages m WHERE m.conversation_id = ?1 AND {condition} LIMIT ?3")
        };
        match self {
            Self::Before(seq) => (by_seq("m.seq < ?2 ORDER BY m.seq DESC"), seq),
            Self::After(seq) => (by_seq("m.seq > ?2 ORDER BY m.seq"), seq),
            Self::ChangedAfter(change) => (CHANGED_AFTER.replace("{columns}", COLUMNS), change),
            Self::Around(seq) => (by_seq("m.seq >= ?2 ORDER BY m.seq"), seq),
        }
    }
}

impl Store {
    /// A page of a conversation `me` is a member of.
    ///
    /// # Errors
    /// `conversation_not_found`, `invalid_query`
    pub async fn messages(&self, me: UserId, id: ConversationId, query: &PageQuery) -> Result<Page> {
        let cut = Cut::of(query)?;
        let limit = query.limit.unwrap_or(PAGE_MESSAGES).clamp(1, PAGE_MESSAGES);
        let mut tx = self.read.begin().await?;
        let head = head(&mut tx, me, id).await?;
        let (messages, more) = match cut {
            Cut::Around(seq) => {
                let (mut before, _) = page(&mut tx, id, Cut::Before(seq), limit / 2).await?;
                let (after, more) = page(&mut tx, id, cut, limit.div_ceil(2)).await?;
                before.extend(after);
                (before, more)
            }
            _ => page(&mut tx, id, cut, limit).await?,
        };
        Ok(Page { messages, more, head })
    }
}

/// At most `limit` messages, ascending, and whether there are more.
async fn page(
    db: &mut SqliteConnection,
    id: ConversationId,
    cut: Cut,
    limit: u32,
) -> Result<(Vec<Message>, bool)> {
    let (sql, from) = cut.sql();
    let rows: Vec<MessageRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(id.0)
        .bind(from)
        .bind(i64::from(limit) + 1)
        .fetch_all(db)
        .await?;
    let more = rows.len() > limit as usize;
    let mut messages = rows.into_iter().take(limit as usize).map(message).collect::<Result<Vec<_>>>()?;
    if matches!(cut, Cut::Before(_)) {
        messages.reverse();
    }
    Ok((messages, more))
}

async fn head(db: &mut SqliteConnection, me: UserId, id: ConversationId) -> Result<Head> {
    let sql =
        "SELECT c.head_seq, c.head_change FROM members m JOIN conversations c ON c.id = m.conversation_id
               WHERE m.conversation_id = ? AND m.user_id = ?";
    let row: Option<(i64, i64)> = sqlx::query_as(sql).bind(id.0).bind(me.0).fetch_optional(db).await?;
    let (seq, change) = row.ok_or_else(|| Error::from(Code::ConversationNotFound))?;
    Ok(Head { seq: Seq(seq), change: Change(change) })
}
