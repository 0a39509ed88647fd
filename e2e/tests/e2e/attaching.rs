//! Files that one sends: chosen, pasted or dropped, made ready, brought, seen by the other.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::accessibility::look;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

const SCRIPT: &str = include_str!("attaching.js");
/// How many pictures are on the screen.
const SHOWN: &str = "return [...document.querySelectorAll('.carried__photo .carried__image')]
    .filter(image => image.complete && image.naturalWidth > 100 && image.clientWidth > 50).length";
const SEND: &str = "//dialog[@open]//button[normalize-space()='Send']";

#[tokio::test]
async fn a_photo_is_made_smaller_says_not_where_it_was_taken_and_is_seen_by_both() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.write("The sea").await?;
    script(&mia, "choose(photo('holiday.jpg', 3000, 2000))").await?;
    mia.find("//dialog[@open]//*[@class='attach__name'][.='holiday.jpg']").await?;
    look(&mia, "attach").await?;
    mia.press(SEND).await?;
    see_pictures(&mia, 1).await?;
    leo.see("The sea").await?;
    see_pictures(&leo, 1).await?;
    mia.last_is("The sea", "Read").await?;
    ensure!(mia.composer().await?.prop("value").await?.unwrap_or_default().is_empty(), "the draft was sent");
    let sent = script(&leo, "newest()").await?;
    let photo = &sent["files"][0];
    ensure!(photo["kind"] == "photo" && photo["width"] == 2048 && photo["height"] == 1365, "{photo}");
    ensure!(photo["thumb"].is_string() && photo["thumbhash"].is_string(), "{photo}");
    ensure!(sent["named"] == true && sent["place"] == false, "{sent}");

    // The text is changed, and taken away: the photo stays.
    mia.choose("The sea", "Edit").await?;
    mia.composer().await?.clear().await?;
    mia.write(" \n").await?;
    leo.sees(&[""]).await?;
    see_pictures(&leo, 1).await?;

    // All its pixels where that is wanted, and still not the place; as a file to the byte.
    script(&mia, "choose(photo('whole.jpg', 3000, 2000))").await?;
    mia.press("//dialog[@open]//label[contains(., 'full size')]").await?;
    mia.press(SEND).await?;
    see_pictures(&leo, 2).await?;
    let sent = script(&leo, "newest()").await?;
    ensure!(sent["files"][0]["width"] == 3000 && sent["place"] == false && sent["text"] == "", "{sent}");
    script(&mia, "choose(photo('raw.jpg', 300, 200))").await?;
    mia.press("//dialog[@open]//label[contains(., 'as files')]").await?;
    mia.press(SEND).await?;
    leo.find("//*[@class='carried__file'][contains(., 'raw.jpg')]").await?;
    let sent = script(&leo, "newest()").await?;
    ensure!(sent["files"][0]["kind"] == "file" && sent["place"] == true, "{sent}");
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn several_photos_are_an_album_in_the_order_one_gave_them_and_a_bomb_is_left_out() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let shown = script(&mia, "drop(photo('a.jpg', 900, 600), photo('b.jpg', 600, 900))").await?;
    ensure!(shown == true, "one sees where the files would go");
    mia.find("//dialog[@open]//h2[.='Send 2 files']").await?;
    script(
        &mia,
        "(async () => {
        const add = document.querySelector('.attach__more input');
        add.files = carried([await photo('c.jpg', 800, 800), bomb(), bytes(4000, 'data.bin')]).files;
        add.dispatchEvent(new Event('change', { bubbles: true }));
    })()",
    )
    .await?;
    mia.see("Send 5 files").await?;
    mia.see("This photo has too many pixels").await?;
    look(&mia, "attach_several").await?;
    mia.press("//dialog[@open]//button[@aria-label='Move c.jpg up']").await?;
    mia.press("//dialog[@open]//button[@aria-label='Move c.jpg up']").await?;
    mia.press("//dialog[@open]//button[@aria-label='Leave bomb.png out']").await?;
    mia.press(SEND).await?;
    see_pictures(&leo, 3).await?;
    let sent = script(&leo, "newest()").await?;
    let names: Vec<_> = sent["files"].as_array().into_iter().flatten().map(|file| &file["name"]).collect();
    ensure!(names == ["c.jpg", "a.jpg", "b.jpg", "data.bin"], "{names:?}");
    script(&mia, "paste(photo('one.jpg', 900, 600), photo('two.jpg', 600, 900))").await?;
    mia.find("//dialog[@open]//h2[.='Send 2 files']").await?;
    mia.press(SEND).await?;
    see_pictures(&leo, 5).await?;
    look(&leo, "album").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_file_attached_offline_survives_a_reload_and_arrives_whole() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.browser.run("return navigator.serviceWorker.ready.then(() => true)").await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    script(&mia, "choose(bytes(3000000, 'data.bin'), photo('sea.jpg', 900, 600))").await?;
    mia.press(SEND).await?;
    mia.find("//*[@class='carried__file'][contains(., 'data.bin') and contains(., '3 MB')]").await?;
    see_pictures(&mia, 1).await?;
    mia.send("and a word").await?;
    look(&mia, "attached_offline").await?;
    mia.browser.refresh().await?;
    mia.find("//*[@class='carried__file'][contains(., 'data.bin')]").await?;
    see_pictures(&mia, 1).await?;
    mia.browser.offline(false).await?;
    leo.find("//*[@class='carried__file'][contains(., 'data.bin')]").await?;
    see_pictures(&leo, 1).await?;
    let bubbles = leo.bubbles().await?;
    ensure!(bubbles.len() == 2, "each once, and the word did not wait: {bubbles:?}");
    let sent = script(&leo, "newest()").await?;
    ensure!(sent["named"] == true && sent["bytes"] == 3_000_000, "{sent}");

    // What was seen is there without the network too.
    leo.browser.run("return navigator.serviceWorker.ready.then(() => true)").await?;
    leo.browser.offline(true).await?;
    leo.browser.refresh().await?;
    see_pictures(&leo, 1).await?;
    mia.leave().await?;
    leo.browser.offline(false).await?;
    leo.leave().await
}

#[tokio::test]
async fn what_is_paused_goes_on_and_what_is_given_up_reaches_nobody() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    slow(&mia, 200_000).await?;
    script(&mia, "choose(bytes(3000000, 'given-up.bin'))").await?;
    mia.press(SEND).await?;
    mia.click("Pause").await?;
    mia.find("//button[normalize-space()='Resume']").await?;
    script(&mia, "choose(bytes(40000, 'small.bin'))").await?;
    mia.press(SEND).await?;
    leo.find("//*[@class='carried__file'][contains(., 'small.bin')]").await?;
    look(&mia, "upload_paused").await?;
    mia.press("//article[.//*[contains(., 'given-up.bin')]]//button[normalize-space()='Cancel']").await?;
    mia.sees(&[""]).await?;
    script(&mia, "choose(bytes(1200000, 'goes-on.bin'))").await?;
    mia.press(SEND).await?;
    mia.click("Pause").await?;
    mia.click("Resume").await?;
    leo.find("//*[@class='carried__file'][contains(., 'goes-on.bin')]").await?;
    let sent = script(&leo, "newest()").await?;
    ensure!(sent["named"] == true && sent["bytes"] == 1_200_000, "{sent}");
    leo.sees(&["", ""]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_video_is_a_picture_until_it_is_played() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    script(&mia, "choose(film('waves.webm'))").await?;
    mia.find("//dialog[@open]//*[@class='attach__name'][.='waves.webm']").await?;
    look(&mia, "attach_video").await?;
    mia.press(SEND).await?;
    mia.last_is("", "Read").await?;
    let shown = || {
        leo.browser.run(
            "const video = document.querySelector('.carried__video');
            return video && [video.videoWidth, video.poster.startsWith('blob:')]",
        )
    };
    until("it is there, with a picture", shown, |shown| *shown == json!([640, true])).await?;
    look(&leo, "video").await?;
    let sent = script(&leo, "newest()").await?;
    let film = &sent["files"][0];
    ensure!(film["kind"] == "video" && film["width"] == 640 && film["thumb"].is_string(), "{film}");
    let play = "const video = document.querySelector('.carried__video'); video.muted = true; video.play();";
    leo.browser.run(play).await?;
    let at = || leo.browser.run("return document.querySelector('.carried__video').currentTime");
    until("it plays", at, |at| at.as_f64() > Some(0.2)).await?;
    leo.press("//a[@aria-label='Details of Mia']").await?;
    leo.click("Videos").await?;
    leo.find("//*[contains(@class, 'gallery')]//video[@aria-label='waves.webm']").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn where_there_is_no_room_for_a_file_one_is_told_and_still_has_it() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.write("The sea").await?;
    mia.browser
        .run(
            "window.put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };",
        )
        .await?;
    script(&mia, "choose(photo('holiday.jpg', 900, 600))").await?;
    mia.press(SEND).await?;
    mia.find("//dialog[@open]//*[@role='alert']").await?;
    mia.find("//dialog[@open]//*[@class='attach__name'][.='holiday.jpg']").await?;
    look(&mia, "attach_no_room").await?;
    // Once there is room, it goes from where it is.
    mia.browser.run("IDBObjectStore.prototype.put = window.put").await?;
    mia.press(SEND).await?;
    leo.sees(&["The sea"]).await?;
    see_pictures(&leo, 1).await?;
    mia.leave().await?;
    leo.leave().await
}

async fn script(person: &Person, call: &str) -> Result<Value> {
    person.browser.run(&format!("{SCRIPT}; return {call};")).await
}

async fn see_pictures(person: &Person, count: u64) -> Result<()> {
    until("pictures are shown", || person.browser.run(SHOWN), |shown| *shown == count).await.map(drop)
}

/// Lets so many bytes a second go out.
async fn slow(person: &Person, bytes: u32) -> Result<()> {
    person.browser.cdp("Network.enable", json!({})).await?;
    let conditions =
        json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes});
    person.browser.cdp("Network.emulateNetworkConditions", conditions).await
}
