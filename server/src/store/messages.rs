//! Reading messages. Writing them is the writer's.

use kith_shared::limits::PAGE_MESSAGES;
use kith_shared::message::{Body, Head, Message, Page, PageQuery};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::Store;
use crate::error::{Error, Result};

pub(super) const COLUMNS: &str =
    "m.conversation_id, m.seq, m.change, m.sender_id, m.client_id, m.sent_at, m.body";

pub(super) type MessageRow = (Uuid, i64, i64, Uuid, Uuid, Millis, String);

pub(super) fn message(row: MessageRow) -> Result<Message> {
    let (conversation, seq, change, sender, client_id, sent_at, body) = row;
    let body: Body = serde_json::from_str(&body)
        .map_err(|error| Error::Corrupt(format!("message {seq} of conversation {conversation}: {error}")))?;
    Ok(Message {
        conversation: ConversationId(conversation),
        seq: Seq(seq),
        change: Change(change),
        sender: UserId(sender),
        client_id: ClientId(client_id),
        sent_at,
        body,
        edited_at: None,
        reactions: Vec::new(),
    })
}

/// Which way a page is cut from the conversation.
enum Cut {
    Before(i64),
    After(i64),
    ChangedAfter(i64),
}

impl Cut {
    /// # Errors
    /// `invalid_query` for more than one.
    fn of(query: &PageQuery) -> Result<Self> {
        match (query.before, query.after, query.changed_after) {
            (None, None, None) => Ok(Self::Before(i64::MAX)),
            (Some(seq), None, None) => Ok(Self::Before(seq.0)),
            (None, Some(seq), None) => Ok(Self::After(seq.0)),
            (None, None, Some(change)) => Ok(Self::ChangedAfter(change.0)),
            _ => Err(Code::InvalidQuery.into()),
        }
    }

    fn sql(&self) -> (&'static str, i64) {
        match *self {
            Self::Before(seq) => ("m.seq < ? ORDER BY m.seq DESC", seq),
            Self::After(seq) => ("m.seq > ? ORDER BY m.seq", seq),
            // Nothing changes a message once it is sent, yet: its `change` is its `seq`. See the migration.
            Self::ChangedAfter(change) => ("m.seq > ? ORDER BY m.seq", change),
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
        let limit = i64::from(query.limit.unwrap_or(PAGE_MESSAGES).clamp(1, PAGE_MESSAGES));
        let mut tx = self.read.begin().await?;
        let head = head(&mut tx, me, id).await?;
        let (condition, from) = cut.sql();
        let sql =
            format!("SELECT {COLUMNS} FROM messages m WHERE m.conversation_id = ? AND {condition} LIMIT ?");
        let rows: Vec<MessageRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(id.0)
            .bind(from)
            .bind(limit + 1)
            .fetch_all(&mut *tx)
            .await?;
        let more = rows.len() as i64 > limit;
        let mut messages = rows.into_iter().take(limit as usize).map(message).collect::<Result<Vec<_>>>()?;
        if matches!(cut, Cut::Before(_)) {
            messages.reverse();
        }
        Ok(Page { messages, more, head })
    }
}

async fn head(db: &mut SqliteConnection, me: UserId, id: ConversationId) -> Result<Head> {
    let sql =
        "SELECT c.head_seq, c.head_change FROM members m JOIN conversations c ON c.id = m.conversation_id
               WHERE m.conversation_id = ? AND m.user_id = ?";
    let row: Option<(i64, i64)> = sqlx::query_as(sql).bind(id.0).bind(me.0).fetch_optional(db).await?;
    let (seq, change) = row.ok_or_else(|| Error::from(Code::ConversationNotFound))?;
    Ok(Head { seq: Seq(seq), change: Change(change) })
}
