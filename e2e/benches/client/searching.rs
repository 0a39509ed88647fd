//! Searching a device that holds much, without the network.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use crate::figures::Figures;
use crate::past::{Past, texts};
use crate::person::Person;
use crate::probe;
use crate::table::{Aim, Row};

pub const MESSAGES: usize = 100_000;

/// Messages that are made searchable together.
const BLOCK: usize = 512;
/// Between the press on the field and the first letter.
const HAND: Duration = Duration::from_millis(300);
/// Words that are searched for, each in one message.
const WORDS: usize = 20;

pub async fn measure() -> Result<Vec<Row>> {
    let past = Past::begin().await?;
    let mia = past.mia_arrives().await?;
    probe::install(&past, &mia, include_str!("searching.js")).await?;
    mia.connected().await?;
    past.talk(past.dialog, &texts("Dialog", MESSAGES)).await?;
    probe::stored(&mia, MESSAGES).await?;
    probe::records(&mia, "search", MESSAGES / BLOCK + 1).await?;
    mia.browser.offline(true).await?;
    probe::open_anew(&past, &mia).await?;
    mia.see("Offline.").await?;
    mia.press("//input[@type='search']").await?;
    tokio::time::sleep(HAND).await;
    let first = search(&mia, "99").await?;
    let mut rare = Vec::new();
    for number in 1..=WORDS {
        rare.push(search(&mia, &(number * MESSAGES / WORDS - 1).to_string()).await?);
    }
    let mut common = Vec::new();
    for word in ["and", "on", "Dialog", "so"] {
        common.push(search(&mia, word).await?);
    }
    eprintln!("  first: {first:.0}; rare words: {rare:.0?}; common: {common:.0?}");
    let (rare, common) = (Figures::new(rare), Figures::new(common));
    Ok(vec![
        Row::new(
            "first result painted, of a word in one message: median",
            "ms",
            rare.median(),
            Aim::AtMost(50.0),
        ),
        Row::new(format!("  worst of {WORDS}"), "ms", rare.most(), Aim::None),
        Row::new("  of one in all: worst", "ms", common.most(), Aim::AtMost(50.0)),
        Row::new("  the first search after opening", "ms", first, Aim::AtMost(50.0)),
    ])
}

async fn search(mia: &Person, word: &str) -> Result<f64> {
    mia.browser.driver.execute("search(arguments[0])", vec![Value::from(word)]).await?;
    probe::result(mia, "return window.found").await
}
