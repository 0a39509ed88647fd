//! Getting about by keys alone.

use anyhow::Result;
use thirtyfour::{Key, TypingData, WebElement};

use crate::person::Person;
use crate::server::Server;

#[tokio::test]
async fn chats_are_found_opened_and_left_by_keys_and_the_keys_are_told() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("hello").await?;
    leo.sees(&["hello"]).await?;

    press(&mia, Key::Escape + "").await?;
    mia.see("Choose a chat").await?;
    press(&mia, Key::Control + "k").await?;
    press(&mia, "leo").await?;
    mia.find("//*[@class='contact-row__name'][.='Leo']").await?;
    press(&mia, Key::Enter + "").await?;
    mia.sees(&["hello"]).await?;

    press(&mia, "half a th?").await?;
    assert_eq!(mia.composer().await?.prop("value").await?.unwrap_or_default(), "half a th?");
    press(&mia, Key::Escape + "").await?;
    mia.see("Choose a chat").await?;
    press(&mia, Key::Control + "k").await?;
    press(&mia, Key::Down + "").await?;
    assert_eq!(focused(&mia).await?.class_name().await?.unwrap_or_default(), "contact-row");

    press(&mia, "?").await?;
    mia.see("Search chats; Enter opens the first").await?;
    press(&mia, Key::Escape + "").await?;
    mia.see_no_more("Search chats; Enter opens the first").await?;
    press(&mia, Key::Enter + "").await?;
    mia.sees(&["hello"]).await?;
    mia.leave().await?;
    leo.leave().await
}

/// Where the focus is.
pub async fn press(person: &Person, keys: impl Into<TypingData>) -> Result<()> {
    Ok(focused(person).await?.send_keys(keys).await?)
}

async fn focused(person: &Person) -> Result<WebElement> {
    Ok(person.browser.driver.active_element().await?)
}
