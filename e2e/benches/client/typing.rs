//! Writing a message.

use anyhow::Result;
use serde::Deserialize;

use crate::figures::Figures;
use crate::past::{Past, texts};
use crate::probe;
use crate::table::{Aim, Row};

pub const MESSAGES: usize = 30;

/// Messages that are there already.
const BEFORE: usize = 200;

#[derive(Deserialize)]
struct Typed {
    work: f64,
    shown: f64,
}

pub async fn measure() -> Result<Vec<Row>> {
    let past = Past::begin().await?;
    past.talk(past.dialog, &texts("Dialog", BEFORE)).await?;
    let mia = past.mia_arrives().await?;
    probe::install(&past, &mia, include_str!("typing.js")).await?;
    mia.connected().await?;
    mia.open_dialog("Leo").await?;
    for number in 1..=MESSAGES {
        mia.send(&format!("This is message number {number}")).await?;
        let seen = format!("return window.typed.length === {number} || null");
        probe::result::<bool>(&mia, &seen).await?;
    }
    let typed: Vec<Typed> = probe::result(&mia, "return window.typed").await?;
    let work = Figures::new(typed.iter().map(|typed| typed.work).collect());
    let shown = Figures::new(typed.iter().map(|typed| typed.shown).collect());
    Ok(vec![
        Row::new("work from Enter to the painted bubble: median", "ms", work.median(), Aim::AtMost(16.0)),
        Row::new(format!("  worst of {MESSAGES}"), "ms", work.most(), Aim::AtMost(16.0)),
        Row::new("  with waiting for the frame: median", "ms", shown.median(), Aim::None),
    ])
}
