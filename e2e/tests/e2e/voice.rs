//! Voice messages, with a microphone that hears a beep every second.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::accessibility::look;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

const RECORD: &str = "//button[@aria-label='Record a voice message']";
/// Where in it the one who listens is, in seconds, and how fast it goes.
const HEARD: &str = "const sound = document.querySelector('.player audio');
    return sound && { at: sound.currentTime, paused: sound.paused, speed: sound.playbackRate };";

#[tokio::test]
async fn a_voice_message_is_recorded_heard_by_the_other_and_marked_as_heard() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.press(RECORD).await?;
    let time = || async { Ok(mia.find("//*[@class='recording__time']").await?.text().await?) };
    until("two seconds are recorded", time, |time| time.as_str() >= "0:02").await?;
    look(&mia, "recording").await?;
    mia.press("//button[@aria-label='Send voice message']").await?;
    mia.last_is("", "Read").await?;
    leo.find("//*[@title='Not heard yet']").await?;
    for person in [&mia, &leo] {
        look(person, if person.name == "Mia" { "voice_own" } else { "voice_new" }).await?;
    }
    let spoken = message(&leo).await?;
    let file = &spoken["body"]["files"][0];
    ensure!(file["kind"] == "voice" && file["duration"].as_i64() >= Some(2_000), "{file}");
    let waveform = file["waveform"].as_str().context("a waveform")?;
    let loudest = format!("return Math.max(...[...atob('{waveform}')].map(level => level.charCodeAt(0)))");
    let loudest = leo.browser.run(&loudest).await?;
    ensure!(loudest.as_i64() > Some(20), "the beep is seen in {waveform}");

    leo.press("//button[@aria-label='Speed 1×']").await?;
    leo.press("//*[contains(@class, 'player')]/button[@aria-label='Play']").await?;
    let heard = || leo.browser.run(HEARD);
    until("it is heard", heard, |heard| heard["at"].as_f64() > Some(0.2) && heard["speed"] == 1.5).await?;
    let gone =
        || async { Ok(leo.browser.run("return document.querySelector('.player__new') === null").await?) };
    until("it was heard", gone, |gone| *gone == true).await?;
    until("it ends", heard, |heard| heard["paused"] == true).await?;
    leo.browser.refresh().await?;
    leo.find("//*[contains(@class, 'player')]/button[@aria-label='Play']").await?;
    until("that it was heard is kept", gone, |gone| *gone == true).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn what_is_said_while_the_button_is_held_is_sent_when_it_is_let_go_of() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let button = mia.find(RECORD).await?.rect().await?;
    let mouse = |kind: &str, x: f64| {
        let y = button.y + button.height / 2.0;
        json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1})
    };
    let middle = button.x + button.width / 2.0;
    mia.browser.cdp("Input.dispatchMouseEvent", mouse("mousePressed", middle)).await?;
    let time = || async { Ok(mia.find("//*[@class='recording__time']").await?.text().await?) };
    until("a second is recorded", time, |time| time.as_str() >= "0:01").await?;
    // Let go of somewhere else, it is let go of all the same.
    mia.browser.cdp("Input.dispatchMouseEvent", mouse("mouseMoved", middle - 100.0)).await?;
    mia.browser.cdp("Input.dispatchMouseEvent", mouse("mouseReleased", middle - 100.0)).await?;
    leo.find("//*[@title='Not heard yet']").await?;
    let spoken = message(&leo).await?;
    let file = &spoken["body"]["files"][0];
    ensure!(file["kind"] == "voice" && file["duration"].as_i64() >= Some(1_000), "{file}");
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn what_is_discarded_is_sent_to_nobody_and_who_has_no_microphone_is_told() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.press(RECORD).await?;
    mia.press("//button[@aria-label='Discard']").await?;
    mia.browser
        .run("navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))")
        .await?;
    mia.press(RECORD).await?;
    mia.see("Kith can't use a microphone here").await?;
    mia.press("//*[@class='recording']//button[normalize-space()='Close']").await?;
    mia.send("so I write").await?;
    leo.sees(&["so I write"]).await?;
    mia.leave().await?;
    leo.leave().await
}

/// The newest, as the server has it.
async fn message(person: &Person) -> Result<Value> {
    let newest = "const [, id] = location.pathname.match(/^\\/c\\/([^/]+)/);
        return fetch(`/api/v1/conversations/${id}/messages`).then(it => it.json()).then(it => it.messages.at(-1))";
    person.browser.run(newest).await
}
