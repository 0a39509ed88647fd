//! A new version: fetched in the background, offered, and never mixed with the one before; a broken one recovers.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::accessibility::look;
use crate::delivery::{Pushes, me, push_of, shows};
use crate::devtools::DevTools;
use crate::offline::installed;
use crate::person::Person;
use crate::releases::Releases;
use crate::server::Server;
use crate::wait::until;

const READY: &str = "A new version of Kith is ready.";

/// Mia with the first version on her device.
async fn mia_before(releases: &Releases) -> Result<Person> {
    let mia =
        Person { browser: crate::browser::Browser::open(crate::browser::DESKTOP).await?, name: "Mia".into() };
    mia.open(&releases.url("/")).await?;
    mia.click("Register").await?;
    mia.sign_up().await?;
    mia.connected().await?;
    installed(&mia).await?;
    Ok(mia)
}

#[tokio::test]
async fn a_new_version_waits_until_it_is_wanted_and_other_tabs_go_on_with_theirs() -> Result<()> {
    let server = Server::start()?;
    let releases = Releases::start(&server)?;
    let mia = mia_before(&releases).await?;
    mia.click("Notes to self").await?;
    mia.write("half a th").await?;
    let old = script(&mia).await?;
    let first = mia.browser.driver.window().await?;

    releases.release("2", false);
    look_for_updates(&mia).await?;
    mia.see(READY).await?;
    ensure!(version(&mia).await? == Value::Null, "it took over by itself");
    look(&mia, "update").await?;
    // Nor does a reload mix the two, and offline the old one is whole.
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.browser.refresh().await?;
    mia.see("Offline.").await?;
    ensure!(version(&mia).await? == Value::Null, "an old page asked for the new version");
    mia.browser.offline(false).await?;
    mia.connected().await?;
    mia.see(READY).await?;

    let second = mia.browser.driver.new_tab().await?;
    mia.browser.driver.switch_to_window(second.clone()).await?;
    mia.open(&releases.url("/")).await?;
    mia.see(READY).await?;
    mia.click("Reload").await?;
    until("the new version is there", || version(&mia), |version| *version == "2").await?;
    mia.see("Chats").await?;
    mia.see_no_more(READY).await?;
    ensure!(script(&mia).await? != old, "the new page has the old script");

    // The other tab was not touched, and its files are still to be had, which the server has no more.
    mia.browser.driver.switch_to_window(first.clone()).await?;
    ensure!(version(&mia).await? == Value::Null, "the other tab was loaded anew");
    ensure!(status(&mia, &old).await? == 200, "an old page has lost its files");
    ensure!(
        mia.composer().await?.prop("value").await?.unwrap_or_default() == "half a th",
        "what was written is gone"
    );
    mia.see(READY).await?;
    mia.click("Reload").await?;
    until("the new version is there", || version(&mia), |version| *version == "2").await?;
    ensure!(
        mia.composer().await?.prop("value").await?.unwrap_or_default() == "half a th",
        "what was written is gone"
    );
    // The other one has the connection for both.
    mia.browser.driver.switch_to_window(second).await?;
    mia.browser.driver.close_window().await?;
    mia.browser.driver.switch_to_window(first).await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.browser.refresh().await?;
    mia.see("Offline.").await?;
    until("the new version is whole", || version(&mia), |version| *version == "2").await?;
    Ok(())
}

#[tokio::test]
async fn a_version_that_does_not_come_whole_is_not_offered_and_the_next_one_is() -> Result<()> {
    let server = Server::start()?;
    let releases = Releases::start(&server)?;
    let mia = mia_before(&releases).await?;
    releases.release("2", true);
    look_for_updates(&mia).await?;
    mia.browser.refresh().await?;
    mia.connected().await?;
    ensure!(version(&mia).await? == Value::Null, "half a version was taken");
    ensure!(!mia.screen().await?.contains(READY), "half a version is offered");
    releases.release("3", false);
    look_for_updates(&mia).await?;
    mia.see(READY).await?;
    mia.click("Reload").await?;
    until("the next version is there", || version(&mia), |version| *version == "3").await?;
    mia.connected().await
}

#[tokio::test]
async fn what_was_kept_and_does_not_start_any_more_is_removed_and_had_anew() -> Result<()> {
    let server = Server::start()?;
    let releases = Releases::start(&server)?;
    let mia = mia_before(&releases).await?;
    // The module is no module, though the server still has it.
    damage(&mia, "await cache.put(module, new Response('nonsense', { headers: { 'content-type': 'application/wasm' } }))")
        .await?;
    mia.browser.refresh().await?;
    mia.connected().await?;
    installed(&mia).await?;
    // The module is gone, and from the server too.
    releases.release("2", false);
    damage(&mia, "await cache.delete(module)").await?;
    mia.browser.refresh().await?;
    until("the new version is there", || version(&mia), |version| *version == "2").await?;
    mia.connected().await?;
    installed(&mia).await?;
    // So is the script, which can't see to it any more.
    releases.release("3", false);
    damage(&mia, "await cache.delete(script)").await?;
    mia.browser.refresh().await?;
    until("the next version is there", || version(&mia), |version| *version == "3").await?;
    mia.connected().await
}

#[tokio::test]
async fn a_server_whose_files_are_broken_is_asked_once_and_not_for_ever() -> Result<()> {
    let server = Server::start()?;
    let releases = Releases::start(&server)?;
    let mia = mia_before(&releases).await?;
    releases.release("2", true);
    damage(&mia, "await cache.delete(module)").await?;
    mia.browser.refresh().await?;
    let tried = "return document.documentElement.dataset.version === '2'
        && sessionStorage['kith.recovered'] && (window.stays ??= performance.now())";
    until("the new version was tried", || mia.browser.run(tried), |since| since.is_number()).await?;
    let stays = "return performance.now() - window.stays > 3000";
    until("the page stays", || mia.browser.run(stays), |stays| *stays == true).await?;
    // Once the server is well it is had by itself, at the next try.
    releases.release("3", false);
    mia.browser.refresh().await?;
    mia.connected().await
}

#[tokio::test]
async fn what_a_browser_took_away_is_fetched_again() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::register(&server, "Mia").await?;
    installed(&mia).await?;
    damage(&mia, "await cache.delete(module)").await?;
    mia.browser.refresh().await?;
    mia.connected().await?;
    let whole = "const done = arguments[0];
        (async () => {
            const [name] = await caches.keys();
            done((await (await caches.open(name)).keys()).some(({ url }) => url.endsWith('.wasm')));
        })()";
    until("the module is kept again", || asked(&mia, whole), |kept| *kept == true).await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.browser.refresh().await?;
    mia.see("Offline.").await?;
    Ok(())
}

#[tokio::test]
async fn a_worker_shows_what_servers_of_a_later_and_of_an_earlier_version_push() -> Result<()> {
    let server = Server::start()?;
    let releases = Releases::start(&server)?;
    let mia = mia_before(&releases).await?;
    let leo = Person::arrive(&server, "Leo").await?;
    leo.open(&mia.invitation_link().await?).await?;
    leo.sign_up().await?;
    leo.click("Accept and chat").await?;
    leo.connected().await?;
    let mias = me(&mia).await?;
    let mut pushes = Pushes::at(&mia, &releases.url("")).await?;

    // The server is the next version's; the worker is not yet, for nobody has opened the app.
    mia.open("about:blank").await?;
    releases.release("2", false);
    leo.send("Shall we go sailing?").await?;
    leo.last_is("Shall we go sailing?", "Sent").await?;
    let mut push = push_of(&leo, 1).await?;
    push["user"] = mias.clone();
    let mut later = push.clone();
    (later["kind"], later["text"], later["files"]) = (json!("hologram"), json!(null), json!(["hologram"]));
    later["glow"] = json!({"deep": [1, {"er": true}]});
    pushes.deliver(&later.to_string()).await?;
    let mut worker = DevTools::worker(&mia.browser).await?;
    shows(&mut worker, json!([["Leo", "New messages", 1]])).await?;
    pushes.deliver(&json!({"type": "aura", "user": mias}).to_string()).await?;
    shows(&mut worker, json!([["Kith", "New messages", 0], ["Leo", "New messages", 1]])).await?;

    // The app opens with what came, and is the next version's once that is wanted.
    mia.open(&releases.url("/")).await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&["Shall we go sailing?"]).await?;
    look_for_updates(&mia).await?;
    mia.see(READY).await?;
    mia.click("Reload").await?;
    until("the new version is there", || version(&mia), |version| *version == "2").await?;
    installed(&mia).await?;

    // An earlier server said less of a message.
    mia.open("about:blank").await?;
    leo.send("At six?").await?;
    leo.last_is("At six?", "Sent").await?;
    let push = push_of(&leo, 1).await?;
    let earlier = json!({
        "type": "message", "user": mias, "conversation": push["conversation"], "seq": push["seq"],
        "title": "Leo", "text": "At six?",
    });
    pushes.deliver(&earlier.to_string()).await?;
    let mut worker = DevTools::worker(&mia.browser).await?;
    shows(&mut worker, json!([["Kith", "New messages", 0], ["Leo", "At six?", 2]])).await?;
    leo.leave().await
}

async fn asked(person: &Person, script: &str) -> Result<Value> {
    Ok(person.browser.driver.execute_async(script, Vec::new()).await?.json().clone())
}

/// Does something to what is kept of the app.
async fn damage(person: &Person, how: &str) -> Result<()> {
    let script = format!(
        "const done = arguments[0];
        (async () => {{
            const module = document.querySelector('link[rel=preload]').href;
            const script = document.querySelector('script[type=module]').src;
            for (const name of await caches.keys()) {{
                const cache = await caches.open(name);
                {how};
            }}
            done(true);
        }})()"
    );
    asked(person, &script).await?;
    // Nor has the browser's own cache what this one lacks.
    person.browser.cdp("Network.clearBrowserCache", json!({})).await
}

/// As the app does every hour.
async fn look_for_updates(person: &Person) -> Result<()> {
    let script = "const done = arguments[0];
        navigator.serviceWorker.ready.then((it) => it.update()).then(() => done(true), () => done(false))";
    asked(person, script).await.map(drop)
}

/// Which version the page is; null is the first.
async fn version(person: &Person) -> Result<Value> {
    person.browser.run("return document.documentElement.dataset.version ?? null").await
}

async fn script(person: &Person) -> Result<String> {
    let script = "return document.querySelector('script[type=module]').src";
    Ok(person.browser.run(script).await?.as_str().unwrap_or_default().to_owned())
}

async fn status(person: &Person, url: &str) -> Result<Value> {
    let script =
        format!("const done = arguments[0]; fetch('{url}').then((it) => done(it.status), () => done(0))");
    asked(person, &script).await
}
