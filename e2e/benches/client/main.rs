//! How fast the client is: in headless Chromium, against the real server. `cargo xtask bench client` runs it.
//!
//! Every measure has a server and a browser of its own. Times are taken inside the page, by its own clock, so that what
//! drives the browser is not in them. Nothing here fails for being slow: the table says whether an aim is met.

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/e2e/browser.rs"]
mod browser;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/e2e/delivery.rs"]
mod delivery;
#[path = "../../tests/e2e/devtools.rs"]
mod devtools;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/e2e/history.rs"]
mod history;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/e2e/person.rs"]
mod person;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/e2e/server.rs"]
mod server;
#[path = "../../tests/e2e/wait.rs"]
mod wait;

mod catching_up;
mod figures;
mod group;
mod opening;
mod past;
mod photos;
mod probe;
mod pushing;
mod scrolling;
mod searching;
mod sending;
mod table;
mod typing;

use anyhow::Result;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut rows = Vec::new();
    eprintln!("opening: {} messages in {} conversations", opening::MESSAGES, opening::CONVERSATIONS);
    rows.extend(opening::measure().await?);
    eprintln!("a group: {} members", group::MEMBERS);
    rows.extend(group::measure().await?);
    eprintln!("typing: {} messages", typing::MESSAGES);
    rows.extend(typing::measure().await?);
    eprintln!("scrolling: {} messages", scrolling::MESSAGES);
    rows.extend(scrolling::measure().await?);
    eprintln!("searching: {} messages", searching::MESSAGES);
    rows.extend(searching::measure().await?);
    eprintln!("catching up: {} messages", catching_up::MESSAGES);
    rows.extend(catching_up::measure().await?);
    eprintln!("photos: {}", photos::PHOTOS);
    rows.extend(photos::measure().await?);
    eprintln!("sending: {} MiB", sending::MEBIBYTES);
    rows.extend(sending::measure().await?);
    eprintln!("pushes");
    rows.extend(pushing::measure().await?);
    table::print(&rows);
    Ok(())
}
