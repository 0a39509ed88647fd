//! Which parts of a conversation are held.

use kith_shared::Seq;
use serde::{Deserialize, Serialize};

/// Inclusive ranges of `seq`, ascending, never touching: those that meet become one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ranges(Vec<(Seq, Seq)>);

impl Ranges {
    /// Adds `from..=to`, and joins what it touches. An empty range adds nothing.
    pub fn insert(&mut self, from: Seq, to: Seq) {
        if from > to {
            return;
        }
        let (mut from, mut to) = (from, to);
        self.0.retain(|&(low, high)| {
            let apart = high.next() < from || to.next() < low;
            if !apart {
                from = from.min(low);
                to = to.max(high);
            }
            apart
        });
        let place = self.0.partition_point(|&(low, _)| low < from);
        self.0.insert(place, (from, to));
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The unbroken run `seq` is in, from its first to its last; `None` where `seq` is not held.
    pub fn run(&self, seq: Seq) -> Option<(Seq, Seq)> {
        self.0.iter().copied().find(|&(low, high)| low <= seq && seq <= high)
    }

    /// Closes the oldest holes, so that no more than `count` ranges stay.
    pub fn close_oldest(&mut self, count: usize) {
        let closed: Vec<_> = self.0.drain(..self.0.len().saturating_sub(count)).collect();
        if let (Some((low, _)), Some(first)) = (closed.first(), self.0.first_mut()) {
            first.0 = *low;
        }
    }

    /// The newest `seq` held.
    pub fn last(&self) -> Option<Seq> {
        self.0.last().map(|&(_, high)| high)
    }

    /// The blocks of so many `seq` that something is held of, the newest first.
    pub fn blocks(&self, size: i64) -> impl Iterator<Item = i64> {
        let mut before = i64::MAX;
        let blocks = self.0.iter().rev().flat_map(move |(low, high)| (low.0 / size..=high.0 / size).rev());
        // Two ranges may meet in one.
        blocks.filter(move |block| std::mem::replace(&mut before, *block) != *block)
    }

    /// Whether all of `from..=to` is held; an empty range always is.
    pub fn covers(&self, from: Seq, to: Seq) -> bool {
        from > to || self.run(to).is_some_and(|(start, _)| start <= from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(parts: &[(i64, i64)]) -> Ranges {
        let mut ranges = Ranges::default();
        parts.iter().for_each(|&(from, to)| ranges.insert(Seq(from), Seq(to)));
        ranges
    }

    #[test]
    fn ranges_that_meet_or_overlap_become_one() {
        assert_eq!(ranges(&[(5, 6), (1, 2), (3, 4)]), ranges(&[(1, 6)]));
        assert_eq!(ranges(&[(1, 9), (3, 4)]), ranges(&[(1, 9)]));
        assert_eq!(ranges(&[(1, 2), (5, 6), (2, 5)]), ranges(&[(1, 6)]));
        assert_ne!(ranges(&[(1, 2), (4, 5)]), ranges(&[(1, 5)]));
    }

    #[test]
    fn a_run_ends_at_the_holes_around_it() {
        let held = ranges(&[(1, 3), (7, 9)]);
        assert_eq!(held.run(Seq(8)), Some((Seq(7), Seq(9))));
        assert_eq!(held.run(Seq(5)), None);
        assert_eq!(held.last(), Some(Seq(9)));
        assert!(held.covers(Seq(7), Seq(8)) && held.covers(Seq(4), Seq(3)));
        assert!(!held.covers(Seq(3), Seq(7)));
    }

    #[test]
    fn the_oldest_holes_are_closed_where_there_are_too_many() {
        let mut held = ranges(&[(2, 3), (7, 9), (12, 12)]);
        held.close_oldest(3);
        assert_eq!(held, ranges(&[(2, 3), (7, 9), (12, 12)]));
        held.close_oldest(2);
        assert_eq!(held, ranges(&[(2, 9), (12, 12)]));
    }
}
