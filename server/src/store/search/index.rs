//! What messages can be found by. New ones are indexed in batches behind a marker, after their commit; changed ones in
//! the transaction that changes them.

use kith_shared::message::Body;
use kith_shared::search;
use kith_shared::{ConversationId, Seq, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::fold::fold;
use crate::error::Result;
use crate::store::Store;
use crate::store::writer::json;

/// Messages in one transaction of the index: it holds the write connection for some milliseconds.
const BATCH: i64 = 256;
/// A backlog up to here is caught up with by whoever searches.
const SMALL: i64 = 8 * BATCH;

type IndexRow = (i64, Uuid, Uuid, String);

/// A term of all messages of a conversation.
pub(super) fn of_conversation(id: ConversationId) -> String {
    format!("_c{}", id.0.simple())
}

/// A term of all messages of a sender.
pub(super) fn of_sender(id: UserId) -> String {
    format!("_s{}", id.0.simple())
}

impl Store {
    /// Messages that are not in the index yet.
    pub async fn search_backlog(&self) -> Result<i64> {
        let sql = "SELECT COALESCE((SELECT MAX(rowid) FROM messages), 0) - indexed FROM message_terms_marker";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.background).await?)
    }

    /// Puts the next messages into the index, at most [`BATCH`].
    pub async fn index_batch(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        let sql = "SELECT m.rowid, m.conversation_id, m.sender_id, m.body FROM messages m
                   WHERE m.rowid > (SELECT indexed FROM message_terms_marker) ORDER BY m.rowid LIMIT ?";
        let rows: Vec<IndexRow> = sqlx::query_as(sql).bind(BATCH).fetch_all(&mut *tx).await?;
        let Some((last, ..)) = rows.last() else { return Ok(()) };
        sqlx::query("UPDATE message_terms_marker SET indexed = ?").bind(last).execute(&mut *tx).await?;
        insert(&mut tx, &rows).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Catches up with a small backlog, so that a search finds what was acknowledged before it. A large one, of a server
    /// under load, is left to the indexer.
    pub async fn catch_up_index(&self) -> Result<()> {
        let mut left = self.search_backlog().await?;
        if left > SMALL {
            return Ok(());
        }
        while left > 0 {
            self.index_batch().await?;
            left -= BATCH;
        }
        Ok(())
    }
}

/// Replaces what a message is found by with what its body says now; of a deleted one nothing is left. To be called in the
/// transaction that changes the body, after it did. A message that was not indexed yet will be, as it is by then.
pub async fn reindex(db: &mut SqliteConnection, conversation: ConversationId, seq: Seq) -> Result<()> {
    let sql = "SELECT m.rowid, m.conversation_id, m.sender_id, m.body FROM messages m
               WHERE m.conversation_id = ? AND m.seq = ? AND m.rowid <= (SELECT indexed FROM message_terms_marker)";
    let row = sqlx::query_as(sql).bind(conversation.0).bind(seq.0).fetch_optional(&mut *db).await?;
    let Some(row): Option<IndexRow> = row else { return Ok(()) };
    sqlx::query("DELETE FROM message_terms WHERE rowid = ?").bind(row.0).execute(&mut *db).await?;
    insert(db, &[row]).await
}

async fn insert(db: &mut SqliteConnection, rows: &[IndexRow]) -> Result<()> {
    let found_by = |(rowid, conversation, sender, body): &IndexRow| {
        // A body of a kind that is not known, or has no text, is found by nothing; it must not hold up the others.
        let body: Body = serde_json::from_str(body).ok()?;
        Some((*rowid, found_by(ConversationId(*conversation), UserId(*sender), &body)?))
    };
    let rows: Vec<_> = rows.iter().filter_map(found_by).collect();
    let sql = "INSERT INTO message_terms (rowid, terms) SELECT value ->> 0, value ->> 1 FROM json_each(?)";
    sqlx::query(sql).bind(json(&rows)?).execute(db).await?;
    Ok(())
}

fn found_by(conversation: ConversationId, sender: UserId, body: &Body) -> Option<String> {
    let mut all = format!("{} {}", of_conversation(conversation), of_sender(sender));
    let folded = fold(body.words()?);
    for term in search::found_by(body, &folded) {
        all.push(' ');
        all.push_str(term);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use kith_shared::search::SearchQuery;

    use super::*;
    use crate::store::Store;

    /// Somebody in a conversation of one message.
    async fn message(store: &Store, text: &str) -> (UserId, ConversationId) {
        let mia = store.create_user(("mia", "Mia"), "", None).await.unwrap().id;
        let id = ConversationId(Uuid::now_v7());
        let mut tx = store.begin().await.unwrap();
        for sql in [
            "INSERT INTO conversations (id, kind, title, created_at) VALUES (?1, 'group', 'Kites', 0)",
            "INSERT INTO members (conversation_id, user_id, joined_at) VALUES (?1, ?2, 0)",
            "INSERT INTO messages (conversation_id, seq, change, born, sender_id, client_id, sent_at, body)
             VALUES (?1, 1, 1, 1, ?2, ?1, 0, '{}')",
        ] {
            sqlx::query(sql).bind(id.0).bind(mia.0).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        change(store, id, &Body::text(text)).await;
        (mia, id)
    }

    async fn change(store: &Store, id: ConversationId, body: &Body) {
        let mut tx = store.begin().await.unwrap();
        let sql = "UPDATE messages SET body = ? WHERE conversation_id = ?";
        sqlx::query(sql).bind(json(body).unwrap()).bind(id.0).execute(&mut *tx).await.unwrap();
        reindex(&mut tx, id, Seq(1)).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn finds(store: &Store, me: UserId, q: &str) -> bool {
        let query = SearchQuery { q: q.to_owned(), ..SearchQuery::default() };
        !store.search(me, &query).await.unwrap().messages.is_empty()
    }

    async fn terms_left(store: &Store) -> i64 {
        let sql = "SELECT COUNT(*) FROM message_terms WHERE message_terms MATCH '\"_\" *'";
        sqlx::query_scalar(sql).fetch_one(&store.read).await.unwrap()
    }

    #[tokio::test]
    async fn an_edited_message_is_found_by_what_it_says_now_and_a_deleted_one_by_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let (mia, id) = message(&store, "the harbour").await;
        store.catch_up_index().await.unwrap();
        assert!(finds(&store, mia, "harbour").await);
        change(&store, id, &Body::text("the lighthouse")).await;
        assert!(finds(&store, mia, "lighthouse").await && !finds(&store, mia, "harbour").await);
        change(&store, id, &Body::Deleted).await;
        assert!(!finds(&store, mia, "lighthouse").await && !finds(&store, mia, "the").await);
        assert_eq!(terms_left(&store).await, 0);
    }

    #[tokio::test]
    async fn a_message_changed_before_it_was_indexed_is_indexed_as_it_is_then() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let (mia, id) = message(&store, "the harbour").await;
        change(&store, id, &Body::text("the lighthouse")).await;
        assert_eq!(terms_left(&store).await, 0, "nothing is indexed yet");
        store.catch_up_index().await.unwrap();
        assert!(finds(&store, mia, "lighthouse").await && !finds(&store, mia, "harbour").await);
    }
}
