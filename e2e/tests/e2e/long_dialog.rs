//! A conversation of thousands of messages: few are drawn, and what one looks at stays where it is.

use anyhow::{Context, Result, ensure};
use kith_shared::ConversationId;
use serde::Deserialize;

use crate::browser::{DESKTOP, PHONE, tool};
use crate::history::Program;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

const MESSAGES: usize = 3_000;
/// More than one message moves while another is read is seen as a jump, in pixels.
const STEADY: f64 = 2.0;

/// What is on the screen of the Dialog.
#[derive(Debug, Deserialize)]
struct Seen {
    /// The numbers of the first and the last message that are in view.
    first: i64,
    last: i64,
    nodes: i64,
    /// Pixels to the end.
    below: f64,
}

/// A row and how far it is below the top of the log.
#[derive(Clone, Debug, Deserialize)]
struct Row {
    number: String,
    top: f64,
}

#[tokio::test]
async fn a_long_conversation_is_read_up_and_down_without_a_jump() -> Result<()> {
    let (server, leo, mia, dialog) = long_dialog(MESSAGES).await?;
    until("it opens at the newest", || seen(&mia), |seen| is_at_end(seen, MESSAGES)).await?;
    picture(&mia, "long_dialog").await?;
    // Upwards over several pages, a wheel's notch at a time, as each comes: no row moves but by the wheel.
    scroll_through(&mia, -240, 200).await?;
    let up = seen(&mia).await?;
    ensure!(up.first < MESSAGES as i64 - 350, "more than three pages up: {up:?}");
    mia.see("To the newest").await?;

    // What is new does not move it.
    let before = first_row(&mia).await?;
    leo.write(dialog, &["is anybody there?".to_owned()]).await?;
    mia.see("1 new message").await?;
    let after = first_row(&mia).await?;
    ensure!(
        before.number == after.number && (before.top - after.top).abs() <= STEADY,
        "{before:?} {after:?}"
    );
    scroll_through(&mia, 240, 60).await?;
    mia.click("1 new message").await?;
    until("the newest is in view", || seen(&mia), |seen| is_at_end(seen, MESSAGES + 1)).await?;
    leo.write(dialog, &["one more".to_owned()]).await?;
    until("and stays so", || seen(&mia), |seen| is_at_end(seen, MESSAGES + 2)).await?;
    drop(server);
    Ok(())
}

#[tokio::test]
async fn a_message_is_found_by_its_address_and_the_place_is_kept() -> Result<()> {
    let (server, leo, mia, dialog) = long_dialog(MESSAGES).await?;
    mia.open(&server.url(&format!("/c/{dialog}/1500"))).await?;
    let shows = |number: i64| move |seen: &Seen| seen.first <= number && number <= seen.last;
    until("the message is in view", || seen(&mia), shows(1_500)).await?;
    mia.find("//article[contains(@class, 'dialog__row--found') and @aria-posinset='1500']").await?;
    picture(&mia, "found_message").await?;
    scroll_through(&mia, -240, 80).await?;
    scroll_through(&mia, 240, 40).await?;

    // Away and back.
    let before = first_row(&mia).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    mia.see("This device").await?;
    mia.open_dialog("Leo").await?;
    let same = |row: &Option<Row>| {
        row.as_ref().is_some_and(|row| row.number == before.number && (row.top - before.top).abs() <= STEADY)
    };
    until("the place is kept", || async { Ok(first_row(&mia).await.ok()) }, same).await?;

    // The scrollbar, dragged to where nothing is.
    mia.browser
        .run("const log = document.querySelector('.dialog__log'); log.scrollTop = log.scrollHeight / 5")
        .await?;
    until("what is there is brought", || seen(&mia), |seen| (300..1_000).contains(&seen.first)).await?;
    mia.browser.run("document.querySelector('.dialog__log').scrollTop = 0").await?;
    until("the first", || seen(&mia), shows(1)).await?;
    leo.write(dialog, &["hello?".to_owned()]).await?;
    mia.see("1 new message").await?;
    // Who writes is at the newest.
    mia.send("Here I am").await?;
    mia.last_is("Here I am", "Sent").await?;
    until("the newest is in view", || seen(&mia), |seen| is_at_end(seen, MESSAGES + 2)).await?;
    drop(server);
    Ok(())
}

/// Mia at a browser, in a dialog with so many messages of Leo's and her own.
async fn long_dialog(messages: usize) -> Result<(Server, Program, Person, ConversationId)> {
    let server = Server::start()?;
    let (leo, mias) = (Program::register(&server, "Leo").await?, Program::register(&server, "Mia").await?);
    let dialog = leo.befriend(&mias).await?;
    // In turns of a hundred, of very different lengths.
    let text = |number: usize| format!("{number} {}", "and so on ".repeat(number * 7 % 5 * (number % 17)));
    let texts: Vec<String> = (1..=messages).map(text).collect();
    for (turn, texts) in texts.chunks(100).enumerate() {
        let writer = if turn % 2 == 0 { &leo } else { &mias };
        writer.write(dialog, texts).await?;
    }
    let mia = Person::arrive(&server, "Mia").await?;
    mia.log_in().await?;
    mia.open_dialog("Leo").await?;
    Ok((server, leo, mia, dialog))
}

/// Scrolls by so many pixels so many times; after each time the row that was in the middle has moved by that and no
/// more, and never is there more in the document than should be.
async fn scroll_through(person: &Person, by: i32, times: usize) -> Result<()> {
    let script = "const [by, times, done] = arguments;
        const log = document.querySelector('.dialog__log');
        const frame = () => new Promise(next => requestAnimationFrame(() => setTimeout(next)));
        const middle = () => {
            const { top, height } = log.getBoundingClientRect();
            const rows = [...log.querySelectorAll('.dialog__row')];
            const row = rows.find(row => row.getBoundingClientRect().bottom > top + height / 2);
            return row && { row, top: row.getBoundingClientRect().top };
        };
        (async () => {
            let worst = 0, nodes = 0, jumps = [];
            for (let step = 0; step < times; step++) {
                // Who is faster than the network sees no messages: here one waits.
                let before = middle();
                for (let wait = 0; !before && wait < 500; wait++) { await frame(); before = middle(); }
                if (!before) { jumps.push('nothing came'); break; }
                const from = log.scrollTop;
                log.scrollTop += by;
                const moved = log.scrollTop - from;
                for (let wait = 0; wait < 3; wait++) {
                    await frame();
                    nodes = Math.max(nodes, log.querySelectorAll('*').length);
                    if (!before.row.isConnected) { jumps.push(`${before.row.ariaPosInSet} is gone`); break; }
                    const off = Math.abs(before.row.getBoundingClientRect().top - (before.top - moved));
                    if (off > worst) { worst = off; jumps.push(`${before.row.ariaPosInSet} by ${off}`); }
                }
            }
            done({ worst, nodes, jumps });
        })()";
    #[derive(Debug, Deserialize)]
    struct Scrolled {
        worst: f64,
        nodes: i64,
        jumps: Vec<String>,
    }
    let arguments = vec![by.into(), times.into()];
    let scrolled = person.browser.driver.execute_async(script, arguments).await?;
    let scrolled: Scrolled = serde_json::from_value(scrolled.json().clone())?;
    ensure!(scrolled.worst <= STEADY && scrolled.nodes <= 400, "{scrolled:?}");
    ensure!(
        !scrolled.jumps.iter().any(|jump| jump.ends_with("gone") || jump.starts_with("nothing")),
        "{scrolled:?}"
    );
    Ok(())
}

async fn seen(person: &Person) -> Result<Seen> {
    let script = "const log = document.querySelector('.dialog__log');
        if (!log) return { first: -1, last: -1, nodes: 0, below: -1 };
        const { top, bottom } = log.getBoundingClientRect();
        const rows = [...log.querySelectorAll('.dialog__row')].filter(row => {
            const place = row.getBoundingClientRect();
            return place.bottom > top && place.top < bottom;
        }).map(row => +row.ariaPosInSet);
        return { first: rows.at(0) ?? -1, last: rows.at(-1) ?? -1, nodes: log.querySelectorAll('*').length,
            below: log.scrollHeight - log.scrollTop - log.clientHeight }";
    let seen: Seen = serde_json::from_value(person.browser.run(script).await?)?;
    ensure!(seen.nodes <= 400, "{seen:?}");
    Ok(seen)
}

fn is_at_end(seen: &Seen, messages: usize) -> bool {
    seen.last == messages as i64 && seen.below.abs() < STEADY
}

async fn first_row(person: &Person) -> Result<Row> {
    let script = "const log = document.querySelector('.dialog__log'), { top } = log.getBoundingClientRect();
        const row = [...log.querySelectorAll('.dialog__row')].find(row => row.getBoundingClientRect().bottom > top);
        return row ? { number: row.ariaPosInSet, top: row.getBoundingClientRect().top - top } : null";
    serde_json::from_value(person.browser.run(script).await?).context("no row is seen")
}

/// Pictures to be looked at, as those of the other screens are.
async fn picture(person: &Person, name: &str) -> Result<()> {
    let folder = tool("KITH_TARGET")?.join("screenshots");
    std::fs::create_dir_all(&folder)?;
    for (size, form) in [(PHONE, "390"), (DESKTOP, "1280")] {
        person.browser.resize(size).await?;
        person.screenshot(&folder.join(format!("{name}_{form}.png"))).await?;
    }
    Ok(())
}
