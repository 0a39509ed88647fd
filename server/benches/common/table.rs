//! Figures side by side, the ratios of Kith to its two floors, and whether the aims are met.

/// What Kith has to keep, by itself or against one of the floors.
#[allow(dead_code, reason = "each benchmark has aims of its own")]
pub enum Aim {
    None,
    AtMost(f64),
    AtMostTimes(f64, Floor),
    AtLeastTimes(f64, Floor),
}

/// Which of the two.
#[derive(Clone, Copy)]
pub enum Floor {
    First,
    Second,
}

/// Whether an aim is met, in words.
pub fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "not met" }
}

pub struct Row {
    pub what: String,
    pub unit: &'static str,
    /// Of the floors, then of Kith.
    pub values: [Option<f64>; 3],
    pub aim: Aim,
}

/// The floors' names, in full and for what stands beside `to`.
pub struct Table {
    pub floors: [(&'static str, &'static str); 2],
}

impl Table {
    pub fn print(&self, rows: &[Row]) {
        let [(first, short_first), (second, short_second)] = self.floors;
        let (to_first, to_second) = (format!("to {short_first}"), format!("to {short_second}"));
        println!("{:30} {first:>10} {second:>16} {:>10} {to_first:>9} {to_second:>10}  aim", "", "Kith");
        rows.iter().for_each(|row| self.print_row(row));
    }

    fn print_row(&self, row: &Row) {
        let [first, second, kith] = row.values;
        let shown = |value: Option<f64>| match value {
            None => "-".to_owned(),
            Some(value) if value >= 1_000.0 => format!("{value:.0}"),
            Some(value) => format!("{value:.2}"),
        };
        let times = |floor| row.ratio(floor).map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2} x"));
        let what = if row.unit.is_empty() { row.what.clone() } else { format!("{}, {}", row.what, row.unit) };
        println!(
            "{what:30} {:>10} {:>16} {:>10} {:>9} {:>10}  {}",
            shown(first),
            shown(second),
            shown(kith),
            times(Floor::First),
            times(Floor::Second),
            self.verdict(row),
        );
    }

    fn verdict(&self, row: &Row) -> String {
        let name = |floor| self.floors[floor as usize].1;
        let (aim, met) = match row.aim {
            Aim::None => return String::new(),
            Aim::AtMost(most) => {
                (format!("at most {most} {}", row.unit), row.values[2].is_some_and(|kith| kith <= most))
            }
            Aim::AtMostTimes(most, floor) => (
                format!("at most {most} x {}", name(floor)),
                row.ratio(floor).is_some_and(|ratio| ratio <= most),
            ),
            Aim::AtLeastTimes(least, floor) => (
                format!("at least {least} x {}", name(floor)),
                row.ratio(floor).is_some_and(|ratio| ratio >= least),
            ),
        };
        format!("{aim}: {}", verdict(met))
    }
}

impl Row {
    fn ratio(&self, to: Floor) -> Option<f64> {
        self.values[to as usize].zip(self.values[2]).map(|(to, kith)| kith / to)
    }
}
