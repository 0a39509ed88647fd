//! Searching: what somebody typed as a question, and answers from several sides as one list.

use kith_shared::message::Message;
use kith_shared::search::{Has, SearchQuery};
use kith_shared::{ConversationId, Millis, UserId};

use super::State;

/// So many `seq` of a conversation are made searchable at a time.
pub const BLOCK: i64 = 512;

/// The `seq` of a conversation that are this many times [`BLOCK`], and some.
pub type Block = (ConversationId, i64);

impl State {
    /// The blocks that are held, those of the conversations where something happened last first.
    pub fn held_blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for id in self.listing.first_to_last() {
            if let Some(view) = self.conversations.get(&id) {
                blocks.extend(view.held.ranges.blocks(BLOCK).map(|number| (id, number)));
            }
        }
        blocks
    }

    /// What is asked by a text: words, and among them filters as in `from:leo in:weekend before:2026-01-31
    /// after:2026-01-01 has:link`, or `has:photo` and so on. What is no filter, or names nobody, is a word. `lower` and `day` are the browser's:
    /// lower case, and when a day begins.
    pub fn search_query(
        &self,
        typed: &str,
        within: Option<ConversationId>,
        lower: impl Fn(&str) -> String,
        day: impl Fn(&str) -> Option<Millis>,
    ) -> SearchQuery {
        let mut query = SearchQuery { conversation: within, ..SearchQuery::default() };
        for word in typed.split_whitespace() {
            let known = match word.split_once(':') {
                Some(("from", name)) => set(&mut query.from, self.person(&lower(name), &lower)),
                Some(("in", name)) if within.is_none() => {
                    set(&mut query.conversation, self.place_named(&lower(name), &lower))
                }
                Some(("before", date)) => set(&mut query.before, day(date)),
                Some(("after", date)) => set(&mut query.after, day(date)),
                Some(("has", what)) => {
                    set(&mut query.has, Has::ALL.into_iter().find(|has| has.name() == what))
                }
                _ => false,
            };
            if !known {
                query.q.push_str(word);
                query.q.push(' ');
            }
        }
        query.q.truncate(query.q.trim_end().len());
        query
    }

    /// Who goes by this username, or whose name begins like this.
    fn person(&self, name: &str, lower: impl Fn(&str) -> String) -> Option<UserId> {
        let mut found = None;
        let members = self.conversations.values().flat_map(|view| &view.held.conversation.members);
        for user in members.map(|member| &member.user) {
            if user.username == name {
                return Some(user.id);
            }
            let begins = || user.username.starts_with(name) || lower(&user.display_name).starts_with(name);
            if found.is_none() && !name.is_empty() && begins() {
                found = Some(user.id);
            }
        }
        found
    }

    /// The conversation with this in its name, of several the one where something happened last.
    fn place_named(&self, name: &str, lower: impl Fn(&str) -> String) -> Option<ConversationId> {
        let (me, mut ids) = (self.me()?, self.listing.first_to_last());
        let is_named = |id: &ConversationId| {
            self.conversations.get(id).is_some_and(|view| lower(view.name(me)).contains(name))
        };
        ids.find(|id| !name.is_empty() && is_named(id))
    }
}

/// Whether there is something to set.
fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let known = value.is_some();
    if known {
        *place = value;
    }
    known
}

/// Takes more of what was found into the list, which is newest first; of the same message the newest change stays.
pub fn merge(list: &mut Vec<Message>, found: Vec<Message>) {
    for message in found {
        let place = |message: &Message| (message.sent_at, message.conversation, message.seq);
        let index = list.partition_point(|other| place(other) > place(&message));
        match list.get_mut(index) {
            Some(same) if place(same) == place(&message) => {
                if same.change < message.change {
                    *same = message;
                }
            }
            _ => list.insert(index, message),
        }
    }
}
