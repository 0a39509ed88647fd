//! What is completed while one writes.

use anyhow::Result;
use thirtyfour::Key;

use crate::keys::press;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn an_emoji_is_completed_by_keys_and_replaced_when_its_code_is_whole() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.write("we go :rocke").await?;
    mia.find(&chosen("rocket")).await?;
    press(&mia, Key::Enter + "").await?;
    is_written(&mia, "we go 🚀").await?;

    press(&mia, " :thumbs_").await?;
    mia.find(&chosen("thumbs up")).await?;
    press(&mia, Key::Down + "").await?;
    mia.find(&chosen("thumbs down")).await?;
    press(&mia, Key::Up + "").await?;
    press(&mia, "up:").await?;
    is_written(&mia, "we go 🚀 👍").await?;

    press(&mia, " `:thumbs_up:` :smil").await?;
    mia.find("//*[@role='listbox']").await?;
    press(&mia, Key::Escape + "").await?;
    is_without_list(&mia).await?;
    press(&mia, "e\n").await?;
    leo.sees(&["we go 🚀 👍 :thumbs_up: :smile"]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn members_of_a_group_are_mentioned_by_keys_and_all_by_its_owner() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.write("@").await?;
    is_without_list(&mia).await?;
    press(&mia, Key::Backspace + "").await?;
    mia.press("//a[@aria-label='New group']").await?;
    mia.fill("Group name", "Kites").await?;
    mia.press("//button[starts-with(normalize-space(), 'Choose') and contains(., 'Leo')]").await?;
    mia.click("Make the group").await?;
    leo.open_dialog("Kites").await?;

    mia.write("hello @").await?;
    mia.find(&chosen("Everybody in this group")).await?;
    press(&mia, "L").await?;
    mia.find(&chosen("Leo")).await?;
    press(&mia, Key::Tab + "").await?;
    is_written(&mia, "hello @leo ").await?;
    press(&mia, "!\n").await?;
    leo.sees(&["hello @leo !"]).await?;
    leo.find("//*[contains(@class, 'format__mention--me')][.='@leo']").await?;

    // Who is no admin can't call everybody.
    leo.write("@").await?;
    leo.find(&chosen("Mia")).await?;
    press(&leo, "a").await?;
    is_without_list(&leo).await?;
    mia.leave().await?;
    leo.leave().await
}

/// The one that is chosen of what is offered, as the field has it.
fn chosen(name: &str) -> String {
    format!("//*[@role='option'][@aria-selected='true'][@id=//textarea/@aria-activedescendant]/*[.='{name}']")
}

async fn is_without_list(person: &Person) -> Result<()> {
    person
        .find("//form[@class='composer'][not(.//*[@role='listbox'])]/textarea[not(@aria-controls)]")
        .await
        .map(drop)
}

async fn is_written(person: &Person, text: &str) -> Result<()> {
    let composer = person.composer().await?;
    let written = || async { Ok(composer.prop("value").await?.unwrap_or_default()) };
    until(&format!("{text:?} is written"), written, |written| written == text).await?;
    Ok(())
}
