//! What was measured, as a table.

use std::time::Duration;

use crate::Figures;
use crate::common::median;
use crate::common::table::{Aim, Floor, Row, Table, verdict};
use crate::fan_out::{SIZES, WRITERS};
use crate::latency::PER_SECOND;
use crate::memory::CONNECTIONS;
use crate::push::Pushes;
use crate::rate::{PAIRS, WINDOW};

const TABLE: Table = Table { floors: [("relay", "relay"), ("relay + SQLite", "SQLite")] };

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
        let aim = Aim::AtLeastTimes(0.7, Floor::First);
        row(&what, "", &|of| median(&of.fan_outs[place], |rate| *rate), aim)
    };
    let (latency, rate) = (Aim::AtMostTimes(2.0, Floor::Second), Aim::AtLeastTimes(0.5, Floor::Second));
    let rows = [
        row("latency, half within", "ms", &|of| of.latencies.quantile(0.5), latency),
        row("latency, 99 % within", "ms", &|of| of.latencies.quantile(0.99), Aim::None),
        row("messages a second", "", &|of| median(&of.rates, |rate| rate.per_second), rate),
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
    TABLE.print(&rows);
}

/// There is no floor for these: they are held against Kith itself in the same run.
pub fn print_pushes(Pushes { recipients, latencies, cpu_per_push, without, with }: &Pushes) {
    let (without, with) = (median(without, |rate| *rate), median(with, |rate| *rate));
    let late = latencies.quantile(0.99);
    println!(
        "\nPushes to {recipients} devices of a group, over connections that are there, from the message to the request:\n\
         half within {:.1} ms, 99 % within {late:.1} ms (aim: at most 50 ms: {}); {:.0} µs of the server's processor time each.\n\
         Deliveries/s to those who are connected: {without:.0} while nobody gets pushes, {with:.0} while all do, {:.2} x\n\
         (aim: at least 0.95 x: {}).",
        latencies.quantile(0.5),
        verdict(late <= 50.0),
        cpu_per_push.as_secs_f64() * 1e6,
        with / without,
        verdict(with >= 0.95 * without),
    );
}
