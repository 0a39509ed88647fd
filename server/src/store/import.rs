//! What comes from another chat. Each call is one transaction and may be made again: what is there already stays as it is.

use std::collections::HashMap;

use kith_shared::conversation::Role;
use kith_shared::format::EVERYBODY;
use kith_shared::message::{Body, Head, Reaction};
use kith_shared::{Change, ClientId, ConversationId, FileId, Millis, Seq, UserId, limits};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::conversations::{open_direct, set_writable};
use super::writer::json;
use super::{Store, contacts, files, groups, roles, users};
use crate::error::{Error, Result};
use crate::time;

/// Somebody as they are to be here.
pub struct NewPerson<'a> {
    /// What they are called there, once and for all.
    pub key: &'a str,
    /// Both valid; the username may be somebody else's.
    pub username: &'a str,
    pub display_name: &'a str,
    pub bot: bool,
}

/// Who somebody of there is here.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: UserId,
    pub username: String,
    pub is_new: bool,
    /// Nobody had come from there as them before.
    pub is_first: bool,
}

pub enum NewKind {
    /// With a valid title, and one of the members as its owner.
    Group { title: String, description: Option<String>, owner: UserId },
    /// Of two, or of one who writes to themselves.
    Direct,
}

pub struct NewRoom<'a> {
    pub key: &'a str,
    pub kind: NewKind,
    /// Never empty.
    pub members: Vec<UserId>,
    /// Those of them who join the group where it is here already. The others may have left it since.
    pub joining: Vec<UserId>,
    pub created_at: Millis,
}

pub struct NewMessage {
    pub client_id: ClientId,
    pub sender: UserId,
    pub sent_at: Millis,
    pub edited_at: Option<Millis>,
    /// Valid; it answers nothing yet.
    pub body: Body,
    /// The message it answers, if that came over.
    pub answers: Option<ClientId>,
    pub reactions: Vec<Reaction>,
}

impl Store {
    /// Finds or makes people. Whoever has the username here already is the same person, unless it is a program, or somebody
    /// else from there has become them: then another username is taken.
    ///
    /// # Errors
    /// What the database says.
    pub async fn import_people(
        &self,
        source: &str,
        people: &[NewPerson<'_>],
        password_hash: &str,
    ) -> Result<Vec<Known>> {
        let mut tx = self.begin().await?;
        let mut known = Vec::with_capacity(people.len());
        for person in people {
            known.push(import_person(&mut tx, source, person, password_hash).await?);
        }
        tx.commit().await?;
        Ok(known)
    }

    /// Finds or makes a conversation. Two who have a dialog are friends, unless one of them has blocked the other or is a
    /// program. Answers whether it is new here.
    ///
    /// # Errors
    /// What the database says.
    pub async fn import_room(&self, source: &str, room: &NewRoom<'_>) -> Result<(ConversationId, bool)> {
        let mut tx = self.begin().await?;
        let key = format!("room/{}", room.key);
        let sql = "SELECT c.id FROM imported i JOIN conversations c ON c.id = i.id
                   WHERE i.source = ? AND i.key = ?";
        let known: Option<Uuid> =
            sqlx::query_scalar(sql).bind(source).bind(&key).fetch_optional(&mut *tx).await?;
        if let Some(id) = known.map(ConversationId) {
            if matches!(room.kind, NewKind::Group { .. }) {
                join(&mut tx, id, &room.joining).await?;
                tx.commit().await?;
            }
            return Ok((id, false));
        }
        let (id, is_new) = match &room.kind {
            NewKind::Direct => make_direct(&mut tx, &room.members).await?,
            NewKind::Group { title, description, owner } => {
                let group = (title.as_str(), description.as_deref(), *owner);
                (make_group(&mut tx, group, &room.members, room.created_at).await?, true)
            }
        };
        remember(&mut tx, source, &key, id.0).await?;
        tx.commit().await?;
        Ok((id, is_new))
    }

    /// Which of these messages are here already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn imported_messages(
        &self,
        id: ConversationId,
        ids: &[ClientId],
    ) -> Result<HashMap<ClientId, Seq>> {
        places(&mut *self.read.acquire().await?, id, ids).await
    }

    /// Writes those of the messages that are not here yet, in their order, behind all there are. Whoever has read all there
    /// was has read them. Answers how many are new.
    ///
    /// # Errors
    /// What the database says; nothing is written then.
    pub async fn import_messages(&self, id: ConversationId, messages: &[NewMessage]) -> Result<usize> {
        let mut tx = self.begin().await?;
        let asked: Vec<ClientId> = messages
            .iter()
            .flat_map(|message| [Some(message.client_id), message.answers])
            .flatten()
            .collect();
        let mut places = places(&mut tx, id, &asked).await?;
        let sql = "SELECT head_seq, head_change, expire_after FROM conversations WHERE id = ?";
        let (seq, change, timer): (i64, i64, Option<Millis>) =
            sqlx::query_as(sql).bind(id.0).fetch_one(&mut *tx).await?;
        let before = Head { seq: Seq(seq), change: Change(change) };
        let mut head = before;
        for message in messages {
            if places.contains_key(&message.client_id) {
                continue;
            }
            head = Head { seq: head.seq.next(), change: head.change.next() };
            places.insert(message.client_id, head.seq);
            let answers = message.answers.and_then(|answered| places.get(&answered)).copied();
            insert(&mut tx, id, message, head, answers, timer).await?;
        }
        move_head(&mut tx, id, before, head).await?;
        tx.commit().await?;
        Ok((head.seq.0 - before.seq.0) as usize)
    }
}

async fn import_person(
    db: &mut SqliteConnection,
    source: &str,
    person: &NewPerson<'_>,
    password_hash: &str,
) -> Result<Known> {
    let key = format!("person/{}", person.key);
    let sql = "SELECT u.id, u.username FROM imported i JOIN users u ON u.id = i.id
               WHERE i.source = ? AND i.key = ?";
    let known: Option<(Uuid, String)> =
        sqlx::query_as(sql).bind(source).bind(&key).fetch_optional(&mut *db).await?;
    if let Some((id, username)) = known {
        return Ok(Known { id: UserId(id), username, is_new: false, is_first: false });
    }
    for number in 1..=limits::GROUP_MEMBERS {
        let username = numbered(person.username, number);
        let sql =
            "SELECT id, bot OR ?1 OR EXISTS (SELECT 1 FROM imported i WHERE i.source = ?2 AND i.id = u.id)
                   FROM users u WHERE username = ?3";
        let there: Option<(Uuid, bool)> = sqlx::query_as(sql)
            .bind(person.bot)
            .bind(source)
            .bind(&username)
            .fetch_optional(&mut *db)
            .await?;
        let (id, is_new) = match there {
            _ if username == EVERYBODY => continue,
            Some((_, true)) => continue,
            Some((id, false)) => (UserId(id), false),
            None => {
                let names = (username.as_str(), person.display_name);
                (users::insert(db, names, password_hash, person.bot).await?.id, true)
            }
        };
        remember(db, source, &key, id.0).await?;
        return Ok(Known { id, username, is_new, is_first: true });
    }
    Err(Error::Told(format!("there is no username left for {}", person.display_name)))
}

/// A username, and those like it, short enough.
fn numbered(username: &str, number: usize) -> String {
    if number == 1 {
        return username.to_owned();
    }
    let ending = format!("-{number}");
    let room = limits::USERNAME_CHARS.end() - ending.len();
    username.chars().take(room).collect::<String>() + &ending
}

async fn remember(db: &mut SqliteConnection, source: &str, key: &str, id: Uuid) -> Result<()> {
    let sql = "INSERT INTO imported (source, key, id) VALUES (?, ?, ?)
               ON CONFLICT (source, key) DO UPDATE SET id = excluded.id";
    sqlx::query(sql).bind(source).bind(key).bind(id).execute(db).await?;
    Ok(())
}

async fn make_direct(db: &mut SqliteConnection, members: &[UserId]) -> Result<(ConversationId, bool)> {
    let (Some(one), Some(other)) = (members.first().copied(), members.last().copied()) else {
        return Err(Error::Corrupt("a dialog of nobody".to_owned()));
    };
    let id = open_direct(db, one, other).await?;
    let sql = "SELECT head_seq = 0 FROM conversations WHERE id = ?";
    let is_new = sqlx::query_scalar(sql).bind(id.0).fetch_one(&mut *db).await?;
    if one == other {
        return Ok((id, is_new));
    }
    // A program that came over answers nobody.
    let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE id IN (?, ?) AND bot)";
    let silent: bool = sqlx::query_scalar(sql).bind(one.0).bind(other.0).fetch_one(&mut *db).await?;
    if silent || contacts::blocks(db, one, other).await? || contacts::blocks(db, other, one).await? {
        set_writable(db, one, other, false).await?;
    } else {
        contacts::befriend(db, one, other).await?;
    }
    Ok((id, is_new))
}

async fn make_group(
    db: &mut SqliteConnection,
    (title, description, owner): (&str, Option<&str>, UserId),
    members: &[UserId],
    created_at: Millis,
) -> Result<ConversationId> {
    let id = ConversationId(Uuid::now_v7());
    let sql =
        "INSERT INTO conversations (id, kind, title, description, created_at) VALUES (?, 'group', ?, ?, ?)";
    let insert = sqlx::query(sql).bind(id.0).bind(title).bind(description).bind(created_at);
    insert.execute(&mut *db).await?;
    for member in members {
        let role = if *member == owner { Role::Owner } else { Role::Member };
        let sql = "INSERT INTO members (conversation_id, user_id, joined_at, role) VALUES (?, ?, ?, ?)
                   ON CONFLICT DO NOTHING";
        let insert = sqlx::query(sql).bind(id.0).bind(member.0).bind(created_at).bind(roles::name(role));
        insert.execute(&mut *db).await?;
    }
    Ok(id)
}

/// Makes people members who come later than the group, as many as it has room for; they have read all there is.
async fn join(db: &mut SqliteConnection, id: ConversationId, users: &[UserId]) -> Result<()> {
    let mut came = 0;
    for user in users {
        let sql = "INSERT INTO members (conversation_id, user_id, read_seq, joined_at)
                   SELECT id, ?1, head_seq, ?2 FROM conversations
                   WHERE id = ?3 AND (SELECT COUNT(*) FROM members WHERE conversation_id = ?3) < ?4
                   ON CONFLICT DO NOTHING";
        let insert = sqlx::query(sql).bind(user.0).bind(time::now()).bind(id.0);
        came += insert.bind(limits::GROUP_MEMBERS as i64).execute(&mut *db).await?.rows_affected();
    }
    if came > 0 {
        groups::revise(db, id).await?;
    }
    Ok(())
}

/// Where those of the messages stand that are here.
async fn places(
    db: &mut SqliteConnection,
    id: ConversationId,
    ids: &[ClientId],
) -> Result<HashMap<ClientId, Seq>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0.simple()).collect();
    // Looked for by their ids, whatever SQLite thinks: by their conversation they would all be read for each.
    let sql = "SELECT m.client_id, m.seq FROM json_each(?) i
               CROSS JOIN messages m ON m.client_id = unhex(i.value) AND +m.conversation_id = ?";
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(sql).bind(json(&ids)?).bind(id.0).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(id, seq)| (ClientId(id), Seq(seq))).collect())
}

async fn insert(
    db: &mut SqliteConnection,
    id: ConversationId,
    message: &NewMessage,
    head: Head,
    answers: Option<Seq>,
    timer: Option<Millis>,
) -> Result<()> {
    let mut body = message.body.clone();
    if let Body::Text { reply_to, .. } = &mut body {
        *reply_to = answers;
    }
    let reactions = if message.reactions.is_empty() { None } else { Some(json(&message.reactions)?) };
    let sql =
        "INSERT INTO messages (conversation_id, seq, born, change, sender_id, client_id, sent_at, edited_at,
                   expires_at, reactions, body)
               VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    sqlx::query(sql)
        .bind(id.0)
        .bind(head.seq.0)
        .bind(head.change.0)
        .bind(message.sender.0)
        .bind(message.client_id.0)
        .bind(message.sent_at)
        .bind(message.edited_at)
        .bind(timer.map(|after| time::now() + after))
        .bind(reactions)
        .bind(json(&body)?)
        .execute(&mut *db)
        .await?;
    let carried: Vec<FileId> = body.file_ids().collect();
    if !carried.is_empty() {
        files::carry(db, &[(id, head.seq, &carried)]).await?;
    }
    Ok(())
}

async fn move_head(db: &mut SqliteConnection, id: ConversationId, before: Head, head: Head) -> Result<()> {
    let sql = "UPDATE conversations SET head_seq = ?, head_change = ? WHERE id = ?";
    sqlx::query(sql).bind(head.seq.0).bind(head.change.0).bind(id.0).execute(&mut *db).await?;
    // How far something was delivered is kept of dialogs alone.
    let sql = "UPDATE members SET read_seq = ?1,
                   delivered_seq = iif((SELECT kind FROM conversations WHERE id = ?2) = 'direct',
                       MAX(delivered_seq, ?1), delivered_seq)
               WHERE conversation_id = ?2 AND read_seq = ?3";
    sqlx::query(sql).bind(head.seq.0).bind(id.0).bind(before.seq.0).execute(db).await?;
    Ok(())
}
