//! One pane on a phone with working Back, two on a desktop; all of it by keyboard.

use anyhow::Result;
use thirtyfour::Key;

use crate::browser::PHONE;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn a_phone_shows_one_pane_and_both_backs_lead_to_the_list() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    leo.send("hello").await?;
    mia.sees(&["hello"]).await?;
    mia.browser.resize(PHONE).await?;
    mia.open(&server.url("/")).await?;
    mia.see("Chats").await?;
    mia.open_dialog("Leo").await?;
    mia.see_no_more("Chats").await?;
    mia.press("//button[@aria-label='Back']").await?;
    mia.see("Chats").await?;
    mia.see_no_more("Message").await?;
    mia.open_dialog("Leo").await?;
    mia.see_no_more("Chats").await?;
    mia.browser.driver.back().await?;
    mia.see("Chats").await?;
    mia.browser.driver.forward().await?;
    mia.see_no_more("Chats").await?;
    mia.sees(&["hello"]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_dialog_is_opened_and_written_in_by_keyboard_alone() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.open(&server.url("/")).await?;
    mia.see("Choose a chat").await?;
    mia.connected().await?;
    // From the top of the page, Tab leads to the conversation, and Enter opens it.
    for _ in 0..10 {
        if focused(&mia).await?.contains("contact-row") {
            break;
        }
        key(&mia, Key::Tab).await?;
    }
    assert!(focused(&mia).await?.contains("contact-row"), "the focus is on {}", focused(&mia).await?);
    key(&mia, Key::Enter).await?;
    until("the composer has the focus", || focused(&mia), |class| class.contains("composer__input")).await?;
    mia.browser
        .driver
        .action_chain()
        .send_keys("one")
        .key_down(Key::Shift)
        .send_keys(Key::Enter + "")
        .key_up(Key::Shift)
        .send_keys("two")
        .send_keys(Key::Enter + "")
        .perform()
        .await?;
    leo.sees(&["one\ntwo"]).await?;
    mia.leave().await?;
    leo.leave().await
}

async fn key(person: &Person, key: Key) -> Result<()> {
    Ok(person.browser.driver.action_chain().send_keys(key + "").perform().await?)
}

/// The class of what has the focus.
async fn focused(person: &Person) -> Result<String> {
    let class = person.browser.run("return document.activeElement?.className ?? ''").await?;
    Ok(class.as_str().unwrap_or_default().to_owned())
}
