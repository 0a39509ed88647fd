//! Opening the app without the network on a device that holds much, with a slow processor, and a dialog in it.

use std::time::Duration;

use anyhow::Result;

use crate::figures::Figures;
use crate::past::{Past, texts};
use crate::person::Person;
use crate::probe;
use crate::table::{Aim, Row};

pub const MESSAGES: usize = 20_000;
pub const CONVERSATIONS: usize = 200;

/// Times the app is opened.
const ROUNDS: usize = 9;
/// Dialogs that are opened, each once.
const DIALOGS: usize = 10;
/// How long somebody looks at the list before they choose.
const LOOK: Duration = Duration::from_secs(1);

pub async fn measure() -> Result<Vec<Row>> {
    let past = Past::begin().await?;
    for number in 1..=CONVERSATIONS {
        let name = format!("Group {number}");
        let group = past.group(&name).await?;
        past.talk(group, &texts(&name, MESSAGES / CONVERSATIONS)).await?;
    }
    let mia = past.mia_arrives().await?;
    probe::install(&past, &mia, include_str!("opening.js")).await?;
    mia.connected().await?;
    probe::stored(&mia, MESSAGES).await?;
    probe::installed(&mia).await?;
    mia.browser.offline(true).await?;
    probe::slow_down(&mia).await?;
    let (lists, dialogs) = (lists(&past, &mia).await?, dialogs(&mia).await?);
    Ok(vec![
        Row::new(
            "Contact List painted, offline, slowed 4 times: median",
            "ms",
            lists.median(),
            Aim::AtMost(300.0),
        ),
        Row::new(format!("  worst of {ROUNDS}"), "ms", lists.most(), Aim::None),
        Row::new(
            "dialog painted after the click, likewise: median",
            "ms",
            dialogs.median(),
            Aim::AtMost(100.0),
        ),
        Row::new(format!("  worst of {DIALOGS}"), "ms", dialogs.most(), Aim::AtMost(100.0)),
    ])
}

async fn lists(past: &Past, mia: &Person) -> Result<Figures> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        probe::open_anew(past, mia).await?;
        times.push(probe::result(mia, "return window.opened").await?);
    }
    eprintln!("  Contact List: {times:.0?}");
    Ok(Figures::new(times))
}

async fn dialogs(mia: &Person) -> Result<Figures> {
    // A page that was opened without the network may say that it is there until it is told.
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    tokio::time::sleep(LOOK).await;
    let mut times = Vec::new();
    for number in 0..DIALOGS {
        let name = format!("Group {}", CONVERSATIONS - number);
        mia.open_dialog(&name).await?;
        times.push(probe::result(mia, "return window.shown").await?);
    }
    eprintln!("  dialogs: {times:.0?}");
    Ok(Figures::new(times))
}
