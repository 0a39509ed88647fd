//! A push into a service worker that is asleep, until it is shown, and the window in which it is answered.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::json;

use crate::delivery::{Pushes, me, press, push_of, shows};
use crate::devtools::DevTools;
use crate::figures::Figures;
use crate::past::{Past, texts};
use crate::person::Person;
use crate::probe;
use crate::table::{Aim, Row};

const ROUNDS: usize = 15;
const IN_MS: f64 = 1_000.0;
const ASLEEP: Duration = Duration::from_millis(500);
/// No tool slows a service worker down: it has a quarter of the time it would have on a processor four times slower.
const SHOWN: f64 = 100.0 / 4.0;
/// When the newest notification was made, once there is one after this moment, in milliseconds since the Unix epoch.
const SHOWN_AT: &str = "new Promise(shown => {
    const look = () => navigator.serviceWorker.getRegistration().then(it => it.getNotifications())
        .then(all => all[0]?.timestamp >= BEGUN ? shown(all[0].timestamp) : setTimeout(look, 5));
    look();
})";
/// When the window shows what is answered, in milliseconds after it was asked for.
const UP: &str = "addEventListener('DOMContentLoaded', () => {
    const reply = document.querySelector('.reply');
    const up = () => { window.up = performance.now(); };
    if (reply) new MutationObserver(up).observe(reply, { attributes: true });
})";

pub async fn measure() -> Result<Vec<Row>> {
    let past = Past::begin().await?;
    past.talk(past.dialog, &texts("Leo", 1)).await?;
    let mia = past.mia_arrives().await?;
    probe::install(&past, &mia, UP).await?;
    mia.connected().await?;
    mia.open_dialog("Leo").await?;
    let mut pushes = Pushes::to(&mia, &past.server).await?;
    let shown = shown(&mia, &mut pushes).await?;
    let window = window(&past, &mia, &mut pushes).await?;
    Ok(vec![
        Row::new(
            "a push, its worker asleep, until it is shown: median",
            "ms",
            shown.median(),
            Aim::AtMost(SHOWN),
        ),
        Row::new(format!("  worst of {ROUNDS}"), "ms", shown.most(), Aim::None),
        Row::new("window to answer in, slowed 4 times: up after", "ms", window, Aim::AtMost(300.0)),
    ])
}

async fn shown(mia: &Person, pushes: &mut Pushes) -> Result<Figures> {
    let test = json!({"type": "test", "user": me(mia).await?}).to_string();
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        falls_asleep(&mut pushes.page).await?;
        let begun = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() * IN_MS;
        pushes.deliver(&test).await?;
        let shown = pushes.page.run(&SHOWN_AT.replace("BEGUN", &begun.to_string())).await?;
        times.push(shown.as_f64().context("a time")? - begun);
    }
    Ok(Figures::new(times))
}

/// What comes while it is on its way to sleep is lost, so it is given a while.
async fn falls_asleep(page: &mut DevTools) -> Result<()> {
    page.call("ServiceWorker.stopAllWorkers", json!({})).await?;
    tokio::time::sleep(ASLEEP).await;
    Ok(())
}

async fn window(past: &Past, mia: &Person, pushes: &mut Pushes) -> Result<f64> {
    let (mut push, mias) = (push_of(mia, 1).await?, me(mia).await?);
    push["user"] = mias;
    let close = "navigator.serviceWorker.getRegistration().then(it => it.getNotifications())
        .then(all => all.forEach(it => it.close()))";
    pushes.page.run(close).await?;
    mia.open("about:blank").await?;
    pushes.deliver(&push.to_string()).await?;
    let mut worker = DevTools::worker(&mia.browser).await?;
    let told = json!([[push["title"], push["text"], push["seq"]]]);
    shows(&mut worker, told).await?;
    worker.run("(clients.openWindow = (url) => { self.opened = url; }, 0)").await?;
    press(&mut worker, "answer", None).await?;
    let path = worker.run("self.opened").await?;
    probe::slow_down(mia).await?;
    mia.open(&past.server.url(path.as_str().context("a window is opened")?)).await?;
    probe::result(mia, "return window.up ?? null").await
}
