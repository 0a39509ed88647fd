//! How high the rows of a long list are, of which only a few are ever drawn.

/// Before anything was measured: a message of one line.
const FIRST_GUESS: f64 = 40.0;
/// From so many measured rows on, their mean is the guess for all the others. It then stays, so that the scrollbar
/// does: a list of 100,000 rows would otherwise grow and shrink with each that is drawn.
const ENOUGH: usize = 20;

/// Heights of rows that are numbered from 1, in pixels: those that were measured, and a guess for the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heights {
    /// By number, ascending.
    known: Vec<(i64, f64)>,
    guess: Option<f64>,
}

impl Heights {
    /// A row was drawn, and is so high.
    pub fn measured(&mut self, row: i64, height: f64) {
        match self.known.binary_search_by(|(known, _)| known.cmp(&row)) {
            Ok(place) => self.known[place].1 = height,
            Err(place) => self.known.insert(place, (row, height)),
        }
        if self.guess.is_none() && self.known.len() >= ENOUGH {
            let sum: f64 = self.known.iter().map(|(_, height)| height).sum();
            self.guess = Some((sum / self.known.len() as f64).max(1.0));
        }
    }

    /// How far the top of a row is from the top of the list.
    pub fn above(&self, row: i64) -> f64 {
        let guess = self.guess();
        let known = self.known.iter().take_while(|(known, _)| *known < row);
        known.fold(guess * (row - 1).max(0) as f64, |sum, (_, height)| sum + height - guess)
    }

    /// The row that is so far from the top of the list; its number is not bounded.
    pub fn at(&self, y: f64) -> i64 {
        let guess = self.guess();
        // The top of row `next`, before which everything has been passed.
        let (mut next, mut top) = (1, 0.0);
        for &(row, height) in &self.known {
            let row_top = top + guess * (row - next) as f64;
            if y < row_top {
                break;
            }
            if y < row_top + height {
                return row;
            }
            (next, top) = (row + 1, row_top + height);
        }
        next + ((y - top) / guess).max(0.0) as i64
    }

    fn guess(&self) -> f64 {
        self.guess.unwrap_or(FIRST_GUESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_where_it_is() {
        let mut heights = Heights::default();
        for row in (1..=400).rev().step_by(7) {
            heights.measured(row, 20.5 + f64::from((row as u8) % 90));
        }
        for row in 1..=500 {
            let (top, next) = (heights.above(row), heights.above(row + 1));
            assert_eq!((heights.at(top + 0.01), heights.at(next - 0.01)), (row, row), "{top} to {next}");
        }
        assert_eq!(heights.at(-5.0), 1);
    }

    #[test]
    fn the_guess_is_the_mean_of_the_first_and_stays() {
        let mut heights = Heights::default();
        (1..=20).for_each(|row| heights.measured(row, 60.0));
        assert_eq!(heights.above(100_001), 6_000_000.0);
        heights.measured(50_000, 90.0);
        assert_eq!(heights.above(100_001), 6_000_030.0);
        heights.measured(50_000, 60.0);
        assert_eq!(heights.above(100_001), 6_000_000.0, "measured again is measured once");
    }
}
