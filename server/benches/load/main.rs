//! How fast and how small Kith is, beside what the same machine can do at best, measured in the same run.
//!
//! Two floors stand beside it: a bare WebSocket relay, and the same relay with SQLite under it, which is as durable as
//! Kith and knows nothing else. A ratio to them says what Kith adds, whatever the machine. Every server is a process of
//! its own, so that its memory and processor time are its own too; all speak the same frames, so that what drives them
//! is the same.

#[path = "../common/mod.rs"]
mod common;
mod fan_out;
mod floor;
mod kith;
mod latency;
mod memory;
mod push;
mod rate;
mod seat;
mod start;
mod table;

use std::env;
use std::path::Path;

use anyhow::Result;
use common::data;
use common::latencies::Latencies;
use common::process::{Process, let_in_many};
use seat::{Pair, Seat};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Times each is measured, in turns: what else the machine does hits all alike.
const ROUNDS: usize = 3;

/// A running server and who talks over it.
struct Subject {
    process: Process,
    pairs: Vec<Pair>,
    /// The members of a group of each size.
    groups: [Vec<Seat>; 2],
    _data: TempDir,
}

/// What was measured of one server.
#[derive(Default)]
struct Figures {
    latencies: Latencies,
    rates: Vec<rate::Rate>,
    /// Deliveries a second in the group of each size.
    fan_outs: [Vec<f64>; 2],
    memory: memory::Memory,
}

fn main() -> Result<()> {
    if let Some(floor::ARGUMENT) = env::args().nth(1).as_deref() {
        return floor::serve(env::args().nth(2).as_deref().map(Path::new));
    }
    let runtime = Runtime::new()?;
    let_in_many(memory::CONNECTIONS)?;
    if env::args().nth(1).as_deref() == Some("push") {
        table::print_pushes(&runtime.block_on(pushes(&runtime.block_on(kith())?))?);
        return Ok(());
    }
    let mut figures = [Figures::default(), Figures::default(), Figures::default()];

    let subjects = [relay()?, relay_with_sqlite()?, runtime.block_on(kith())?];
    for round in 1..=ROUNDS {
        eprintln!("messages: round {round} of {ROUNDS}");
        for (subject, figures) in subjects.iter().zip(&mut figures) {
            figures.latencies.extend(latency::measure(subject)?);
            figures.rates.push(runtime.block_on(rate::measure(subject))?);
        }
    }
    for round in 1..=ROUNDS {
        eprintln!("groups: round {round} of {ROUNDS}");
        for (subject, figures) in subjects.iter().zip(&mut figures) {
            for (members, rates) in subject.groups.iter().zip(&mut figures.fan_outs) {
                rates.push(runtime.block_on(fan_out::measure(subject, members))?);
            }
        }
    }
    eprintln!("pushes");
    let [_, _, kith] = &subjects;
    let pushes = runtime.block_on(pushes(kith))?;
    for (subject, figures) in subjects.into_iter().zip(&mut figures) {
        eprintln!("memory: {} idle connections", memory::CONNECTIONS);
        figures.memory = runtime.block_on(memory::measure(subject))?;
    }
    eprintln!("start");
    let start = start::measure()?;
    table::print(&figures, start);
    table::print_pushes(&pushes);
    Ok(())
}

async fn pushes(kith: &Subject) -> Result<push::Pushes> {
    let [_, large] = &kith.groups;
    push::measure(kith, large).await
}

fn relay() -> Result<Subject> {
    let (pairs, groups) = (floor::pairs(), floor::groups());
    Ok(Subject { process: floor::start(None)?, pairs, groups, _data: data()? })
}

fn relay_with_sqlite() -> Result<Subject> {
    let (data, pairs, groups) = (data()?, floor::pairs(), floor::groups());
    Ok(Subject { process: floor::start(Some(data.path()))?, pairs, groups, _data: data })
}

async fn kith() -> Result<Subject> {
    let data = data()?;
    // The push service is on this machine.
    let process = common::kith::start(data.path(), &["--webhooks-to-private"])?;
    let (pairs, groups) = kith::people(process.address()).await?;
    Ok(Subject { process, pairs, groups, _data: data })
}
