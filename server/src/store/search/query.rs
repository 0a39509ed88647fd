//! What is asked, as an expression of FTS5: every term of it quoted, so that nothing a user writes is syntax.

use kith_shared::limits::{SEARCH_CHARS, SEARCH_RESULTS};
use kith_shared::problem::Code;
use kith_shared::search::{self, SearchQuery};
use kith_shared::{ConversationId, Millis};
use sqlx::SqliteConnection;

use super::fold::fold;
use super::index::{of_conversation, of_sender};
use crate::error::Result;

/// The folded words; `None` where none are asked for.
///
/// # Errors
/// `invalid_query` for too long a text, and for none without a filter.
pub fn words(query: &SearchQuery) -> Result<Option<String>> {
    if query.q.chars().count() > SEARCH_CHARS {
        return Err(Code::InvalidQuery.into());
    }
    let asked = query.q.trim();
    let SearchQuery { from, conversation, before, after, has, .. } = query;
    let filtered =
        from.is_some() || conversation.is_some() || before.is_some() || after.is_some() || has.is_some();
    match (asked.is_empty(), filtered) {
        (true, false) => Err(Code::InvalidQuery.into()),
        (true, true) => Ok(None),
        (false, _) => Ok(Some(fold(asked))),
    }
}

/// `None` where nothing can be found: no conversation to look in, or words without a letter or digit.
pub fn expression(
    query: &SearchQuery,
    asked: Option<&str>,
    conversations: &[ConversationId],
) -> Option<String> {
    let places: Vec<_> = conversations.iter().map(|id| exact(&of_conversation(*id))).collect();
    let mut all: Vec<String> = asked.into_iter().flat_map(search::terms).map(word).collect();
    if places.is_empty() || (asked.is_some() && all.is_empty()) {
        return None;
    }
    all.extend(query.from.map(|sender| exact(&of_sender(sender))));
    all.extend(query.has.map(|has| exact(has.term())));
    all.push(format!("({})", places.join(" OR ")));
    Some(all.join(" AND "))
}

fn exact(term: &str) -> String {
    format!("\"{}\"", term.replace('"', "\"\""))
}

/// The beginning of a word. A character that stands for itself is the beginning of no other term.
fn word(term: &str) -> String {
    format!("{} *", exact(term))
}

/// One page of what the index offers.
pub struct Match<'a> {
    pub expression: &'a str,
    pub query: &'a SearchQuery,
    /// Rows from here on were offered before.
    pub below: Option<i64>,
}

impl Match<'_> {
    /// Their rows, newest first.
    pub async fn page(&self, db: &mut SqliteConnection) -> Result<Vec<i64>> {
        // The index first, whatever the planner thinks of it.
        let sql = "SELECT m.rowid FROM message_terms CROSS JOIN messages m ON m.rowid = message_terms.rowid
                   WHERE message_terms MATCH ? AND message_terms.rowid < ? AND m.sent_at >= ? AND m.sent_at < ?
                   ORDER BY message_terms.rowid DESC LIMIT ?";
        Ok(sqlx::query_scalar(sql)
            .bind(self.expression)
            .bind(self.below.unwrap_or(i64::MAX))
            .bind(self.query.after.unwrap_or(Millis::MIN))
            .bind(self.query.before.unwrap_or(Millis::MAX))
            .bind(SEARCH_RESULTS)
            .fetch_all(db)
            .await?)
    }
}
