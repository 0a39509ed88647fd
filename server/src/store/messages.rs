//! Reading messages. Writing them is the writer's.

use kith_shared::limits::PAGE_MESSAGES;
use kith_shared::message::{Head, Message, Page, PageQuery};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, UserId};
use serde_json::value::RawValue;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Sealed, Store, polls};
use crate::error::{Error, Result};

pub(super) const COLUMNS: &str = "m.conversation_id, m.seq, m.change, m.sender_id, m.client_id, m.sent_at, \
                                  m.edited_at, m.pinned_at, m.expires_at, m.reactions, m.votes, m.body";

/// The bodies of messages of which what they said is gone, for SQL to compare with.
pub(super) const GONE: &str = r#"'{"kind":"deleted"}', '{"kind":"expired"}'"#;

pub(super) type MessageRow = (
    Uuid,
    i64,
    i64,
    Uuid,
    Uuid,
    Millis,
    Option<Millis>,
    Option<Millis>,
    Option<Millis>,
    Option<String>,
    Option<String>,
    String,
);

pub(super) fn message(row: MessageRow) -> Result<Message> {
    read(row, |body| serde_json::from_str(&body))
}

/// As it is handed on: nobody reads what it says.
pub(super) fn sealed(row: MessageRow) -> Result<Sealed> {
    read(row, RawValue::from_string)
}

fn read<B>(row: MessageRow, body: impl FnOnce(String) -> serde_json::Result<B>) -> Result<Message<B>> {
    let (conversation, seq, change, sender, client_id, sent_at, ..) = row;
    let (.., edited_at, pinned_at, expires_at, reactions, votes, said) = row;
    let (conversation, head) = (ConversationId(conversation), Head { seq: Seq(seq), change: Change(change) });
    let from = (UserId(sender), ClientId(client_id));
    let corrupt = |error| Error::Corrupt(format!("message {seq} of conversation {conversation}: {error}"));
    let reactions = reactions.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text)).map_err(corrupt)?;
    let votes = votes.map(|text| serde_json::from_str(&text)).transpose().map_err(corrupt)?;
    let sent = Message::new(conversation, head, from, sent_at, body(said).map_err(corrupt)?);
    Ok(Message { edited_at, pinned_at, expires_at, reactions, votes, ..sent })
}

/// Which way a page is cut from the conversation.
#[derive(Clone, Copy)]
enum Cut {
    Before(i64),
    After(i64),
    ChangedAfter(i64),
    Around(i64),
}

impl Cut {
    /// # Errors
    /// `invalid_query` for more than one.
    fn of(query: &PageQuery) -> Result<Self> {
        match (query.before, query.after, query.changed_after, query.around) {
            (None, None, None, None) => Ok(Self::Before(i64::MAX)),
            (Some(seq), None, None, None) => Ok(Self::Before(seq.0)),
            (None, Some(seq), None, None) => Ok(Self::After(seq.0)),
            (None, None, Some(change), None) => Ok(Self::ChangedAfter(change.0)),
            (None, None, None, Some(seq)) => Ok(Self::Around(seq.0)),
            _ => Err(Code::InvalidQuery.into()),
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
        // One read transaction: head and messages are from the same moment.
        let mut tx = self.read.begin().await?;
        let head = head(&mut tx, me, id).await?;
        let (mut messages, more) = match cut {
            Cut::Before(seq) => before(&mut tx, id, seq, limit).await?,
            Cut::After(seq) => from(&mut tx, id, seq.saturating_add(1), limit).await?,
            Cut::ChangedAfter(change) => changed_after(&mut tx, id, head, Change(change), limit).await?,
            Cut::Around(seq) => around(&mut tx, id, seq, limit).await?,
        };
        polls::say_voted(&mut tx, me, &mut messages).await?;
        Ok(Page { messages, more, head })
    }
}

/// The newest messages below `seq`, ascending, and whether there are more of them.
async fn before(
    db: &mut SqliteConnection,
    id: ConversationId,
    seq: i64,
    limit: i64,
) -> Result<(Vec<Message>, bool)> {
    let found = select(db, id, "m.seq < ? ORDER BY m.seq DESC LIMIT ?", &[seq, limit + 1]).await?;
    let (mut messages, more) = cut_off(found, limit);
    messages.reverse();
    Ok((messages, more))
}

/// The messages from `seq` on, and whether there are more of them.
pub(super) async fn from(
    db: &mut SqliteConnection,
    id: ConversationId,
    seq: i64,
    limit: i64,
) -> Result<(Vec<Message>, bool)> {
    let found = select(db, id, "m.seq >= ? ORDER BY m.seq LIMIT ?", &[seq, limit + 1]).await?;
    Ok(cut_off(found, limit))
}

/// Half of a page before `seq`, the rest from it on, and whether there are newer ones.
async fn around(
    db: &mut SqliteConnection,
    id: ConversationId,
    seq: i64,
    limit: i64,
) -> Result<(Vec<Message>, bool)> {
    let (mut messages, _) = before(db, id, seq, limit / 2).await?;
    let (rest, more) = from(db, id, seq, limit - limit / 2).await?;
    messages.extend(rest);
    Ok((messages, more))
}

/// The messages whose latest change is above `change`, in the order of their changes, and whether there are more.
///
/// Those changed since they were sent have an index. The others lie by change as they lie by `seq`, and only those
/// below the last changed one of the page are looked at: whoever pages on passes each message once, however many of
/// them were changed.
async fn changed_after(
    db: &mut SqliteConnection,
    id: ConversationId,
    head: Head,
    change: Change,
    limit: i64,
) -> Result<(Vec<Message>, bool)> {
    let condition = "m.change <> m.born AND m.change > ? ORDER BY m.change LIMIT ?";
    let mut found = select(db, id, condition, &[change.0, limit + 1]).await?;
    let first = first_born_after(db, id, head, change).await?;
    let end = match found.last() {
        Some(last) if found.len() as i64 > limit => first_born_after(db, id, head, last.change).await?,
        _ => head.seq.next(),
    };
    let condition = "m.seq >= ? AND m.seq < ? AND m.change = m.born ORDER BY m.seq LIMIT ?";
    found.extend(select(db, id, condition, &[first.0, end.0, limit + 1]).await?);
    found.sort_by_key(|message| message.change);
    Ok(cut_off(found, limit))
}

/// The first message that came with a change above `change`, or the place after the last one. By halving: `born` grows
/// with `seq`, which is dense.
async fn first_born_after(
    db: &mut SqliteConnection,
    id: ConversationId,
    head: Head,
    change: Change,
) -> Result<Seq> {
    let sql = "SELECT born FROM messages WHERE conversation_id = ? AND seq = ?";
    // No message came with a change below its own number.
    let (mut low, mut high) = (1, head.seq.0.min(change.0.clamp(0, head.change.0)) + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let born: i64 = sqlx::query_scalar(sql).bind(id.0).bind(middle).fetch_one(&mut *db).await?;
        if born > change.0 {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(Seq(low))
}

async fn select(
    db: &mut SqliteConnection,
    id: ConversationId,
    condition: &'static str,
    values: &[i64],
) -> Result<Vec<Message>> {
    let sql = format!("SELECT {COLUMNS} FROM messages m WHERE m.conversation_id = ? AND {condition}");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.0);
    let rows: Vec<MessageRow> =
        values.iter().fold(query, |query, value| query.bind(*value)).fetch_all(db).await?;
    rows.into_iter().map(message).collect()
}

/// A page's messages, and whether one more was found than fits.
fn cut_off(mut found: Vec<Message>, limit: i64) -> (Vec<Message>, bool) {
    let more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    (found, more)
}

async fn head(db: &mut SqliteConnection, me: UserId, id: ConversationId) -> Result<Head> {
    let sql =
        "SELECT c.head_seq, c.head_change FROM members m JOIN conversations c ON c.id = m.conversation_id
               WHERE m.conversation_id = ? AND m.user_id = ?";
    let row: Option<(i64, i64)> = sqlx::query_as(sql).bind(id.0).bind(me.0).fetch_optional(db).await?;
    let (seq, change) = row.ok_or_else(|| Error::from(Code::ConversationNotFound))?;
    Ok(Head { seq: Seq(seq), change: Change(change) })
}

/// # Errors
/// `conversation_not_found`, also when `me` is no member; `message_not_found`
pub(super) async fn expect_message(
    db: &mut SqliteConnection,
    me: UserId,
    id: ConversationId,
    seq: Seq,
) -> Result<()> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM messages x WHERE x.conversation_id = m.conversation_id AND x.seq = ?3)
               FROM members m WHERE m.conversation_id = ?1 AND m.user_id = ?2";
    let there: Option<bool> =
        sqlx::query_scalar(sql).bind(id.0).bind(me.0).bind(seq.0).fetch_optional(db).await?;
    if there.ok_or(Code::ConversationNotFound)? { Ok(()) } else { Err(Code::MessageNotFound.into()) }
}

#[cfg(test)]
mod tests {
    use kith_shared::message::Body;

    use super::*;

    #[test]
    fn a_body_that_is_gone_is_stored_as_it_is_sent() {
        let stored =
            [Body::Deleted, Body::Expired].map(|body| format!("'{}'", serde_json::to_string(&body).unwrap()));
        assert_eq!(stored.join(", "), GONE);
    }
}
