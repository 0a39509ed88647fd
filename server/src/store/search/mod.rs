//! Search over the full history: `index` keeps what messages can be found by, `query` says what is asked of it, `fold`
//! makes texts comparable.

pub(crate) mod fold;
mod index;
mod query;

use kith_shared::limits::SEARCH_RESULTS;
use kith_shared::message::Message;
use kith_shared::problem::Code;
use kith_shared::search::{self, Has, SearchQuery, SearchResults};
use kith_shared::{ConversationId, UserId};
use sqlx::SqliteConnection;

use self::query::Match;
use super::messages::{COLUMNS, MessageRow, message};
use super::writer::json;
use super::{Store, polls};
use crate::error::{Error, Result};

pub use self::index::reindex;

/// Pages of what the index offers that are looked through for one page of results. Past them the page ends early, with
/// a cursor.
const ROUNDS: usize = 20;

impl Store {
    /// Messages of the conversations `me` is a member of, newest first.
    ///
    /// # Errors
    /// `invalid_query`, `conversation_not_found`
    pub async fn search(&self, me: UserId, query: &SearchQuery) -> Result<SearchResults> {
        let asked = query::words(query)?;
        let conversations = self.searched(me, query.conversation).await?;
        let Some(expression) = query::expression(query, asked.as_deref(), &conversations) else {
            return Ok(SearchResults::default());
        };
        let wanted = Wanted { asked: asked.unwrap_or_default(), has: query.has };
        let mut results = SearchResults { messages: Vec::new(), cursor: query.cursor };
        let mut tx = self.read.begin().await?;
        'page: for _ in 0..ROUNDS {
            let found = Match { expression: &expression, query, below: results.cursor };
            let rows = found.page(&mut tx).await?;
            let is_last = rows.len() < SEARCH_RESULTS as usize;
            for (rowid, message) in rows.iter().zip(load(&mut tx, &rows).await?) {
                if results.messages.len() == SEARCH_RESULTS as usize {
                    break 'page;
                }
                results.cursor = Some(*rowid);
                results.messages.extend(Some(message).filter(|message| wanted.is(message)));
            }
            if is_last {
                results.cursor = None;
                break;
            }
        }
        polls::say_voted(&mut tx, me, &mut results.messages).await?;
        Ok(results)
    }

    /// The conversations that are searched: the one asked for, or all one is a member of.
    async fn searched(&self, me: UserId, only: Option<ConversationId>) -> Result<Vec<ConversationId>> {
        let mut mine = self.conversation_ids(me).await?;
        if let Some(only) = only {
            mine.retain(|id| *id == only);
            if mine.is_empty() {
                return Err(Error::from(Code::ConversationNotFound));
            }
        }
        Ok(mine)
    }
}

/// What the index can't say for sure: characters next to each other, and what an edit changed meanwhile.
struct Wanted {
    asked: String,
    has: Option<Has>,
}

impl Wanted {
    fn is(&self, message: &Message) -> bool {
        let Some(text) = message.body.words() else { return false };
        let has = self.has.is_none_or(|has| has.is_in(&message.body));
        has && search::matches(&fold::fold(text), &self.asked)
    }
}

/// The messages of these rows, newest first as they are.
async fn load(db: &mut SqliteConnection, rows: &[i64]) -> Result<Vec<Message>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM json_each(?) i JOIN messages m ON m.rowid = i.value ORDER BY m.rowid DESC"
    );
    let rows: Vec<MessageRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(json(rows)?).fetch_all(db).await?;
    rows.into_iter().map(message).collect()
}
