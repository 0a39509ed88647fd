//! Many messages in two statements: a driver's cost is per statement. They are numbered here, in the transaction that
//! holds the write lock, rather than in SQL.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use kith_shared::conversation::Role;
use kith_shared::message::Head;
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::changes::may_mention_all;
use super::{BATCH, Committed, Draft};
use crate::error::{Error, Result};

/// What makes a message the same one when it is sent twice.
type Key = (UserId, ClientId);
type Member = (ConversationId, UserId);
/// Conversation, user, whether they may write, the head, their role in a group, and its timer.
type AuthorRow = (Uuid, Uuid, u8, Seq, Change, Option<Role>, Option<Millis>);
/// Sender, `client_id`, conversation, `seq`, `change`, `sent_at` and `expires_at`.
type KnownRow = (Uuid, Uuid, Uuid, i64, i64, Millis, Option<Millis>);

/// Rows a statement has room for: few statements to keep prepared, one for any batch. What is not bound is NULL, and
/// left out.
const ROOM: [usize; 4] = [1, 8, 64, BATCH];

/// Whether messages are all a transaction has to write, which then ends with them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Commit = 0,
    GoOn = 1,
}

/// For each [`Then`], a statement for each of [`ROOM`]. It moves the conversations' heads too, and ends the transaction:
/// every statement more is handed to SQLite's thread and back, which takes as long as writing fifty messages. What fails
/// takes the whole transaction with it: SQLite need not be ready to undo one statement alone.
static WRITES: LazyLock<[[String; 4]; 2]> = LazyLock::new(|| {
    ["; COMMIT", ""].map(|then| {
        ROOM.map(|rows| {
            let values = vec!["(?, ?, ?, ?, ?, ?, ?, ?)"; rows].join(", ");
            format!(
                "{MOVE_HEADS};
                 INSERT OR FAIL INTO messages
                     (conversation_id, seq, born, change, sender_id, client_id, sent_at, expires_at, body)
                 SELECT column1, column2, column3, column3, column4, column5, column6, column7, column8
                 FROM (VALUES {values}) WHERE column1 IS NOT NULL{then}"
            )
        })
    })
});

/// Who may write there, and where the conversation stands. As one value, for the same reason: rows come one by one.
const BEGIN_WITH_MEMBERS: &str = "
    BEGIN IMMEDIATE;
    SELECT json_group_array(
        json_array(hex(m.conversation_id), hex(m.user_id), m.writable, c.head_seq, c.head_change,
            iif(c.kind = 'group', m.role, NULL), c.expire_after))
    FROM json_each(?) i
    JOIN members m ON m.conversation_id = unhex(i.value ->> 0) AND m.user_id = unhex(i.value ->> 1)
    JOIN conversations c ON c.id = m.conversation_id";

const KNOWN: &str = "
    SELECT x.sender_id, x.client_id, x.conversation_id, x.seq, x.change, x.sent_at, x.expires_at
    FROM json_each(?) i
    JOIN messages x ON x.sender_id = unhex(i.value ->> 0) AND x.client_id = unhex(i.value ->> 1)";

const MOVE_HEADS: &str = "
    UPDATE conversations SET head_seq = head.seq, head_change = head.change
    FROM (SELECT unhex(value ->> 0) AS id, value ->> 1 AS seq, value ->> 2 AS change FROM json_each(?)) AS head
    WHERE conversations.id = head.id";

pub(super) const COMMIT: &str = "COMMIT";

/// Which messages to look for among those written before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Those not to be written: one sent again is answered again, also by whom may write no more. The others are most
    /// likely new, and if one is not, its key refuses the whole batch.
    ForRefused,
    /// All of them: one was not new.
    ForAll,
}

/// Whether a batch failed because it held a message that was there before.
pub(super) fn met_known(error: &Error) -> bool {
    matches!(error, Error::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
}

/// Begins a transaction and writes the messages, in their order; one outcome for each.
pub(super) async fn insert(
    db: &mut SqliteConnection,
    drafts: &[Draft],
    now: Millis,
    look: Look,
    then: Then,
) -> Result<Vec<Result<Committed>>> {
    let members = begin(db, drafts.iter().map(member).collect()).await?;
    let refused = |draft: &Draft| !members.get(&member(draft)).is_some_and(|author| author.writable);
    // What this batch writes is added: the same message twice in one batch is the second time an echo of the first.
    let mut known = known(db, drafts.iter().filter(|draft| look == Look::ForAll || refused(draft))).await?;
    let mut heads: HashMap<ConversationId, Head> = HashMap::new();
    let mut rows = Vec::with_capacity(drafts.len());
    let mut take = |draft| {
        let known = match known.entry(key(draft)) {
            Entry::Occupied(known) => {
                let (conversation, done) = *known.get();
                return if draft.conversation == conversation { Ok(done) } else { Err(Code::ClientIdReused) };
            }
            Entry::Vacant(place) => place,
        };
        let author = members.get(&member(draft)).ok_or(Code::ConversationNotFound)?;
        let head = heads.entry(draft.conversation).or_insert(author.head);
        author.may_say(draft, *head)?;
        *head = Head { seq: head.seq.next(), change: head.change.next() };
        let expires_at = author.expire_after.map(|after| now + after);
        let done = Committed { head: *head, sent_at: now, expires_at, again: false };
        rows.push((draft, done));
        known.insert((draft.conversation, Committed { again: true, ..done }));
        Ok(done)
    };
    let outcomes = drafts.iter().map(|draft| take(draft).map_err(Error::from)).collect();
    if !rows.is_empty() {
        write(db, &heads, &rows, then).await?;
    } else if then == Then::Commit {
        sqlx::query(COMMIT).execute(db).await?;
    }
    Ok(outcomes)
}

fn key(draft: &Draft) -> Key {
    (draft.sender, draft.client_id)
}

fn member(draft: &Draft) -> Member {
    (draft.conversation, draft.sender)
}

/// Who wants to write, and where the conversation stands.
struct Author {
    writable: bool,
    head: Head,
    /// In a group.
    role: Option<Role>,
    /// After how many milliseconds what is said there disappears.
    expire_after: Option<Millis>,
}

impl Author {
    /// # Errors
    /// `not_writable`, `not_allowed`, `message_not_found`
    fn may_say(&self, draft: &Draft, head: Head) -> Result<(), Code> {
        if !self.writable {
            return Err(Code::NotWritable);
        }
        if draft.mentions_all && !may_mention_all(self.role) {
            return Err(Code::NotAllowed);
        }
        match draft.reply_to {
            Some(seq) if seq <= Seq::ZERO || seq > head.seq => Err(Code::MessageNotFound),
            _ => Ok(()),
        }
    }
}

async fn begin(db: &mut SqliteConnection, asked: HashSet<Member>) -> Result<HashMap<Member, Author>> {
    let asked: Vec<_> =
        asked.into_iter().map(|(conversation, user)| (conversation.0.simple(), user.0.simple())).collect();
    let rows: String = sqlx::query_scalar(BEGIN_WITH_MEMBERS).bind(json(&asked)?).fetch_one(db).await?;
    let rows: Vec<AuthorRow> = serde_json::from_str(&rows)?;
    let found = |(conversation, user, writable, seq, change, role, expire_after)| {
        let author = Author { writable: writable == 1, head: Head { seq, change }, role, expire_after };
        ((ConversationId(conversation), UserId(user)), author)
    };
    Ok(rows.into_iter().map(found).collect())
}

async fn known(
    db: &mut SqliteConnection,
    drafts: impl Iterator<Item = &Draft>,
) -> Result<HashMap<Key, (ConversationId, Committed)>> {
    let asked: Vec<_> = drafts.map(|draft| (draft.sender.0.simple(), draft.client_id.0.simple())).collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<KnownRow> = sqlx::query_as(KNOWN).bind(json(&asked)?).fetch_all(db).await?;
    let found = |(sender, client_id, conversation, seq, change, sent_at, expires_at)| {
        let head = Head { seq: Seq(seq), change: Change(change) };
        let done = Committed { head, sent_at, expires_at, again: true };
        ((UserId(sender), ClientId(client_id)), (ConversationId(conversation), done))
    };
    Ok(rows.into_iter().map(found).collect())
}

async fn write(
    db: &mut SqliteConnection,
    heads: &HashMap<ConversationId, Head>,
    rows: &[(&Draft, Committed)],
    then: Then,
) -> Result<()> {
    let heads: Vec<_> = heads.iter().map(|(id, head)| (id.0.simple(), head.seq, head.change)).collect();
    let room = ROOM.partition_point(|room| *room < rows.len());
    let mut write = sqlx::query(WRITES[then as usize][room].as_str()).bind(json(&heads)?);
    for (draft, Committed { head, sent_at, expires_at, .. }) in rows {
        write = write.bind(draft.conversation.0).bind(head.seq.0).bind(head.change.0);
        write = write
            .bind(draft.sender.0)
            .bind(draft.client_id.0)
            .bind(*sent_at)
            .bind(*expires_at)
            .bind(Arc::<str>::from(draft.body.get()));
    }
    write.execute(db).await?;
    Ok(())
}

pub(in crate::store) fn json<T: serde::Serialize + ?Sized>(rows: &T) -> Result<String> {
    Ok(serde_json::to_string(rows)?)
}
