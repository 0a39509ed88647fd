//! What one makes of a conversation for oneself: archived, marked as unread, muted for a while.

use anyhow::Result;
use thirtyfour::Key;

use crate::person::Person;
use crate::server::Server;

const ROW: &str = "//*[@class='contact-row__name'][.='Leo']";

#[tokio::test]
async fn a_chat_is_archived_until_something_comes_marked_as_unread_and_muted_for_a_while() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("first").await?;
    leo.sees(&["first"]).await?;

    details(&mia).await?;
    mia.click("Archive").await?;
    mia.find("//button[contains(@class, 'contact-list__archive')][contains(., '1 archived chat')]").await?;
    let search = mia.find("//input[@aria-label='Search']").await?;
    search.send_keys("nobody").await?;
    mia.see("Nobody by that name.").await?;
    search.send_keys(Key::Control + "a").await?;
    search.send_keys(Key::Delete + "").await?;
    mia.press("//button[contains(@class, 'contact-list__archive')]").await?;
    mia.find(ROW).await?;
    mia.press("//button[contains(@class, 'contact-list__archive')][contains(., 'All chats')]").await?;
    leo.send("are you there?").await?;
    mia.find(ROW).await?;
    mia.see_no_more("archived chat").await?;

    mia.open_dialog("Leo").await?;
    leo.last_is("are you there?", "Read").await?;
    details(&mia).await?;
    mia.click("Mark as unread").await?;
    mia.see("Choose a chat").await?;
    mia.find("//*[contains(@class, 'contact-row')]//*[.='Marked as unread']").await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&["first", "are you there?"]).await?;
    mia.see_no_more("Marked as unread").await?;

    details(&mia).await?;
    mia.click("For an hour").await?;
    mia.see("Muted until").await?;
    mia.browser.refresh().await?;
    mia.see("Muted until").await?;
    mia.click("Unmute").await?;
    mia.see("Until tomorrow").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn the_menu_of_a_row_pins_mutes_and_archives() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("first").await?;
    leo.sees(&["first"]).await?;
    for (what, then) in [("Pin to the top", "Unpin"), ("Mute", "Unmute"), ("Mark as unread", "Mark as read")]
    {
        row_menu(&mia, what).await?;
        row_menu(&mia, then).await?;
    }
    row_menu(&mia, "Archive").await?;
    mia.press("//button[contains(@class, 'contact-list__archive')][contains(., '1 archived chat')]").await?;
    row_menu(&mia, "Take out of the archive").await?;
    mia.see_no_more("archived chat").await?;
    row_menu(&mia, "Details").await?;
    mia.see("Disappearing messages").await?;
    mia.leave().await?;
    leo.leave().await
}

/// Chooses from the menu of Leo's row.
async fn row_menu(person: &Person, what: &str) -> Result<()> {
    let row = person.find(ROW).await?;
    person.browser.driver.action_chain().context_click_element(&row).perform().await?;
    person.press(&format!("//dialog[@open]//button[normalize-space()='{what}']")).await?;
    crate::wait::until(
        "the menu is closed",
        || person.browser.run("return document.querySelectorAll('dialog[open]').length"),
        |open| *open == serde_json::Value::from(0),
    )
    .await
    .map(drop)
}

async fn details(person: &Person) -> Result<()> {
    person.press("//a[starts-with(@aria-label, 'Details of')]").await
}
