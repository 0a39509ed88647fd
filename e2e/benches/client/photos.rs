//! A dialog of many photos: scrolled through, beside one of texts, and seen again without the network on a slow processor.

use std::time::Duration;

use anyhow::Result;

use crate::figures::Figures;
use crate::past::{Past, texts};
use crate::person::Person;
use crate::scrolling::{self, JITTER};
use crate::table::{Aim, Row};
use crate::{probe, wait::until};

pub const PHOTOS: usize = 1_000;

const ROUNDS: usize = 9;
const MIB: f64 = 1024.0 * 1024.0;

pub async fn measure() -> Result<Vec<Row>> {
    let past = Past::begin().await?;
    let texts_only = past.group("Texts").await?;
    past.talk(texts_only, &texts("Texts", PHOTOS)).await?;
    let mia = past.mia_arrives().await?;
    mia.browser.driver.set_script_timeout(Duration::from_secs(300)).await?;
    let scripts = concat!(include_str!("scrolling.js"), "\n", include_str!("photos.js"));
    probe::install(&past, &mia, scripts).await?;
    mia.connected().await?;
    mia.open_dialog("Leo").await?;
    mia.browser
        .driver
        .execute_async("sendPhotos(arguments[0]).then(arguments[1])", vec![PHOTOS.into()])
        .await?;
    let photos = through(&past, &mia, "Leo").await?;
    let memory = probe::memory(&mia).await? / MIB;
    let texts = through(&past, &mia, "Texts").await?;
    probe::installed(&mia).await?;
    mia.browser.offline(true).await?;
    probe::slow_down(&mia).await?;
    let again = again(&past, &mia).await?;
    Ok(vec![
        Row::new(
            format!("{PHOTOS} photos, scrolled: frames that came on time"),
            "%",
            photos,
            Aim::AtLeast(95.0),
        ),
        Row::new("  of as many texts", "%", texts, Aim::None),
        Row::new("  memory of the page with the photos, the pictures left out", "MiB", memory, Aim::None),
        Row::new(
            "a photo seen before, offline, slowed 4 times, after its place: median",
            "ms",
            again.median(),
            Aim::AtMost(50.0),
        ),
        Row::new(format!("  worst of {ROUNDS}"), "ms", again.most(), Aim::None),
    ])
}

/// Scrolls through a dialog, in a page that has shown none of it; in hundredths of its frames.
async fn through(past: &Past, mia: &Person, name: &str) -> Result<f64> {
    probe::open_anew(past, mia).await?;
    mia.connected().await?;
    mia.open_dialog(name).await?;
    mia.find("//*[@class='dialog__log']//*[contains(@class, 'bubble')]").await?;
    let scrolled = scrolling::scroll(mia).await?;
    let on_time = Figures::new(scrolled.intervals).within(scrolling::FRAME + JITTER);
    eprintln!("  {name}: {on_time:.1} % on time, {} empty", scrolled.empty);
    Ok(on_time)
}

async fn again(past: &Past, mia: &Person) -> Result<Figures> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        probe::open_anew(past, mia).await?;
        mia.open_dialog("Leo").await?;
        let look = || mia.browser.run("return window.pictured");
        let seen = until("the photo is there", look, |seen| !seen.is_null()).await?;
        times.push(serde_json::from_value(seen)?);
    }
    eprintln!("  seen again: {times:.0?}");
    Ok(Figures::new(times))
}
