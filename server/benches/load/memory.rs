//! Memory at rest, and what each connection adds that only listens.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::Subject;
use crate::common::process::Process;

pub const CONNECTIONS: usize = 5_000;
/// For what a start or a connection leaves behind to be done.
const SETTLE: Duration = Duration::from_millis(500);

#[derive(Default)]
pub struct Memory {
    /// In bytes, as the next.
    pub at_rest: u64,
    pub per_connection: f64,
}

/// Of the server started anew: memory that earlier work has left free would hide what connections take.
pub async fn measure(mut subject: Subject) -> Result<Memory> {
    subject.process.restart()?;
    tokio::time::sleep(SETTLE).await;
    let at_rest = resident(&subject.process)?;

    let address = subject.process.address();
    let seats = subject.pairs.iter().flat_map(|pair| [&pair.writer, &pair.reader]);
    let connections = stream::iter(seats.cycle().take(CONNECTIONS)).map(|seat| seat.connect(address));
    let connections: Vec<_> = connections.buffer_unordered(64).try_collect().await?;
    tokio::time::sleep(SETTLE).await;
    let connected = resident(&subject.process)?;
    let per_connection = connected.saturating_sub(at_rest) as f64 / connections.len() as f64;
    Ok(Memory { at_rest, per_connection })
}

/// In bytes.
fn resident(process: &Process) -> Result<u64> {
    let rollup = fs::read_to_string(process.about("smaps_rollup"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:")).context("no Rss")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<u64>()? * 1024)
}
