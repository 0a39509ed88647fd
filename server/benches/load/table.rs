//! The figures side by side, the ratios, and whether the aims are met.

use std::time::Duration;

use crate::Figures;
use crate::fan_out::{SIZES, WRITERS};
use crate::latency::PER_SECOND;
use crate::memory::CONNECTIONS;
use crate::rate::{PAIRS, WINDOW};

/// What Kith has to keep, against the relay with SQLite, the bare one, or by itself.
enum Aim {
    None,
    AtMostTimes(f64),
    AtLeastTimes(f64),
    AtLeastTimesRelay(f64),
    AtMost(f64),
}

struct Row {
    what: String,
    unit: &'static str,
    /// Of the relay, the relay with SQLite, and Kith.
    values: [Option<f64>; 3],
    aim: Aim,
}

pub fn print(figures: &[Figures; 3], start: Duration) {
    let row = |what: &str, unit, of: &dyn Fn(&Figures) -> f64, aim| Row {
        what: what.to_owned(),
        unit,
        values: figures.each_ref().map(|figures| Some(of(figures))),
        aim,
    };
    let (kib, mib) = (1024.0, 1024.0 * 1024.0);
    let fan_out = |place: usize| {
        let what = format!("deliveries/s, group of {}", SIZES[place]);
        row(&what, "", &|of| median(&of.fan_outs[place], |rate| *rate), Aim::AtLeastTimesRelay(0.7))
    };
    let rows = [
        row("latency, half within", "ms", &|of| of.latencies.quantile(0.5), Aim::AtMostTimes(2.0)),
        row("latency, 99 % within", "ms", &|of| of.latencies.quantile(0.99), Aim::None),
        row("messages a second", "", &|of| median(&of.rates, |rate| rate.per_second), Aim::AtLeastTimes(0.5)),
        row(
            "processor time a message",
            "µs",
            &|of| median(&of.rates, |rate| rate.cpu_per_message.as_secs_f64() * 1e6),
            Aim::None,
        ),
        fan_out(0),
        fan_out(1),
        row("memory a connection", "KiB", &|of| of.memory.per_connection / kib, Aim::AtMost(10.0)),
        row("memory at rest", "MiB", &|of| of.memory.at_rest as f64 / mib, Aim::AtMost(20.0)),
        Row {
            what: "start to first answer".to_owned(),
            unit: "ms",
            values: [None, None, Some(start.as_secs_f64() * 1e3)],
            aim: Aim::AtMost(100.0),
        },
    ];
    println!(
        "\nLatency: one pair, {PER_SECOND} messages a second. Rate: {PAIRS} pairs, {WINDOW} messages under way each. \
         Groups: {WRITERS} of their\n\
         members write, {WINDOW} messages under way each. Idle connections: {CONNECTIONS}.\n\
         The relay without SQLite keeps nothing; the one with it commits before it acknowledges, as Kith does.\n"
    );
    println!(
        "{:30} {:>10} {:>14} {:>10} {:>9} {:>10}  aim",
        "", "relay", "relay + SQLite", "Kith", "to relay", "to SQLite"
    );
    rows.iter().for_each(Row::print);
}

fn median<T>(rates: &[T], of: impl Fn(&T) -> f64) -> f64 {
    let mut values: Vec<f64> = rates.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Row {
    fn print(&self) {
        let [relay, sqlite, kith] = self.values;
        let shown = |value: Option<f64>| match value {
            None => "-".to_owned(),
            Some(value) if value >= 1_000.0 => format!("{value:.0}"),
            Some(value) => format!("{value:.2}"),
        };
        let ratio = |to: Option<f64>| to.zip(kith).map(|(to, kith)| kith / to);
        let times =
            |ratio: Option<f64>| ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2} x"));
        let what =
            if self.unit.is_empty() { self.what.clone() } else { format!("{}, {}", self.what, self.unit) };
        println!(
            "{what:30} {:>10} {:>14} {:>10} {:>9} {:>10}  {}",
            shown(relay),
            shown(sqlite),
            shown(kith),
            times(ratio(relay)),
            times(ratio(sqlite)),
            self.verdict(kith, ratio(relay), ratio(sqlite)),
        );
    }

    fn verdict(&self, kith: Option<f64>, to_relay: Option<f64>, to_sqlite: Option<f64>) -> String {
        let (aim, met) = match self.aim {
            Aim::None => return String::new(),
            Aim::AtMostTimes(most) => {
                (format!("at most {most} x SQLite"), to_sqlite.is_some_and(|ratio| ratio <= most))
            }
            Aim::AtLeastTimes(least) => {
                (format!("at least {least} x SQLite"), to_sqlite.is_some_and(|ratio| ratio >= least))
            }
            Aim::AtLeastTimesRelay(least) => {
                (format!("at least {least} x relay"), to_relay.is_some_and(|ratio| ratio >= least))
            }
            Aim::AtMost(most) => {
                (format!("at most {most} {}", self.unit), kith.is_some_and(|kith| kith <= most))
            }
        };
        format!("{aim}: {}", if met { "met" } else { "not met" })
    }
}
