//! The Internal Notification Widget: what one is told of while one is in another dialog.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::accessibility::look;
use crate::groups::three_in_a_group;
use crate::person::{Bubble, Person};
use crate::server::Server;
use crate::wait::until;

/// Who is told of, in their order, and what.
const TOLD: &str = "return [...document.querySelectorAll('.notification')].map(card =>
    [card.querySelector('.notification__name').innerText, card.querySelector('.notification__text').innerText])";

pub async fn is_told(person: &Person, wanted: Value) -> Result<()> {
    let what = format!("{} is told {wanted}", person.name);
    until(&what, || person.browser.run(TOLD), |told| *told == wanted).await.map(drop)
}

fn button(label: &str) -> String {
    format!("//*[@class='notification']//button[@aria-label='{label}']")
}

#[tokio::test]
async fn what_comes_elsewhere_is_told_at_the_top_and_answered_there() -> Result<()> {
    let server = Server::start()?;
    let [mia, leo, ana] = three_in_a_group(&server, "The harbour").await?;
    mia.open_dialog("The harbour").await?;
    leo.open_dialog("Mia").await?;
    leo.send("Shall we go **sailing**?").await?;
    is_told(&mia, json!([["Leo", "Shall we go sailing?"]])).await?;
    // The mouse holds it.
    let card = mia.find("//*[@class='notification']").await?;
    mia.browser.driver.action_chain().move_to_element_center(&card).perform().await?;
    look(&mia, "notification").await?;
    ana.open_dialog("Mia").await?;
    ana.send("hello").await?;
    ana.send("are you there?").await?;
    is_told(&mia, json!([["Ana", "are you there?"], ["Leo", "Shall we go sailing?"]])).await?;
    mia.find("//*[@class='notification'][1]//*[@aria-label='2 new messages']").await?;

    mia.press(&format!("({})[2]", button("Reply"))).await?;
    mia.find("//*[@class='notification__answer']/input").await?.send_keys("At six" + Key::Enter).await?;
    leo.sees(&["Shall we go sailing?", "At six"]).await?;
    let read = |bubbles: &Vec<Bubble>| bubbles[0].is("Shall we go sailing?", "Read");
    until("it is read", || leo.bubbles(), read).await?;
    is_told(&mia, json!([["Ana", "are you there?"]])).await?;
    mia.press(&button("React with 👍")).await?;
    ana.find("//article[contains(., 'are you there?')]//*[contains(@class, 'reaction')][contains(., '👍')]")
        .await?;
    is_told(&mia, json!([])).await?;

    // What is on the screen is not told of, nor what is muted from there.
    leo.open_dialog("The harbour").await?;
    leo.send("here").await?;
    mia.sees(&["here"]).await?;
    leo.open_dialog("Mia").await?;
    leo.send("one").await?;
    is_told(&mia, json!([["Leo", "one"]])).await?;
    mia.press(&button("Mute for 1 hour")).await?;
    is_told(&mia, json!([])).await?;
    leo.send("two").await?;
    ana.send("three").await?;
    is_told(&mia, json!([["Ana", "three"]])).await?;
    mia.press("//*[@class='notification']//button[contains(., 'three')]").await?;
    mia.sees(&["hello", "are you there?", "three"]).await?;
    is_told(&mia, json!([])).await?;
    for person in [mia, leo, ana] {
        person.leave().await?;
    }
    Ok(())
}

#[tokio::test]
async fn it_goes_by_itself_by_escape_and_by_a_swipe_and_when_it_was_read_elsewhere() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let phone = crate::groups::second_device(&server, &mia).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    leo.send("one").await?;
    is_told(&mia, json!([["Leo", "one"]])).await?;
    // Nobody holds it.
    is_told(&mia, json!([])).await?;
    leo.send("two").await?;
    is_told(&mia, json!([["Leo", "two"]])).await?;
    mia.find("//body").await?.send_keys(Key::Escape + "").await?;
    is_told(&mia, json!([])).await?;
    leo.send("three").await?;
    is_told(&mia, json!([["Leo", "three"]])).await?;
    mia.browser.cdp("Emulation.setTouchEmulationEnabled", json!({"enabled": true})).await?;
    let place = mia.find("//*[@class='notification__text']").await?.rect().await?;
    for (kind, by) in [("touchStart", 0.0), ("touchMove", 60.0), ("touchMove", 120.0), ("touchEnd", 0.0)] {
        let point = json!({"x": place.x + 10.0 + by, "y": place.y + 5.0});
        let points = if kind == "touchEnd" { vec![] } else { vec![point] };
        mia.browser.cdp("Input.dispatchTouchEvent", json!({"type": kind, "touchPoints": points})).await?;
    }
    is_told(&mia, json!([])).await?;
    leo.send("four").await?;
    is_told(&mia, json!([["Leo", "four"]])).await?;
    phone.open_dialog("Leo").await?;
    is_told(&mia, json!([])).await?;
    let title = || mia.browser.run("return document.title");
    until("it is read", title, |title| title == "Kith").await?;
    for person in [mia, leo, phone] {
        person.leave().await?;
    }
    Ok(())
}

#[tokio::test]
async fn many_are_a_few_and_how_many_more() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    for group in ["A", "B", "C", "D", "E"] {
        leo.press("//a[@aria-label='New group']").await?;
        leo.fill("Group name", group).await?;
        leo.press("//button[starts-with(normalize-space(), 'Choose') and contains(., 'Mia')]").await?;
        leo.click("Make the group").await?;
        leo.see("2 members").await?;
        leo.send("hello").await?;
    }
    mia.see("And 2 more").await?;
    look(&mia, "notifications").await?;
    let shown = mia.browser.run(TOLD).await?;
    ensure!(shown.as_array().is_some_and(|shown| shown.len() == 3), "{shown}");
    mia.click("And 2 more").await?;
    is_told(&mia, json!([])).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn of_two_tabs_the_one_that_is_looked_at_tells_and_title_and_icons_say_that_something_is_unread()
-> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let badges = "window.badges = []; navigator.setAppBadge = async (count) => { badges.push(count); };";
    mia.browser.before_pages(badges).await?;
    mia.open(&server.url("/settings")).await?;
    mia.connected().await?;
    let first = mia.browser.driver.window().await?;
    let second = mia.browser.driver.new_tab().await?;
    mia.browser.driver.switch_to_window(second.clone()).await?;
    mia.open(&server.url("/friends")).await?;
    mia.connected().await?;
    leo.send("one").await?;
    is_told(&mia, json!([["Leo", "one"]])).await?;
    mia.browser.driver.switch_to_window(first).await?;
    let told = mia.browser.run(TOLD).await?;
    ensure!(told == json!([]), "the one behind tells nothing: {told}");
    leo.send("two").await?;
    is_told(&mia, json!([["Leo", "two"]])).await?;
    let outside = "return [document.title, document.querySelector('link[rel=icon]').getAttribute('href'), badges.at(-1)]";
    let unread = json!(["(2) Kith", "/logo_unread.svg", 1]);
    until("it is said outside", || mia.browser.run(outside), |said| *said == unread).await?;
    mia.open_dialog("Leo").await?;
    let read = json!(["Kith", "/logo.svg", 0]);
    until("it was read", || mia.browser.run(outside), |said| *said == read).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn one_is_told_of_what_one_has_chosen_for_each_chat_and_hears_it_where_one_wants() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let heard = "window.tones = 0; const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...at) { window.tones += 1; start.apply(this, at); };";
    mia.browser.before_pages(heard).await?;
    mia.browser.refresh().await?;
    mia.press("//a[@aria-label='Details of Leo']").await?;
    mia.press("//label[contains(., 'Tell me of')]//option[.='Mentions and keywords']").await?;
    look(&mia, "notification_rule").await?;
    mia.press("//a[@aria-label='Settings']").await?;
    mia.fill("Keywords", "harbour\nice cream\n").await?;
    mia.press("//button[@role='switch'][@aria-labelledby='push.sound']").await?;
    let kept = "return fetch('/api/v1/settings').then(it => it.json()).then(it => it.settings.map(it => it.key).sort())";
    let all_kept = |keys: &Value| {
        let has = |key: &str| keys.as_array().is_some_and(|keys| keys.iter().any(|known| known == key));
        has("notify/keywords") && has("notify/sound")
    };
    until("the settings are kept", || mia.browser.run(kept), all_kept).await?;
    for text in ["hello", "At the Harbour?", "again"] {
        leo.send(text).await?;
    }
    is_told(&mia, json!([["Leo", "At the Harbour?"]])).await?;
    ensure!(mia.browser.run("return window.tones").await? == 1, "it is heard once");
    mia.press("//button[@role='switch'][@aria-labelledby='push.quiet']").await?;
    // All day.
    let until_field = mia.find("//label[contains(., 'To')]/input[@type='time']").await?;
    until_field.send_keys("10:00PM").await?;
    let quiet = |settings: &Value| settings.as_str().is_some_and(|it| it.contains("\"1320 1320 "));
    let kept = "return fetch('/api/v1/settings').then(it => it.json()).then(it => JSON.stringify(it))";
    until("the hours are kept", || mia.browser.run(kept), quiet).await?;
    look(&mia, "notification_quiet").await?;
    mia.press(&button("Dismiss")).await?;
    leo.send("The harbour!").await?;
    let unread = || mia.browser.run("return document.title");
    until("it came", unread, |title| title == "(4) Kith").await?;
    ensure!(mia.browser.run(TOLD).await? == json!([]), "it is quiet");
    mia.leave().await?;
    leo.leave().await
}
