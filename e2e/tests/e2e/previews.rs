//! Links and what they lead to, as it is shown before one goes there.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::accessibility::look;
use crate::person::Person;
use crate::server::Server;
use crate::site::Site;
use crate::wait::until;

/// The previews in bubbles, each with what it says, leads to, and whether its picture is there.
const SHOWN: &str = "return [...document.querySelectorAll('.bubble .preview')].map(card => [
    card.querySelector('.preview__title').textContent, card.href, card.rel, card.target,
    [...card.querySelectorAll('img')].map(image => image.src.startsWith('blob:') && image.naturalWidth > 0)])";

#[tokio::test]
async fn a_link_is_shown_with_what_its_page_says_to_who_writes_and_who_reads() -> Result<()> {
    let (server, site) = (Server::start_with(&["--link-previews", "private"])?, Site::start()?);
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.write(&format!("Shall we? {}", site.url("/boats"))).await?;
    mia.find("//*[@class='linked']//*[@class='preview__title'][.='Boats for hire, by the hour']").await?;
    look(&mia, "preview_writing").await?;
    mia.send("").await?;
    mia.find("//*[contains(@class, 'bubble--own')]//a[contains(@class, 'preview--large')]").await?;
    until("Leo sees the first one", || shown(&leo), |shown| *shown == [boats(&site)]).await?;
    leo.write(&site.url("/rain")).await?;
    leo.find("//*[@class='linked']//*[@class='preview__title'][.='Rain all day']").await?;
    leo.send(" it is").await?;
    let both = [boats(&site), rain(&site)];
    for person in [&mia, &leo] {
        until("both are shown", || shown(person), |shown| *shown == both).await?;
    }
    look(&mia, "preview_own").await?;
    look(&leo, "preview_read").await?;

    leo.browser.offline(true).await?;
    leo.browser.refresh().await?;
    until("both are there offline", || shown(&leo), |shown| *shown == both).await?;
    leo.browser.offline(false).await?;
    leo.connected().await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_preview_is_left_out_by_who_wants_none() -> Result<()> {
    let (server, site) = (Server::start_with(&["--link-previews", "private"])?, Site::start()?);
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.write(&site.url("/boats")).await?;
    mia.press("//*[@class='linked']//button[@aria-label='Send without the preview']").await?;
    until("it is gone", || written(&mia), |cards| *cards == 0).await?;
    mia.send("").await?;
    leo.sees(&[&site.url("/boats")]).await?;
    ensure!(shown(&leo).await?.is_empty() && shown(&mia).await?.is_empty(), "it was left out");

    mia.press("//a[@aria-label='Settings']").await?;
    mia.press("//button[@role='switch'][@aria-labelledby=//*[normalize-space()='Link previews']/@id]")
        .await?;
    mia.open_dialog("Leo").await?;
    mia.write(&site.url("/rain")).await?;
    // By the time the server has the draft, a page would have been asked for.
    let draft =
        "return fetch('/api/v1/settings').then(answer => answer.text()).then(it => it.includes('/rain'))";
    until("the draft is kept", || mia.browser.run(draft), |kept| *kept == true).await?;
    ensure!(written(&mia).await? == 0 && site.asked("/rain") == 0, "the page was looked at");
    mia.leave().await?;
    leo.leave().await
}

async fn shown(person: &Person) -> Result<Vec<Value>> {
    Ok(serde_json::from_value(person.browser.run(SHOWN).await?)?)
}

/// How many cards stand above the field.
async fn written(person: &Person) -> Result<Value> {
    person.browser.run("return document.querySelectorAll('.linked').length").await
}

fn boats(site: &Site) -> Value {
    card(site, "Boats for hire, by the hour", "/boats")
}

fn rain(site: &Site) -> Value {
    card(site, "Rain all day", "/rain")
}

fn card(site: &Site, title: &str, path: &str) -> Value {
    serde_json::json!([title, site.url(path), "noopener noreferrer nofollow", "_blank", [true]])
}
