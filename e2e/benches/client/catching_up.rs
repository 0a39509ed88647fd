//! Coming back to a conversation in which much was written meanwhile.

use anyhow::Result;
use serde::Deserialize;

use crate::figures::Figures;
use crate::past::{Past, texts};
use crate::person::Person;
use crate::probe;
use crate::table::{Aim, Row};

pub const MESSAGES: usize = 10_000;

/// Times one is away.
const ROUNDS: usize = 3;
/// Messages that are there already.
const BEFORE: usize = 100;

#[derive(Debug, Deserialize)]
struct CaughtUp {
    online: f64,
    stored: f64,
}

pub async fn measure() -> Result<Vec<Row>> {
    let past = Past::begin().await?;
    past.talk(past.dialog, &texts("Dialog", BEFORE)).await?;
    let mia = past.mia_arrives().await?;
    probe::install(&past, &mia, include_str!("catching_up.js")).await?;
    mia.connected().await?;
    probe::stored(&mia, BEFORE).await?;
    let mut times = Vec::new();
    for round in 1..=ROUNDS {
        times.push(be_away(&past, &mia, BEFORE + MESSAGES * round).await?);
    }
    let online = Figures::new(times.iter().map(|times| times.online).collect());
    let both = Figures::new(times.iter().map(|times| times.stored.max(times.online)).collect());
    Ok(vec![
        Row::new(
            "10,000 missed messages stored, and online: median",
            "ms",
            both.median(),
            Aim::AtMost(2_500.0),
        ),
        Row::new(format!("  worst of {ROUNDS}"), "ms", both.most(), Aim::None),
        Row::new("  online: median", "ms", online.median(), Aim::None),
    ])
}

/// Misses messages, so that there are `all` in the end.
async fn be_away(past: &Past, mia: &Person, all: usize) -> Result<CaughtUp> {
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    past.leo.write(past.dialog, &texts("Missed", MESSAGES)).await?;
    mia.browser.run(&format!("awaitMissed({all})")).await?;
    mia.browser.offline(false).await?;
    let caught_up: CaughtUp = probe::result(mia, "return window.caughtUp").await?;
    eprintln!("  {caught_up:.0?}");
    Ok(caught_up)
}
