//! Emoji that are picked: to write, and to react with.

use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::Key;

use crate::groups::second_device;
use crate::keys::press;
use crate::offline::installed;
use crate::person::Person;
use crate::server::Server;

pub const INSERT: &str = "//button[@aria-label='Insert an emoji']";
pub const REACT: &str = "//button[@aria-label='React with another emoji']";
const ACTIONS: &str = "//button[@aria-label='Message actions']";
const PARTY: &str = "//button[contains(@class, 'reaction')][contains(., '🎉')]";

#[tokio::test]
async fn an_emoji_is_found_to_write_and_another_to_react_with() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.write("Off we  go").await?;
    press(&mia, Key::Left + Key::Left + Key::Left).await?;
    let fetched =
        "return performance.getEntriesByType('resource').filter(it => it.name.endsWith('/emoji.txt')).length";
    assert_eq!(mia.browser.run(fetched).await?, 0, "nobody needed it yet");
    mia.press(INSERT).await?;
    mia.find(&emoji("grinning face")).await?;
    press(&mia, "rocket").await?;
    mia.find(&format!("{}[1]", emoji("rocket"))).await?;
    press(&mia, Key::Enter + "").await?;
    assert_eq!(written(&mia).await?, "Off we 🚀 go");
    press(&mia, "now \n").await?;
    leo.sees(&["Off we 🚀now  go"]).await?;

    leo.press(ACTIONS).await?;
    leo.press(REACT).await?;
    leo.find(&emoji("grinning face")).await?;
    press(&leo, "party pop").await?;
    leo.find(&emoji("party popper")).await?;
    press(&leo, Key::Down + "").await?;
    press(&leo, Key::Enter + "").await?;
    mia.press(PARTY).await?;
    leo.find(&format!("{PARTY}[contains(., '2 reactions: You and Mia')]")).await?;
    mia.find(&format!("{PARTY}[contains(., '2 reactions: You and Leo')][@aria-pressed='true']")).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn who_reacted_is_told_to_who_comes_to_it_by_key_and_to_who_holds_it() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("hello").await?;
    leo.sees(&["hello"]).await?;
    leo.press(ACTIONS).await?;
    leo.click("🎉").await?;
    mia.find(PARTY).await?;
    mia.see_no_more("Leo\n🎉").await?;
    let who = mia.find(&format!("{PARTY}//*[@class='reaction__who']")).await?;
    assert!(!who.is_displayed().await?, "nobody asked");
    // Past the two buttons of the composer.
    for _ in 0..3 {
        press(&mia, Key::Shift + Key::Tab).await?;
    }
    assert!(who.is_displayed().await?, "the focus is on the reaction");
    assert_eq!(who.text().await?, "Leo");

    let middle = leo.find(PARTY).await?.rect().await?;
    let (x, y) = (middle.x + middle.width / 2.0, middle.y + middle.height / 2.0);
    let touch = |kind, points| json!({"type": kind, "touchPoints": points});
    leo.browser.cdp("Emulation.setTouchEmulationEnabled", json!({"enabled": true})).await?;
    leo.browser.cdp("Input.dispatchTouchEvent", touch("touchStart", json!([{"x": x, "y": y}]))).await?;
    leo.find("//button[contains(@class, 'reaction--held')]").await?;
    let who = leo.find(&format!("{PARTY}//*[@class='reaction__who']")).await?;
    assert_eq!(who.text().await?, "You");
    leo.browser.cdp("Input.dispatchTouchEvent", touch("touchEnd", json!([]))).await?;
    leo.send("and it is still there").await?;
    mia.sees(&["hello", "and it is still there"]).await?;
    mia.find(PARTY).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn what_was_picked_and_the_skin_tone_follow_to_the_next_opening_and_the_next_device() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.press(INSERT).await?;
    mia.press("//button[@aria-label='Medium skin tone']").await?;
    mia.press("//button[@role='tab'][@aria-label='People and body']").await?;
    mia.press(&emoji("waving hand")).await?;
    assert_eq!(written(&mia).await?, "👋🏽");
    let waving = format!("{}[.='👋🏽']", emoji("waving hand"));
    mia.press(INSERT).await?;
    mia.find("//button[@role='tab'][@aria-selected='true'][@aria-label='Recently used']").await?;
    mia.find(&waving).await?;

    // Arrows lead through the groups and back to where one searches, Escape out of it and nowhere else.
    press(&mia, Key::Down + "").await?;
    press(&mia, Key::Up + "").await?;
    press(&mia, "dog").await?;
    mia.find(&emoji("dog face")).await?;
    press(&mia, Key::Escape + "").await?;
    until_closed(&mia).await?;
    assert_eq!(written(&mia).await?, "👋🏽");

    let phone = second_device(&server, &mia).await?;
    phone.open_dialog("Leo").await?;
    phone.press(INSERT).await?;
    phone.find(&waving).await?;
    phone.find("//button[@aria-label='Medium skin tone'][@aria-pressed='true']").await?;
    phone.browser.run("document.querySelector('.emoji-picker').close()").await?;
    until_closed(&phone).await?;
    for person in [mia, leo, phone] {
        person.leave().await?;
    }
    Ok(())
}

#[tokio::test]
async fn emoji_are_there_offline_after_the_first_visit() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    installed(&mia).await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.browser.refresh().await?;
    mia.see("Offline.").await?;
    mia.press(INSERT).await?;
    mia.press(&emoji("grinning face")).await?;
    assert_eq!(written(&mia).await?, "😀");
    mia.leave().await?;
    leo.leave().await
}

/// An emoji of the picker, by its name.
pub fn emoji(name: &str) -> String {
    format!("//*[@id='emoji-grid']/button[@aria-label='{name}']")
}

async fn written(person: &Person) -> Result<String> {
    person.composer().await?.prop("value").await?.context("the composer has no value")
}

async fn until_closed(person: &Person) -> Result<()> {
    person.find("//main[not(.//*[@class='emoji-picker'])]").await.map(drop)
}
