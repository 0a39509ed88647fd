//! A large file, sent from the disk: what it takes of the page's memory.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use thirtyfour::By;
use tokio::time::Instant;

use crate::past::Past;
use crate::probe;
use crate::table::{Aim, Row};

pub const MEBIBYTES: u64 = 500;

const MIB: f64 = 1024.0 * 1024.0;
/// Between two looks at the memory.
const PAUSE: Duration = Duration::from_millis(50);
/// What a slice is read into and hashed in, and what the collector leaves for a while.
const FLAT: f64 = 24.0;

pub async fn measure() -> Result<Vec<Row>> {
    let past = Past::begin().await?;
    let mia = past.mia_arrives().await?;
    probe::install(&past, &mia, "").await?;
    mia.connected().await?;
    mia.open_dialog("Leo").await?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("large.bin");
    write(&path)?;
    let before = probe::memory(&mia).await?;
    let begun = Instant::now();
    let chosen = mia.browser.driver.find(By::ClassName("composer__files")).await?;
    chosen.send_keys(path.to_string_lossy()).await?;
    mia.press("//dialog[@open]//button[normalize-space()='Send']").await?;
    let mut most = before;
    while !mia.bubbles().await?.iter().any(|bubble| bubble.is("", "Sent")) {
        most = most.max(probe::memory(&mia).await?);
        tokio::time::sleep(PAUSE).await;
    }
    let rate = MEBIBYTES as f64 / begun.elapsed().as_secs_f64();
    let added = (most - before) / MIB;
    Ok(vec![
        Row::new(
            format!("memory that sending {MEBIBYTES} MiB adds to the page, at most"),
            "MiB",
            added,
            Aim::AtMost(FLAT),
        ),
        Row::new("  from choosing it until it is sent", "MiB/s", rate, Aim::None),
    ])
}

/// Other bytes in every mebibyte, so that none of it is anywhere already.
fn write(path: &Path) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for number in 0..MEBIBYTES {
        let mut mebibyte = vec![number as u8; MIB as usize];
        mebibyte[..8].copy_from_slice(&number.to_be_bytes());
        file.write_all(&mebibyte)?;
    }
    Ok(file.flush()?)
}
