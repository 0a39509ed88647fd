//! A Contact List that is longer than the screen: few rows are drawn, all are reached.

use anyhow::{Result, ensure};
use thirtyfour::Key;

use crate::history::Program;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

/// More than are ever drawn.
const FRIENDS: usize = 120;

#[tokio::test]
async fn a_long_contact_list_is_scrolled_searched_and_walked_through() -> Result<()> {
    let server = Server::start()?;
    let mia = Program::register(&server, "Mia").await?;
    for number in 1..=FRIENDS {
        let friend = Program::register(&server, &format!("Friend{number}")).await?;
        let dialog = friend.befriend(&mia).await?;
        friend.write(dialog, &[format!("from {number}")]).await?;
    }
    let mia = Person::arrive(&server, "Mia").await?;
    mia.log_in().await?;
    until("the newest are first", || drawn(&mia), |drawn| drawn.starts_with(&[FRIENDS])).await?;
    mia.browser.run("document.querySelector('.contact-list').scrollTop = 1e6").await?;
    let drawn_now = until("the last is there", || drawn(&mia), |drawn| drawn.ends_with(&[1])).await?;
    ensure!(drawn_now.len() <= 40, "{} rows are drawn", drawn_now.len());
    ensure!(drawn_now.windows(2).all(|pair| pair[0] == pair[1] + 1), "in order: {drawn_now:?}");

    mia.find("//input[@type='search']").await?.send_keys("friend77").await?;
    until("the one searched for", || drawn(&mia), |drawn| *drawn == [77]).await?;
    // From the search on, Tab leads through the whole list.
    mia.find("//input[@type='search']").await?.send_keys(Key::Control + "a").await?;
    mia.find("//input[@type='search']").await?.send_keys(Key::Backspace + "").await?;
    until("all again, from the top", || drawn(&mia), |drawn| drawn.starts_with(&[FRIENDS])).await?;
    for number in (FRIENDS - 60..=FRIENDS).rev() {
        mia.browser.driver.action_chain().send_keys(Key::Tab + "").perform().await?;
        let focus =
            mia.browser.run("return document.activeElement.querySelector('.contact-row__name')?.textContent");
        let focus = focus.await?;
        ensure!(focus == format!("Friend{number}"), "the focus is on {focus}, not on {number}");
    }
    mia.leave().await
}

/// The numbers of the friends that are in the document, top to bottom.
async fn drawn(person: &Person) -> Result<Vec<usize>> {
    let names = "return [...document.querySelectorAll('.contact-list__items .contact-row__name')]
        .map(name => +name.textContent.replace('Friend', ''))";
    Ok(serde_json::from_value(person.browser.run(names).await?)?)
}
