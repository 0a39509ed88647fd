//! Conversations and their members.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use kith_shared::contact::Relation;
use kith_shared::conversation::{Conversation, ConversationKind, Member};
use kith_shared::format::{EVERYBODY, mentions};
use kith_shared::frame::{ConversationState, ReadMark};
use kith_shared::message::{Body, Head, Message};
use kith_shared::problem::Code;
use kith_shared::{Change, ConversationId, Millis, Seq, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::contacts::contact;
use super::files::file_id;
use super::messages::{COLUMNS, GONE, MessageRow, message};
use super::notices::NOTICE;
use super::privacy::READ_OFF;
use super::{Store, polls, roles, user};
use crate::error::{Error, Result};
use crate::time;

/// Its id, whether it is a direct dialog, title, description, picture, timer, revision, `created_at`, head, whether one may write,
/// unread, and who asks to be let in.
type ConversationRow = (
    Uuid,
    bool,
    Option<String>,
    Option<String>,
    Option<Vec<u8>>,
    Option<Millis>,
    i64,
    Millis,
    i64,
    i64,
    bool,
    i64,
    u32,
);
/// Conversation, head, revision, whether one may write; a member of it, read, and delivered.
type StateRow = (Uuid, i64, i64, i64, bool, Uuid, i64, i64);
/// Conversation, user, read, delivered, and role.
type MemberRow = (Uuid, Uuid, String, String, bool, Option<Vec<u8>>, i64, i64, String);

impl Store {
    /// All of `me`'s conversations, in no particular order.
    pub async fn conversations(&self, me: UserId) -> Result<Vec<Conversation>> {
        self.select(me, None).await
    }

    /// One conversation as `me` sees it.
    ///
    /// # Errors
    /// `conversation_not_found`, also when `me` is no member.
    pub async fn conversation(&self, me: UserId, id: ConversationId) -> Result<Conversation> {
        let found = self.select(me, Some(id)).await?.pop();
        found.ok_or_else(|| Error::from(Code::ConversationNotFound))
    }

    /// The dialog of two friends, or one's notes to self; made if there is none yet.
    ///
    /// # Errors
    /// `user_not_found`, `not_friends`
    pub async fn open_direct(&self, me: UserId, other: UserId) -> Result<ConversationId> {
        let mut tx = self.begin().await?;
        if !matches!(contact(&mut tx, me, other).await?.relation, Relation::Friend | Relation::Myself) {
            return Err(Code::NotFriends.into());
        }
        let id = open_direct(&mut tx, me, other).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The dialog of the two, if they ever had one.
    pub async fn direct(&self, me: UserId, other: UserId) -> Result<Option<ConversationId>> {
        let sql = "SELECT id FROM conversations WHERE direct_key = ?";
        let row: Option<(Uuid,)> =
            sqlx::query_as(sql).bind(direct_key(me, other)).fetch_optional(&self.read).await?;
        Ok(row.map(|(id,)| ConversationId(id)))
    }

    /// What a device needs to know what it lacks, from one moment.
    pub async fn conversation_states(&self, me: UserId) -> Result<Vec<ConversationState>> {
        // The other's mark is looked for in direct dialogs alone: a group has a thousand members.
        let sql = format!(
            "SELECT c.id, c.head_seq, c.head_change, c.revision, mine.writable, mine.user_id, mine.read_seq,
                 mine.delivered_seq
             FROM members mine
             JOIN conversations c ON c.id = mine.conversation_id
             WHERE mine.user_id = ?1
             UNION ALL
             SELECT c.id, c.head_seq, c.head_change, c.revision, mine.writable, m.user_id,
                 iif({READ_OFF}, 0, m.read_seq), m.delivered_seq
             FROM members mine
             JOIN conversations c ON c.id = mine.conversation_id AND c.kind = 'direct'
             JOIN members m ON m.conversation_id = c.id AND m.user_id <> mine.user_id
             WHERE mine.user_id = ?1
             ORDER BY 1, 6"
        );
        let rows: Vec<StateRow> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(me.0).fetch_all(&self.read).await?;
        let mut states: Vec<ConversationState> = Vec::new();
        for (id, seq, change, revision, writable, member, read, delivered) in rows {
            let mark = ReadMark { user: UserId(member), seq: Seq(read), delivered: Seq(delivered) };
            match states.last_mut() {
                Some(state) if state.conversation.0 == id => state.reads.push(mark),
                _ => states.push(ConversationState {
                    conversation: ConversationId(id),
                    head: Head { seq: Seq(seq), change: Change(change) },
                    revision,
                    reads: vec![mark],
                    writable,
                }),
            }
        }
        Ok(states)
    }

    /// The conversations `user` is a member of.
    pub async fn conversation_ids(&self, user: UserId) -> Result<Vec<ConversationId>> {
        let sql = "SELECT conversation_id FROM members WHERE user_id = ?";
        let rows: Vec<(Uuid,)> = sqlx::query_as(sql).bind(user.0).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(id,)| ConversationId(id)).collect())
    }

    /// Whether `user` may write there now; `None` for who is no member.
    pub async fn writable(&self, conversation: ConversationId, user: UserId) -> Result<Option<bool>> {
        let sql = "SELECT writable FROM members WHERE conversation_id = ? AND user_id = ?";
        let row: Option<(bool,)> =
            sqlx::query_as(sql).bind(conversation.0).bind(user.0).fetch_optional(&self.read).await?;
        Ok(row.map(|(writable,)| writable))
    }

    async fn select(&self, me: UserId, only: Option<ConversationId>) -> Result<Vec<Conversation>> {
        // One read transaction: heads, marks and last messages are from the same moment.
        let mut tx = self.read.begin().await?;
        let only = only.map(|id| id.0);
        let sql = format!(
            "SELECT c.id, c.kind = 'direct', c.title, c.description, c.avatar, c.expire_after, c.revision, c.created_at, c.head_seq,
                       c.head_change, m.writable,
                       (SELECT COUNT(*) FROM messages x WHERE x.conversation_id = c.id
                        AND x.seq > m.read_seq AND x.sender_id <> m.user_id AND x.body NOT IN ({GONE})
                        AND substr(x.body, 1, length(?3)) <> ?3),
                       iif(m.role = 'member', 0,
                           (SELECT COUNT(*) FROM join_requests r WHERE r.conversation_id = c.id))
                   FROM members m JOIN conversations c ON c.id = m.conversation_id
                   WHERE m.user_id = ?1 AND (?2 IS NULL OR c.id = ?2)"
        );
        let rows: Vec<ConversationRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(me.0)
            .bind(only)
            .bind(NOTICE)
            .fetch_all(&mut *tx)
            .await?;
        let mut members = members(&mut tx, me, only).await?;
        let mut last = last_messages(&mut tx, me, only).await?;
        let mentions = mention_counts(&mut tx, me, only).await?;
        let mut pins = pins(&mut tx, me, only).await?;
        let conversation = |row: ConversationRow| {
            let (
                id,
                direct,
                title,
                description,
                avatar,
                expire_after,
                revision,
                created_at,
                seq,
                change,
                writable,
                unread,
                requests,
            ) = row;
            Conversation {
                id: ConversationId(id),
                kind: if direct { ConversationKind::Direct } else { ConversationKind::Group },
                title,
                description,
                avatar: avatar.and_then(|hash| file_id(&hash).ok()),
                expire_after,
                revision,
                created_at,
                members: members.remove(&id).unwrap_or_default(),
                head: Head { seq: Seq(seq), change: Change(change) },
                last_message: last.remove(&id),
                unread,
                mentions: mentions.get(&id).copied().unwrap_or_default(),
                writable,
                pins: pins.remove(&id).unwrap_or_default(),
                requests,
            }
        };
        Ok(rows.into_iter().map(conversation).collect())
    }
}

/// Everybody in these conversations; in groups, with one's own mark alone.
async fn members(
    db: &mut SqliteConnection,
    me: UserId,
    only: Option<Uuid>,
) -> Result<HashMap<Uuid, Vec<Member>>> {
    let sql = format!(
        "SELECT m.conversation_id, u.id, u.username, u.display_name, u.bot, u.avatar,
             CASE WHEN m.user_id = mine.user_id OR (c.kind = 'direct' AND NOT {READ_OFF}) THEN m.read_seq ELSE 0 END,
             m.delivered_seq, m.role
         FROM members mine
         JOIN conversations c ON c.id = mine.conversation_id
         JOIN members m ON m.conversation_id = mine.conversation_id
         JOIN users u ON u.id = m.user_id
         WHERE mine.user_id = ?1 AND (?2 IS NULL OR mine.conversation_id = ?2)
         ORDER BY mine.conversation_id, m.user_id"
    );
    let rows: Vec<MemberRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(me.0).bind(only).fetch_all(db).await?;
    let mut found: HashMap<Uuid, Vec<Member>> = HashMap::new();
    for (conversation, id, username, display_name, bot, avatar, read, delivered, role) in rows {
        let role = roles::parse(&role)?;
        let (user, read, delivered) =
            (user((id, username, display_name, bot, avatar)), Seq(read), Seq(delivered));
        let member = Member { user, read, delivered, role };
        found.entry(conversation).or_default().push(member);
    }
    Ok(found)
}

async fn last_messages(
    db: &mut SqliteConnection,
    me: UserId,
    only: Option<Uuid>,
) -> Result<HashMap<Uuid, Message>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM members mine
         JOIN conversations c ON c.id = mine.conversation_id
         JOIN messages m ON m.conversation_id = c.id AND m.seq = c.head_seq
         WHERE mine.user_id = ?1 AND (?2 IS NULL OR c.id = ?2)"
    );
    let rows: Vec<MessageRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(me.0).bind(only).fetch_all(&mut *db).await?;
    let last = rows.into_iter().map(|row| Ok((row.0, message(row)?)));
    let mut last = last.collect::<Result<HashMap<_, _>>>()?;
    polls::say_voted(db, me, last.values_mut()).await?;
    Ok(last)
}

/// How many unread messages of others mention one. SQL passes over those without the name; whether it is one of its
/// own there is decided here, as on the devices.
async fn mention_counts(
    db: &mut SqliteConnection,
    me: UserId,
    only: Option<Uuid>,
) -> Result<HashMap<Uuid, i64>> {
    let sql = "SELECT x.conversation_id, x.body, u.username, c.kind = 'group'
               FROM members m
               JOIN conversations c ON c.id = m.conversation_id
               JOIN users u ON u.id = m.user_id
               JOIN messages x ON x.conversation_id = m.conversation_id AND x.seq > m.read_seq
               WHERE m.user_id = ?1 AND (?2 IS NULL OR m.conversation_id = ?2)
                   AND x.sender_id <> m.user_id
                   AND (x.body LIKE '%@' || u.username || '%' OR c.kind = 'group' AND x.body LIKE '%@' || ?3 || '%')";
    let mut rows = sqlx::query_as::<_, (Uuid, String, String, bool)>(sql)
        .bind(me.0)
        .bind(only)
        .bind(EVERYBODY)
        .fetch(db);
    let mut counts = HashMap::new();
    while let Some((id, body, username, group)) = rows.try_next().await? {
        let body = serde_json::from_str(&body)?;
        let mentioned = |text: &str| mentions(text, &username) || group && mentions(text, EVERYBODY);
        if matches!(body, Body::Text { text, .. } if mentioned(&text)) {
            *counts.entry(id).or_default() += 1;
        }
    }
    Ok(counts)
}

async fn pins(db: &mut SqliteConnection, me: UserId, only: Option<Uuid>) -> Result<HashMap<Uuid, Vec<Seq>>> {
    let sql = "SELECT m.conversation_id, x.seq
               FROM members m
               JOIN messages x ON x.conversation_id = m.conversation_id AND x.pinned_at IS NOT NULL
               WHERE m.user_id = ?1 AND (?2 IS NULL OR m.conversation_id = ?2)
               ORDER BY 1, 2";
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(sql).bind(me.0).bind(only).fetch_all(db).await?;
    let mut pins: HashMap<Uuid, Vec<Seq>> = HashMap::new();
    rows.into_iter().for_each(|(id, seq)| pins.entry(id).or_default().push(Seq(seq)));
    Ok(pins)
}

pub(super) async fn open_direct(
    db: &mut SqliteConnection,
    me: UserId,
    other: UserId,
) -> Result<ConversationId> {
    let now = time::now();
    let sql = "INSERT INTO conversations (id, kind, direct_key, created_at) VALUES (?, 'direct', ?, ?)
               ON CONFLICT (direct_key) DO UPDATE SET kind = kind RETURNING id";
    let insert = sqlx::query_as(sql).bind(Uuid::now_v7()).bind(direct_key(me, other)).bind(now);
    let (id,): (Uuid,) = insert.fetch_one(&mut *db).await?;
    for user in [me, other] {
        let sql = "INSERT INTO members (conversation_id, user_id, joined_at) VALUES (?, ?, ?)
                   ON CONFLICT DO NOTHING";
        sqlx::query(sql).bind(id).bind(user.0).bind(now).execute(&mut *db).await?;
    }
    Ok(ConversationId(id))
}

/// Whether the two may write in their dialog, if they have one.
pub(super) async fn set_writable(
    db: &mut SqliteConnection,
    me: UserId,
    other: UserId,
    writable: bool,
) -> Result<()> {
    let sql = "UPDATE members SET writable = ?
               WHERE conversation_id = (SELECT id FROM conversations WHERE direct_key = ?)";
    sqlx::query(sql).bind(writable).bind(direct_key(me, other)).execute(db).await?;
    Ok(())
}

/// The same for both, so that two people never have two dialogs, nor anybody two of notes to self.
fn direct_key(one: UserId, other: UserId) -> Vec<u8> {
    let (low, high) = if one < other { (one, other) } else { (other, one) };
    [low.0.as_bytes().as_slice(), high.0.as_bytes()].concat()
}
