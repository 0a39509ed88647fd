//! Stickers, as those see them who send, get and make them.

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::accessibility::look;
use crate::emoji::INSERT;
use crate::groups::second_device;
use crate::offline::installed;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

const STICKERS: &str = "//button[@aria-label='Stickers']";
const WAVING: &str = "//button[@aria-label='Send sticker 👋']";
const SENT: &str = "//button[@aria-label='Sticker 👋: show its pack']";

/// How many stickers of a place are on the screen and have come.
async fn shown(person: &Person, place: &str) -> Result<i64> {
    let script = format!(
        "return [...document.querySelectorAll('{place} .sticker__image')]
            .filter(image => image.complete && image.naturalWidth > 100).length"
    );
    Ok(person.browser.run(&script).await?.as_i64().unwrap_or_default())
}

async fn shows(person: &Person, place: &str, count: i64) -> Result<()> {
    let what = format!("{} sees {count} stickers in {place}", person.name);
    until(&what, || shown(person, place), |shown| *shown == count).await.map(drop)
}

async fn opens_settings(person: &Person) -> Result<()> {
    person.press("//a[@aria-label='Settings']").await?;
    person.find("//h2[normalize-space()='Stickers']").await.map(drop)
}

/// Makes a pack of two of the server's own pictures.
async fn makes_pack(person: &Person) -> Result<()> {
    opens_settings(person).await?;
    person.click("Make a pack").await?;
    person.fill("Title", "Foxes of mine").await?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/stickers").canonicalize()?;
    let folder = folder.display();
    let chooser = person.find("//input[@type='file'][@multiple]").await?;
    chooser.send_keys(format!("{folder}/hello.webp\n{folder}/yes.webp")).await?;
    let second = person.find("//input[@aria-label='Emoji of picture 2']").await?;
    second.clear().await?;
    second.send_keys("☕").await?;
    shows(person, ".new-pack", 2).await?;
    look(person, "stickers_make").await?;
    person.click("Make the pack").await?;
    person.find(&row("Foxes of mine")).await.map(drop)
}

/// A pack in the settings.
fn row(title: &str) -> String {
    format!("//*[@class='pack-list']//button[contains(., '{title}')]")
}

/// The titles of the packs one has, in their order.
async fn has(person: &Person, titles: &[&str]) -> Result<()> {
    // While the settings open there is none yet.
    let script = "const list = document.querySelector('.pack-list');
        return [...(list ?? document.createElement('ul')).querySelectorAll('.person-row__name')].map(name => name.textContent)";
    let is_so = |found: &Value| *found == Value::from(titles.to_vec());
    until(&format!("{} has {titles:?}", person.name), || person.browser.run(script), is_so).await.map(drop)
}

#[tokio::test]
async fn a_sticker_leads_to_its_pack_which_is_installed_and_there_offline() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    makes_pack(&mia).await?;
    mia.open_dialog("Leo").await?;
    mia.press(INSERT).await?;
    mia.press(STICKERS).await?;
    mia.find("//h3[normalize-space()='Kit the fox']").await?;
    look(&mia, "stickers_picker").await?;
    mia.press("//button[@aria-label='Send sticker 🙂']").await?;
    leo.press("//button[@aria-label='Sticker 🙂: show its pack']").await?;
    leo.see("2 stickers · by Mia").await?;
    shows(&leo, ".pack__stickers", 2).await?;
    look(&leo, "stickers_pack").await?;
    leo.click("Add").await?;
    leo.press("//dialog[@open]//button[normalize-space()='Close']").await?;

    installed(&leo).await?;
    leo.press(INSERT).await?;
    leo.press(STICKERS).await?;
    leo.find("//h3[normalize-space()='Foxes of mine']").await?;
    leo.browser.offline(true).await?;
    leo.see("Offline.").await?;
    leo.browser.refresh().await?;
    leo.see("Offline.").await?;
    shows(&leo, ".dialog__log", 1).await?;
    leo.press(INSERT).await?;
    leo.press(STICKERS).await?;
    leo.find("//h3[normalize-space()='Foxes of mine']").await?;
    let in_view = || shown(&leo, ".sticker-grid");
    until("stickers are shown offline", in_view, |shown| *shown > 8).await?;
    leo.press(&format!("{WAVING}[1]")).await?;
    leo.find(&format!("{SENT}/following::*[@title='Sending']")).await?;
    leo.browser.offline(false).await?;
    mia.find(SENT).await?;
    shows(&mia, ".dialog__log", 2).await?;
    ensure!(
        mia.browser.run("return document.querySelectorAll('.sticker').length").await? == 2,
        "it came once"
    );
    for person in [mia, leo] {
        person.leave().await?;
    }
    Ok(())
}

#[tokio::test]
async fn one_of_a_pack_one_has_not_stays_on_the_device_and_stands_still_for_who_wants_that() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    makes_pack(&mia).await?;
    mia.open_dialog("Leo").await?;
    let calm = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
    leo.browser.cdp("Emulation.setEmulatedMedia", calm).await?;
    mia.press(INSERT).await?;
    mia.press(STICKERS).await?;
    mia.press("//button[@aria-label='Send sticker 🙂']").await?;
    shows(&leo, ".dialog__log", 1).await?;
    let address = "return document.querySelector('.dialog__log .sticker__image').src";
    let still = |address: &Value| address.as_str().is_some_and(|it| it.starts_with("data:image/png"));
    until("it stands still", || leo.browser.run(address), still).await?;
    let moves = |address: &Value| address.as_str().is_some_and(|it| it.starts_with("blob:"));
    until("it moves for Mia", || mia.browser.run(address), moves).await?;
    installed(&leo).await?;
    leo.browser.offline(true).await?;
    leo.browser.cdp("Network.setCacheDisabled", json!({"cacheDisabled": true})).await?;
    leo.browser.refresh().await?;
    leo.see("Offline.").await?;
    shows(&leo, ".dialog__log", 1).await?;
    leo.browser.offline(false).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_sticker_is_offered_for_an_emoji_found_by_its_name_answered_with_and_passed_on() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.write("☕").await?;
    mia.find("//*[contains(@class, 'sticker-suggestions')]/button").await?;
    look(&mia, "stickers_offered").await?;
    mia.press("//*[contains(@class, 'sticker-suggestions')]/button").await?;
    assert_eq!(mia.composer().await?.prop("value").await?.unwrap_or_default(), "");
    leo.find("//button[@aria-label='Sticker ☕: show its pack']").await?;
    leo.press("//button[@aria-label='Message actions']").await?;
    leo.press("//dialog[@open]//button[normalize-space()='Reply']").await?;
    leo.press(INSERT).await?;
    leo.press(STICKERS).await?;
    leo.find("//h3[normalize-space()='Kit the fox']").await?;
    leo.find("//input[@type='search'][@placeholder='Search stickers']").await?.send_keys("party").await?;
    leo.press("//*[@id='emoji-grid'][count(button)=1]/button[@aria-label='Send sticker 🎉']").await?;
    mia.find("//button[@aria-label='Sticker 🎉: show its pack']/preceding::button[@class='quote'][1][contains(., '☕')]").await?;
    // What was sent lately comes first.
    leo.press(INSERT).await?;
    leo.press(STICKERS).await?;
    leo.find("//*[@id='emoji-grid']/h3[1][normalize-space()='Recently used']/following-sibling::*[1][@aria-label='Send sticker 🎉']").await?;
    leo.browser.run("document.querySelector('.emoji-picker').close()").await?;
    for (text, at) in
        [("How was it?", 0), ("The best one ever, and the next one is on me: when do we go?", 1)]
    {
        if at == 0 {
            leo.send(text).await?
        } else {
            mia.send(text).await?
        }
        leo.see(text).await?;
    }
    shows(&leo, ".dialog__log", 2).await?;
    look(&leo, "stickers_dialog").await?;
    leo.press("(//button[@aria-label='Message actions'])[1]").await?;
    leo.press("//dialog[@open]//button[normalize-space()='Forward']").await?;
    leo.press("//dialog[@open]//label[contains(., 'Mia')]").await?;
    leo.press("//dialog[@open]//button[normalize-space()='Forward']").await?;
    mia.see("Forwarded").await?;
    shows(&mia, ".dialog__log", 3).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn packs_are_put_in_order_removed_and_found_again_on_every_device_and_deleted_by_who_made_them()
-> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    makes_pack(&mia).await?;
    has(&mia, &["Foxes of mine", "Kit the fox"]).await?;
    look(&mia, "stickers_settings").await?;
    let phone = second_device(&server, &mia).await?;
    opens_settings(&phone).await?;
    has(&phone, &["Foxes of mine", "Kit the fox"]).await?;
    mia.press("//button[@aria-label='Move Kit the fox up']").await?;
    has(&mia, &["Kit the fox", "Foxes of mine"]).await?;
    has(&phone, &["Kit the fox", "Foxes of mine"]).await?;
    phone.press("//button[@aria-label='Remove Kit the fox']").await?;
    has(&mia, &["Foxes of mine"]).await?;

    opens_settings(&leo).await?;
    leo.find("//input[@placeholder='Search stickers']").await?.send_keys("MINE").await?;
    leo.press("//*[@aria-label='Sticker packs found']//button[normalize-space()='Add']").await?;
    has(&leo, &["Foxes of mine", "Kit the fox"]).await?;

    mia.press(&row("Foxes of mine")).await?;
    mia.click("Delete pack").await?;
    mia.press("//*[@role='group']/button[normalize-space()='Delete pack']").await?;
    mia.see("You have no stickers.").await?;
    phone.see("You have no stickers.").await?;
    leo.browser.refresh().await?;
    has(&leo, &["Kit the fox"]).await?;
    mia.click("Browse packs").await?;
    mia.press("//*[@aria-label='Sticker packs found']//button[normalize-space()='Add']").await?;
    has(&mia, &["Kit the fox"]).await?;
    has(&phone, &["Kit the fox"]).await?;
    for person in [mia, leo, phone] {
        person.leave().await?;
    }
    Ok(())
}
