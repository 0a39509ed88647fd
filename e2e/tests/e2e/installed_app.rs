//! Kith as an installed app: what a browser asks of one, its shortcuts, what other apps share with it, and its being offered.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::accessibility::look;
use crate::devtools::DevTools;
use crate::offline::installed;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

/// Hands over a text, and a file with it, as the system does for another app.
const SHARE: &str = "const share = (text, file) => {
        const form = document.body.appendChild(document.createElement('form'));
        Object.assign(form, { method: 'post', action: '/share', enctype: 'multipart/form-data' });
        for (const [name, value] of [['title', 'The lake'], ['text', text], ['url', 'https://lake.example/']]) {
            form.append(Object.assign(document.createElement('input'), { name, value }));
        }
        const files = form.appendChild(Object.assign(document.createElement('input'), { name: 'files', type: 'file' }));
        if (file) {
            const data = new DataTransfer();
            data.items.add(new File(['wind, 12 knots'], file, { type: 'text/plain' }));
            files.files = data.files;
        }
        form.submit();
    };";

#[tokio::test]
async fn a_browser_finds_all_it_asks_of_an_app() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::register(&server, "Mia").await?;
    installed(&mia).await?;
    let mut page = DevTools::page(&mia.browser).await?;
    let found = page.call("Page.getInstallabilityErrors", json!({})).await?;
    ensure!(found["installabilityErrors"] == json!([]), "{found}");
    let manifest = page.call("Page.getAppManifest", json!({})).await?;
    ensure!(manifest["errors"] == json!([]), "{manifest}");
    // Each icon is there, and as large as it says.
    let sizes = "const done = arguments[0];
        (async () => {
            const { icons, shortcuts } = await (await fetch('/manifest.webmanifest')).json();
            const wrong = [];
            for (const { src, sizes } of [...icons, ...shortcuts.flatMap((it) => it.icons)]) {
                const answer = await fetch(src);
                const { width, height } = sizes === 'any' ? {} : await createImageBitmap(await answer.blob());
                if (!answer.ok || (width && `${width}x${height}` !== sizes)) wrong.push(src);
            }
            done([wrong, shortcuts.map((it) => it.url)]);
        })()";
    let found = asked(&mia, sizes).await?;
    ensure!(found == json!([[], ["/group", "/notes", "/friends"]]), "{found}");
    for (path, title) in [("/group", "New group"), ("/notes", "Notes to self"), ("/friends", "Friends")] {
        mia.open(&server.url(path)).await?;
        mia.find(&format!("//h1[normalize-space()='{title}']")).await?;
    }
    // It starts without the network.
    mia.browser.offline(true).await?;
    mia.open(&server.url("/notes")).await?;
    mia.find("//h1[normalize-space()='Notes to self']").await.map(drop)
}

#[tokio::test]
async fn what_another_app_shares_goes_into_a_chosen_chat_offline_too() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    installed(&mia).await?;
    mia.browser.run(&format!("{SHARE} share('Closed until May')")).await?;
    mia.see("Share with").await?;
    mia.see("Closed until May").await?;
    look(&mia, "share").await?;
    mia.press("//button[contains(@class, 'share__row')][contains(., 'Leo')]").await?;
    mia.find("//h1[normalize-space()='Leo']").await?;
    let text = "The lake\nClosed until May\nhttps://lake.example/";
    let written = || async { Ok(mia.composer().await?.prop("value").await?.unwrap_or_default()) };
    until("it stands in the composer", written, |value| value == text).await?;
    ensure!(
        mia.browser.run("return document.querySelector('dialog[open]') === null").await? == true,
        "a file came along"
    );
    // It is not handed over twice.
    mia.open(&server.url("/share")).await?;
    mia.see("Nothing to share").await?;

    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.browser.run(&format!("{SHARE} share('', 'wind.txt')")).await?;
    mia.see("Share with").await?;
    mia.browser.offline(true).await?;
    mia.press("//button[contains(@class, 'share__row')][contains(., 'Leo')]").await?;
    mia.find("//dialog[@open]//*[contains(., 'wind.txt')]").await?;
    mia.press("//dialog[@open]//button[normalize-space()='Send']").await?;
    mia.browser.offline(false).await?;
    mia.find("//*[contains(@class, 'bubble')][contains(., 'wind.txt')]").await?;
    mia.browser.run(&format!("{SHARE} share('Bring a rope')")).await?;
    mia.press("//button[contains(@class, 'share__row')][contains(., 'Notes to self')]").await?;
    mia.find("//h1[normalize-space()='Notes to self']").await?;
    leo.leave().await
}

#[tokio::test]
async fn what_is_shared_while_nobody_is_logged_in_waits_for_whoever_does() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::register(&server, "Mia").await?;
    installed(&mia).await?;
    // What is not taken before one logs out is gone with it.
    mia.browser.run(&format!("{SHARE} share('Nobody else may see this')")).await?;
    mia.see("Nobody else may see this").await?;
    mia.press("//a[@aria-label='Settings']").await?;
    mia.click("Log out").await?;
    mia.press("//*[@class='confirm']//button[normalize-space()='Log out']").await?;
    mia.see("Welcome back").await?;
    ensure!(asked(&mia, "caches.has('shared').then(arguments[0])").await? == false, "it is still kept");
    mia.browser.run(&format!("{SHARE} share('Closed until May')")).await?;
    mia.see("Log in to share").await?;
    mia.fill("Username", "mia").await?;
    mia.fill("Password", crate::person::PASSWORD).await?;
    mia.press("//form//button[normalize-space()='Log in']").await?;
    mia.see("Closed until May").await
}

#[tokio::test]
async fn being_installed_is_offered_to_who_comes_back_and_never_again_once_refused() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let offer = "const offer = new Event('beforeinstallprompt', { cancelable: true });
        offer.prompt = () => { window.prompted = true };
        dispatchEvent(offer)";
    mia.browser.run(offer).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    mia.see("Install Kith").await?;
    ensure!(!mia.screen().await?.contains("at hand like any app"), "it is offered at once");
    // Two days before this one.
    mia.browser.run("localStorage['kith.days'] = '2 1'").await?;
    mia.browser.refresh().await?;
    mia.connected().await?;
    mia.browser.run(offer).await?;
    mia.see("at hand like any app").await?;
    look(&mia, "install").await?;
    mia.press("//button[@aria-label='Do not offer this again']").await?;
    mia.see_no_more("at hand like any app").await?;
    mia.browser.refresh().await?;
    mia.connected().await?;
    mia.browser.run(offer).await?;
    mia.see("Install Kith").await?;
    ensure!(!mia.screen().await?.contains("at hand like any app"), "it is offered again");
    mia.press("//section//button[normalize-space()='Install']").await?;
    ensure!(mia.browser.run("return window.prompted").await? == true, "the browser does not ask");
    mia.see_no_more("Install Kith").await?;
    mia.leave().await?;
    leo.leave().await
}

async fn asked(person: &Person, script: &str) -> Result<Value> {
    Ok(person.browser.driver.execute_async(script, Vec::new()).await?.json().clone())
}
