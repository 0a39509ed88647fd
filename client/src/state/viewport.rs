//! What of a long list is seen, and which of its rows are drawn for that.

use super::heights::Heights;

/// Rows are drawn so far beyond what is seen, in pixels; and drawn anew when fewer than this are left.
const DRAWN: f64 = 280.0;
const LEAST: f64 = 80.0;

/// Where a row stands: so many pixels below the top of what is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Anchor {
    pub row: i64,
    pub offset: f64,
}

/// Rows from the first to the last, both in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub first: i64,
    pub last: i64,
}

/// No row.
pub const NOTHING: Span = Span { first: 0, last: -1 };

/// What is seen of a list. It is known by a row that stays where it is, so that what is above may come, go, and turn out
/// higher than was guessed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Viewport {
    pub heights: Heights,
    /// How much is seen, in pixels.
    pub height: f64,
    pub anchor: Anchor,
}

impl Viewport {
    /// One has scrolled, so far from the top of the list: the first row that is seen is what stays from now on; of those
    /// drawn, if one of them is seen, for of others it is only guessed where they are.
    pub fn scrolled(&mut self, top: f64, drawn: Span) {
        let (first, last) = (self.heights.at(top), self.heights.at(top + self.height));
        let row = if first <= drawn.last && drawn.first <= last { first.max(drawn.first) } else { first };
        self.anchor = Anchor { row, offset: self.heights.above(row) - top };
    }

    /// How far what is seen is from the top of the list.
    pub fn top(&self) -> f64 {
        (self.heights.above(self.anchor.row) - self.anchor.offset).max(0.0)
    }

    /// Puts the end of the list, which has so many rows, at the end of what is seen.
    pub fn show_end(&mut self, rows: i64) {
        self.scrolled((self.heights.above(rows + 1) - self.height).max(0.0), NOTHING);
    }

    /// The rows that are seen.
    pub fn seen(&self) -> Span {
        self.within(0.0)
    }

    /// Which of the rows `there` are to be drawn: those `drawn`, as long as they will do.
    pub fn choose(&self, there: Span, drawn: Span) -> Span {
        let clamp = |span: Span| {
            let first = span.first.clamp(there.first, there.last.max(there.first));
            Span { first, last: span.last.clamp(first, there.last.max(first)) }
        };
        let least = clamp(self.within(LEAST));
        if clamp(drawn) == drawn && drawn.first <= least.first && least.last <= drawn.last {
            drawn
        } else {
            clamp(self.within(DRAWN))
        }
    }

    fn within(&self, margin: f64) -> Span {
        let top = self.top();
        Span { first: self.heights.at(top - margin), last: self.heights.at(top + self.height + margin) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewport() -> Viewport {
        Viewport { height: 700.0, ..Viewport::default() }
    }

    #[test]
    fn what_one_looks_at_stays_when_rows_above_turn_out_higher() {
        let mut viewport = viewport();
        viewport.scrolled(40_010.0, NOTHING);
        assert_eq!(viewport.anchor, Anchor { row: 1_001, offset: -10.0 });
        (900..950).for_each(|row| viewport.heights.measured(row, 100.0));
        assert_eq!((viewport.seen().first, viewport.anchor.offset), (1_001, -10.0));
        let top = viewport.top();
        viewport.scrolled(top, NOTHING);
        assert_eq!(viewport.anchor, Anchor { row: 1_001, offset: -10.0 });
        // What is drawn is where it is, what is not is guessed.
        viewport.scrolled(top, Span { first: 1_005, last: 1_040 });
        assert_eq!(viewport.anchor, Anchor { row: 1_005, offset: 390.0 });
        (1_000..1_005).for_each(|row| viewport.heights.measured(row, 200.0));
        assert_eq!(viewport.top(), viewport.heights.above(1_005) - 390.0);
    }

    #[test]
    fn few_rows_are_drawn_of_many_and_not_anew_with_every_step() {
        let there = Span { first: 1, last: 100_000 };
        let mut viewport = viewport();
        viewport.show_end(there.last);
        let mut drawn = viewport.choose(there, NOTHING);
        assert_eq!(drawn.last, there.last);
        let mut changes = 0;
        for step in 1..=1_000 {
            viewport.scrolled(4_000_000.0 - 700.0 - f64::from(step) * 20.0, drawn);
            let next = viewport.choose(there, drawn);
            let seen = viewport.seen();
            assert!(next.first <= seen.first && seen.last <= next.last, "{seen:?} is in {next:?}");
            assert!(next.last - next.first < 40);
            changes += i32::from(next != drawn);
            drawn = next;
        }
        assert!(changes <= 110, "{changes}");
    }

    #[test]
    fn what_is_not_there_is_not_drawn() {
        let mut viewport = viewport();
        viewport.scrolled(0.0, NOTHING);
        let there = Span { first: 500, last: 600 };
        assert_eq!(viewport.choose(there, NOTHING), Span { first: 500, last: 500 });
        viewport.show_end(1_000);
        assert_eq!(viewport.choose(there, NOTHING), Span { first: 600, last: 600 });
        let one = Span { first: 7, last: 7 };
        assert_eq!(viewport.choose(one, Span { first: 500, last: 530 }), one);
    }
}
