//! Photos seen whole, and what a conversation has gathered.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::accessibility::look;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

const SCRIPT: &str = include_str!("attaching.js");
const SEND: &str = "//dialog[@open]//button[normalize-space()='Send']";
/// How many pictures are on the screen.
const SHOWN: &str = "return [...document.querySelectorAll('.carried__photo img.carried__image')]
    .filter(image => image.complete && image.naturalWidth > 100).length";
/// Which photo is seen whole, and how large it is drawn.
const SEEN: &str = "const image = document.querySelector('dialog[open] .viewer__image');
    return image && [image.alt, image.style.scale];";

#[tokio::test]
async fn a_photo_is_seen_whole_and_closer_and_leads_to_the_others() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    attach(&mia, "choose(photo('a.jpg', 900, 600), photo('b.jpg', 600, 900), photo('c.jpg', 700, 700))")
        .await?;
    leo.press("//button[@aria-label='Open b.jpg']").await?;
    sees(&leo, "b.jpg", "1").await?;
    look(&leo, "viewer").await?;
    let keys = |keys: &'static str| {
        let leo = &leo;
        async move {
            leo.find("//*[@class='viewer__stage']").await?.send_keys(keys).await.map_err(anyhow::Error::from)
        }
    };
    keys("+").await?;
    sees(&leo, "b.jpg", "1.25").await?;
    leo.press("//button[@aria-label='Larger']").await?;
    sees(&leo, "b.jpg", "1.56").await?;
    keys("0").await?;
    sees(&leo, "b.jpg", "1").await?;
    leo.find("//*[@class='viewer__stage']").await?.send_keys(Key::Right + "").await?;
    sees(&leo, "c.jpg", "1").await?;
    leo.press("//button[@aria-label='The photo before']").await?;
    leo.press("//button[@aria-label='The photo before']").await?;
    sees(&leo, "a.jpg", "1").await?;
    ensure!(
        leo.browser.run("return document.querySelector('.viewer__before') === null").await? == true,
        "it is the first"
    );
    let saved = leo.find("//dialog[@open]//a[@aria-label='Save']").await?;
    ensure!(saved.attr("download").await?.as_deref() == Some("a.jpg"), "it is saved by its name");
    leo.press("//dialog[@open]//button[@aria-label='Close']").await?;
    until("it is closed", || leo.browser.run(SEEN), Value::is_null).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn fingers_lead_on_come_closer_and_put_a_photo_away() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    attach(&mia, "choose(photo('a.jpg', 900, 600), photo('b.jpg', 600, 900))").await?;
    leo.browser.cdp("Emulation.setTouchEmulationEnabled", json!({"enabled": true})).await?;
    leo.press("//button[@aria-label='Open a.jpg']").await?;
    sees(&leo, "a.jpg", "1").await?;
    swipe(&leo, &[(700, 400)], &[(500, 410)]).await?;
    sees(&leo, "b.jpg", "1").await?;
    swipe(&leo, &[(500, 400)], &[(700, 390)]).await?;
    sees(&leo, "a.jpg", "1").await?;
    swipe(&leo, &[(620, 400), (660, 400)], &[(580, 400), (700, 400)]).await?;
    let closer =
        |seen: &Value| seen[1].as_str().and_then(|scale| scale.parse().ok()).is_some_and(|it: f64| it > 2.0);
    until("it is seen closer", || leo.browser.run(SEEN), closer).await?;
    // Close, a finger moves it about, and does not lead on.
    let place = "return document.querySelector('dialog[open] .viewer__image').style.translate";
    let before = leo.browser.run(place).await?;
    swipe(&leo, &[(700, 400)], &[(600, 400)]).await?;
    until("it is moved about", || leo.browser.run(place), |now| *now != before).await?;
    ensure!(leo.browser.run(SEEN).await?[0] == "a.jpg", "it is still this one");
    leo.find("//*[@class='viewer__stage']").await?.send_keys("0").await?;
    sees(&leo, "a.jpg", "1").await?;
    swipe(&leo, &[(600, 300)], &[(600, 500)]).await?;
    until("it is put away", || leo.browser.run(SEEN), Value::is_null).await?;
    mia.leave().await?;
    leo.leave().await
}

/// Puts fingers down, moves them in two steps, and takes them away.
async fn swipe(person: &Person, from: &[(i32, i32)], to: &[(i32, i32)]) -> Result<()> {
    let between = from.iter().zip(to).map(|(from, to)| ((from.0 + to.0) / 2, (from.1 + to.1) / 2)).collect();
    let steps = [
        ("touchStart", from.to_vec()),
        ("touchMove", between),
        ("touchMove", to.to_vec()),
        ("touchEnd", Vec::new()),
    ];
    for (kind, points) in steps {
        let points: Vec<_> =
            points.iter().enumerate().map(|(id, (x, y))| json!({"id": id, "x": x, "y": y})).collect();
        let touch = json!({"type": kind, "touchPoints": points});
        person.browser.cdp("Input.dispatchTouchEvent", touch).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_a_conversation_has_gathered_is_found_by_its_kind_with_and_without_the_network() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("see https://example.org/kites").await?;
    attach(&mia, "choose(photo('a.jpg', 900, 600), bytes(4000, 'data.bin'), photo('b.jpg', 600, 900))")
        .await?;
    attach(&mia, "choose(photo('c.jpg', 700, 700))").await?;
    leo.find("//button[@aria-label='Open c.jpg']").await?;
    leo.press("//a[@aria-label='Details of Mia']").await?;
    leo.click("Photos").await?;
    names(&leo, "Open ", &["Open c.jpg", "Open a.jpg", "Open b.jpg"]).await?;
    look(&leo, "gallery").await?;
    leo.press("//*[contains(@class, 'gallery')]//button[@aria-label='Open a.jpg']").await?;
    sees(&leo, "a.jpg", "1").await?;
    leo.press("//dialog[@open]//button[@aria-label='Close']").await?;
    leo.click("Files").await?;
    leo.find("//li//*[@class='carried__file'][contains(., 'data.bin')]").await?;
    leo.click("Links").await?;
    leo.find("//li//a[contains(., 'example.org/kites')]").await?;
    leo.click("Voice").await?;
    leo.see("There is nothing of that here yet.").await?;
    leo.browser.offline(true).await?;
    leo.click("Photos").await?;
    names(&leo, "Open ", &["Open c.jpg", "Open a.jpg", "Open b.jpg"]).await?;
    leo.browser.offline(false).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn one_sees_what_a_chat_takes_on_the_device_frees_it_and_says_what_comes_by_itself() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    attach(&mia, "choose(photo('a.jpg', 900, 600))").await?;
    until("the photo is there", || leo.browser.run(SHOWN), |shown| *shown == 1).await?;
    leo.press("//a[@aria-label='Settings']").await?;
    let row = "//section[.//h2[.='Photos and files on this device']]//li[contains(., 'Mia')]";
    leo.find(&format!("{row}[contains(., 'KB')]")).await?;
    leo.press("//label[contains(., 'Photos come by themselves')]//option[.='Only when I open them']").await?;
    leo.press(&format!("{row}//button[.='Clear']")).await?;
    let rows = "return document.querySelectorAll('.kept__rule ~ ul li').length";
    until("nothing is kept", || leo.browser.run(rows), |rows| *rows == 0).await?;
    leo.open_dialog("Mia").await?;
    // The small picture comes all the same; the photo itself where one asks for it.
    leo.find("//*[@class='carried__bring'][contains(., 'KB')]").await?;
    until("the small one is there", || leo.browser.run(SHOWN), |shown| *shown == 1).await?;
    leo.press("//button[@aria-label='Open a.jpg']").await?;
    sees(&leo, "a.jpg", "1").await?;
    mia.leave().await?;
    leo.leave().await
}

/// Chooses files, and sends them.
async fn attach(person: &Person, call: &str) -> Result<()> {
    person.browser.run(&format!("{SCRIPT}; return {call};")).await?;
    person.press(SEND).await?;
    let open = || person.browser.run("return document.querySelector('dialog[open]') !== null");
    until("they are on their way", open, |open| *open == false).await.map(drop)
}

async fn sees(person: &Person, name: &str, scale: &str) -> Result<()> {
    let wanted = serde_json::json!([name, scale]);
    until("the photo is seen whole", || person.browser.run(SEEN), |seen| *seen == wanted).await.map(drop)
}

/// What the gallery's buttons are called.
async fn names(person: &Person, begin: &str, wanted: &[&str]) -> Result<()> {
    let script = format!(
        "return [...document.querySelectorAll('.gallery [aria-label^=\"{begin}\"]')].map(it => it.ariaLabel)"
    );
    let wanted = serde_json::json!(wanted);
    until("the gallery shows", || person.browser.run(&script), |shown| *shown == wanted).await.map(drop)
}
