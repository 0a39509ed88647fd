//! Notices: what happened to a group, as messages of it. Written in the transaction of what they tell of.

use kith_shared::message::{Body, Head, Message};
use kith_shared::notice::{Named, Notice, What};
use kith_shared::{Change, ClientId, ConversationId, Seq, UserId, limits};
use serde_json::value::to_raw_value;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::Sealed;
use crate::error::Result;
use crate::time;

/// How the body of a notice begins, as no other does.
pub(super) const NOTICE: &str = r#"{"kind":"notice","#;

/// Tells that `me` did something, to `users` where it concerns any.
pub(super) async fn write(
    db: &mut SqliteConnection,
    id: ConversationId,
    me: UserId,
    what: What,
    users: &[UserId],
) -> Result<Sealed> {
    let by = name(db, me).await?;
    let named = users.len().min(limits::NOTICE_NAMES);
    let mut told = Vec::with_capacity(named);
    for user in &users[..named] {
        told.push(Named { user: *user, name: name(db, *user).await? });
    }
    let more = (users.len() - named) as u32;
    insert(db, id, me, Notice { what, by, users: told, more, title: None }).await
}

/// Tells that `me` gave the group this title.
pub(super) async fn write_title(
    db: &mut SqliteConnection,
    id: ConversationId,
    me: UserId,
    title: &str,
) -> Result<Sealed> {
    let by = name(db, me).await?;
    let (what, users, more, title) = (What::Named, Vec::new(), 0, Some(title.to_owned()));
    insert(db, id, me, Notice { what, by, users, more, title }).await
}

async fn name(db: &mut SqliteConnection, user: UserId) -> Result<String> {
    let sql = "SELECT display_name FROM users WHERE id = ?";
    Ok(sqlx::query_scalar(sql).bind(user.0).fetch_one(db).await?)
}

async fn insert(db: &mut SqliteConnection, id: ConversationId, me: UserId, notice: Notice) -> Result<Sealed> {
    let sql = "UPDATE conversations SET head_seq = head_seq + 1, head_change = head_change + 1
               WHERE id = ? RETURNING head_seq, head_change";
    let (seq, change): (i64, i64) = sqlx::query_as(sql).bind(id.0).fetch_one(&mut *db).await?;
    let body = to_raw_value(&Body::Notice(Box::new(notice)))?;
    let (client_id, sent_at) = (ClientId(Uuid::now_v7()), time::now());
    let sql = "INSERT INTO messages (conversation_id, seq, born, change, sender_id, client_id, sent_at, body)
               VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7)";
    let insert = sqlx::query(sql).bind(id.0).bind(seq).bind(change).bind(me.0).bind(client_id.0);
    insert.bind(sent_at).bind(body.get()).execute(db).await?;
    let head = Head { seq: Seq(seq), change: Change(change) };
    Ok(Message::new(id, head, (me, client_id), sent_at, body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::writer::json;

    #[test]
    fn a_notice_is_told_from_other_messages_by_how_it_begins() {
        let notice =
            Notice { what: What::Made, by: "Mia".to_owned(), users: Vec::new(), more: 0, title: None };
        assert!(json(&Body::Notice(Box::new(notice))).unwrap().starts_with(NOTICE));
        assert!(!json(&Body::text(NOTICE)).unwrap().starts_with(NOTICE));
    }
}
