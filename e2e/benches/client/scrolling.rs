//! Scrolling through a very long conversation, with the network.

use std::time::Duration;

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::figures::Figures;
use crate::past::{Past, texts};
use crate::person::Person;
use crate::probe;
use crate::table::{Aim, Row};

pub const MESSAGES: usize = 100_000;

const FRAMES: usize = 1_200;
const ROUNDS: usize = 3;
/// Keys that are pressed in the composer, one after the other.
const KEYS: usize = 60;
/// Milliseconds a frame lasts.
pub const FRAME: f64 = 1_000.0 / 60.0;
/// How much later than it should the browser's timer begins a frame although nothing was in its way. A frame that was
/// missed is later by a whole one.
pub const JITTER: f64 = 1.0;
const MIB: f64 = 1024.0 * 1024.0;

#[derive(Deserialize)]
pub struct Scrolled {
    /// Between the beginnings of two frames.
    pub intervals: Vec<f64>,
    /// From a frame's beginning until it is painted.
    work: Vec<f64>,
    nodes: f64,
    /// Frames in which no message was in view.
    pub empty: f64,
}

pub async fn measure() -> Result<Vec<Row>> {
    let past = Past::begin().await?;
    past.talk(past.dialog, &texts("Dialog", MESSAGES)).await?;
    let mia = past.mia_arrives().await?;
    mia.browser.driver.set_script_timeout(Duration::from_secs(300)).await?;
    let scripts = concat!(include_str!("scrolling.js"), "\n", include_str!("keys.js"));
    probe::install(&past, &mia, scripts).await?;
    mia.connected().await?;
    mia.open_dialog("Leo").await?;
    mia.find("//*[@class='dialog__log']//*[@class='bubble__text']").await?;
    let keys = keys(&mia).await?;
    let [mut on_time, mut work, mut empty, mut nodes, mut memory] = [const { Vec::new() }; 5];
    for _ in 0..ROUNDS {
        let scrolled = scroll(&mia).await?;
        on_time.push(Figures::new(scrolled.intervals).within(FRAME + JITTER));
        work.push(Figures::new(scrolled.work).within(FRAME));
        empty.push(scrolled.empty);
        nodes.push(scrolled.nodes);
        memory.push(probe::memory(&mia).await? / MIB);
        eprintln!(
            "  on time {on_time:.1?} %, work {work:.1?} %, {empty:?} empty, {nodes:?} nodes, {memory:.1?} MiB"
        );
    }
    let memory = Figures::new(memory);
    mia.browser.cdp("HeapProfiler.collectGarbage", json!({})).await?;
    let held = probe::memory(&mia).await? / MIB;
    Ok(vec![
        Row::new(
            "scrolling: frames that came on time",
            "%",
            Figures::new(on_time).median(),
            Aim::AtLeast(95.0),
        ),
        Row::new("  frames whose work was within 16.7 ms", "%", Figures::new(work).median(), Aim::None),
        Row::new(
            format!("  frames of {FRAMES} in which no message was to be seen"),
            "",
            Figures::new(empty).median(),
            Aim::None,
        ),
        Row::new("  nodes in the dialog, most", "", Figures::new(nodes).most(), Aim::AtMost(400.0)),
        Row::new("  memory of the page, most", "MiB", memory.most(), Aim::AtMost(64.0)),
        Row::new("  of that what is no garbage", "MiB", held, Aim::None),
        Row::new("work of a key in the composer below: median", "ms", keys.median(), Aim::AtMost(8.0)),
        Row::new(format!("  worst of {KEYS}"), "ms", keys.most(), Aim::AtMost(8.0)),
    ])
}

/// Writes, and sends nothing.
async fn keys(mia: &Person) -> Result<Figures> {
    for number in 1..=KEYS {
        mia.write(if number % 6 == 0 { " " } else { "k" }).await?;
        let seen = format!("return window.keys.length === {number} || null");
        probe::result::<bool>(mia, &seen).await?;
    }
    Ok(Figures::new(probe::result(mia, "return window.keys").await?))
}

pub async fn scroll(mia: &Person) -> Result<Scrolled> {
    mia.browser
        .run("const log = document.querySelector('.dialog__log'); log.scrollTop = log.scrollHeight")
        .await?;
    let script = "scrollThrough(arguments[0]).then(arguments[1])";
    let scrolled = mia.browser.driver.execute_async(script, vec![FRAMES.into()]).await?;
    Ok(serde_json::from_value(scrolled.json().clone())?)
}
