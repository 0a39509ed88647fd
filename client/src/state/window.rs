//! Which part of a conversation is in memory, where one is in it, and what to bring when one goes on.

use std::rc::Rc;

use kith_shared::Seq;
use kith_shared::limits::PAGE_MESSAGES;
use kith_shared::message::{Message, PageQuery};

use super::viewport::{Anchor, Span};
use super::{ConversationView, Cut, End};

/// Where one is in a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Place {
    /// At the newest, whatever comes.
    #[default]
    Newest,
    /// Where this row is; its number is the message's `seq`, an outgoing message's what it would be.
    At(Anchor),
}

impl ConversationView {
    /// Whether what is in memory ends at the newest that is held.
    pub fn at_newest(&self) -> bool {
        self.messages.last().is_none_or(|last| Some(last.seq) == self.held.ranges.last())
    }

    /// Whether the newest is to be in view.
    pub fn follows(&self) -> bool {
        self.place == Place::Newest
    }

    /// The rows in memory, by `seq`; outgoing messages, where they are shown, are numbered on.
    pub fn rows_in_memory(&self) -> Span {
        let last = self.messages.last().map_or(self.head(), |last| last.seq);
        let outgoing = if self.at_newest() { self.unsent().count() } else { 0 };
        let first = self.messages.first().unwrap_or(last.next());
        Span { first: first.0, last: last.0 + outgoing as i64 }
    }

    /// How many rows the Dialog has, those that are not in memory counted.
    pub fn row_count(&self) -> i64 {
        let last = self.rows_in_memory().last;
        if self.at_newest() { last } else { last.max(self.head().0) }
    }

    /// What to bring for one who sees these rows; `None` where it is all there.
    pub fn missing(&self, seen: Span) -> Option<Cut> {
        // Before one gets there.
        const NEAR: i64 = 40;
        let (first, last) = (self.messages.first()?, self.messages.last()?.seq);
        let at_newest = self.at_newest();
        let above = first > Seq(1) && seen.first - NEAR < first.0;
        let below = !at_newest && seen.last + NEAR > last.0;
        // Far away: as if one had jumped there.
        if (above && seen.last < first.0 - NEAR) || (below && seen.first > last.0 + NEAR) {
            let middle = i64::midpoint(seen.first, seen.last);
            return Some(Cut::Around(Seq(middle.clamp(1, self.row_count()))));
        }
        match (above, below) {
            (true, _) => Some(Cut::Before(first)),
            (_, true) => Some(Cut::After(last)),
            _ => None,
        }
    }

    /// What of a page Device Storage holds without a hole: from the first to the last.
    pub fn stored(&self, cut: Cut) -> Option<(Seq, Seq)> {
        let page = i64::from(PAGE_MESSAGES);
        let ranges = &self.held.ranges;
        let (from, to) = match cut {
            Cut::Newest => {
                let last = ranges.last()?;
                (Seq(last.0 - page + 1), last)
            }
            Cut::Before(seq) => (Seq(seq.0 - page), seq.previous()),
            Cut::After(seq) => (seq.next(), Seq(seq.0 + page)),
            Cut::Around(seq) => (Seq(seq.0 - page / 2), Seq(seq.0 + page / 2)),
            Cut::Changed => return None,
        };
        let inside = match cut {
            Cut::After(_) => from,
            Cut::Around(seq) => seq,
            _ => to,
        };
        let (start, end) = ranges.run(inside)?;
        Some((from.max(start), to.min(end)))
    }

    /// How a page is asked for.
    pub fn query(&self, cut: Cut) -> PageQuery {
        let mut query = PageQuery::default();
        match cut {
            Cut::Newest => {}
            Cut::Before(seq) => query.before = Some(seq),
            Cut::After(seq) => query.after = Some(seq),
            // `seq` is dense: half a page above it is where the page ends.
            Cut::Around(seq) => query.before = Some(Seq(seq.0 + i64::from(PAGE_MESSAGES) / 2 + 1)),
            Cut::Changed => query.changed_after = Some(self.held.change),
        }
        query
    }

    /// Puts a page, ascending by `seq`, where it belongs in memory.
    pub(super) fn show(&mut self, cut: Cut, page: &[Rc<Message>]) {
        let following = self.follows();
        self.loaded |= cut != Cut::Changed;
        match cut {
            Cut::Around(_) if page.is_empty() => {}
            Cut::Around(_) => self.messages.replace(page),
            Cut::Before(_) => self.messages.extend(End::Older, page, following),
            Cut::After(_) => self.messages.extend(End::Newer, page, following),
            Cut::Changed => page.iter().for_each(|message| self.messages.offer(message, following)),
            Cut::Newest => {
                page.iter().for_each(|message| self.messages.offer(message, following));
                // What came while it was under way is there already: these go before it.
                self.messages.extend(End::Older, page, following);
            }
        }
        self.loading &= matches!(cut, Cut::Newest | Cut::Changed);
    }
}
