//! A large file, sent from the disk: what it takes of the page's memory.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use thirtyfour::By;
use tokio::time::Instant;

use crate::past::Past;
use crate::person::Person;
use crate::probe;
use crate::table::{Aim, Row};

pub const MEBIBYTES: u64 = 500;
/// A fifth of it, to see whether that takes less.
const FEWER: u64 = 100;

const MIB: f64 = 1024.0 * 1024.0;
/// Between two looks at the memory.
const PAUSE: Duration = Duration::from_millis(50);
/// Slices of 4 MiB that were hashed and sent, and that the browser's collector leaves for a while.
const FLAT: f64 = 64.0;

pub async fn measure() -> Result<Vec<Row>> {
    let past = Past::begin().await?;
    let mia = past.mia_arrives().await?;
    probe::install(&past, &mia, "").await?;
    mia.connected().await?;
    mia.open_dialog("Leo").await?;
    let (fewer, _) = send(&mia, FEWER).await?;
    let (added, seconds) = send(&mia, MEBIBYTES).await?;
    let rate = MEBIBYTES as f64 / seconds;
    Ok(vec![
        Row::new(
            format!("memory that sending {MEBIBYTES} MiB adds to the page, at most"),
            "MiB",
            added,
            Aim::AtMost(FLAT),
        ),
        Row::new(format!("  sending {FEWER} MiB"), "MiB", fewer, Aim::None),
        Row::new("  from choosing it until it is sent", "MiB/s", rate, Aim::None),
    ])
}

/// The memory it adds, in mebibytes, and how long it takes, in seconds.
async fn send(mia: &Person, mebibytes: u64) -> Result<(f64, f64)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("large.bin");
    write(&path, mebibytes)?;
    let sent = || async {
        let bubbles = mia.bubbles().await?;
        anyhow::Ok(bubbles.iter().filter(|bubble| bubble.is("", "Sent")).count())
    };
    let (before, earlier) = (probe::memory(mia).await?, sent().await?);
    let begun = Instant::now();
    let chosen = mia.browser.driver.find(By::ClassName("composer__files")).await?;
    chosen.send_keys(path.to_string_lossy()).await?;
    mia.press("//dialog[@open]//button[normalize-space()='Send']").await?;
    let mut most = before;
    while sent().await? == earlier {
        most = most.max(probe::memory(mia).await?);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(((most - before) / MIB, begun.elapsed().as_secs_f64()))
}

/// Other bytes in every mebibyte, so that none of it is anywhere already.
fn write(path: &Path, mebibytes: u64) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for number in 0..mebibytes {
        let mut mebibyte = vec![number as u8; MIB as usize];
        mebibyte[..8].copy_from_slice(&(number + mebibytes * mebibytes).to_be_bytes());
        file.write_all(&mebibyte)?;
    }
    Ok(file.flush()?)
}
