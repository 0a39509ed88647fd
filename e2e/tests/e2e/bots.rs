//! Bots: made in Settings, in a group, and spoken through by programs.

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::By;

use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

/// Makes a bot in Settings, and gives its token.
pub async fn made(person: &Person, name: &str) -> Result<String> {
    person.fill("Username of the bot", &name.to_lowercase()).await?;
    person.fill("Name of the bot", name).await?;
    person.click("Make a bot").await?;
    secret(person).await
}

/// What is told once.
async fn secret(person: &Person) -> Result<String> {
    let shown = "//*[@role='status']//*[@class='link-row__address']";
    Ok(person.find(shown).await?.text().await?)
}

async fn post(url: &str, text: &str) -> Result<u16> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let body = json!({"text": text}).to_string();
    let request = http.post(url).header("content-type", "application/json").body(body);
    Ok(request.send().await?.status().as_u16())
}

#[tokio::test]
async fn a_bot_is_made_joins_a_group_and_speaks_by_a_webhook() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    ensure!(made(&mia, "Robo").await?.len() == 43, "the token is shown");

    mia.press("//a[@aria-label='New group']").await?;
    mia.fill("Group name", "The harbour").await?;
    for member in ["Leo", "Robo"] {
        mia.press(&format!("//button[starts-with(normalize-space(), 'Choose') and contains(., '{member}')]"))
            .await?;
    }
    mia.click("Make the group").await?;
    mia.see("3 members").await?;

    mia.press("//a[@aria-label='Settings']").await?;
    mia.press("//button[starts-with(normalize-space(), 'Manage') and contains(., 'Robo')]").await?;
    mia.find("//option[normalize-space()='The harbour']").await?;
    mia.click("Make a webhook").await?;
    mia.see("/api/v1/hooks/").await?;
    let url = secret(&mia).await?;
    ensure!(post(&url, "The tide is in.").await? == 200, "{url}");
    leo.open_dialog("The harbour").await?;
    leo.sees(&["The tide is in."]).await?;
    leo.find("//*[@class='bubble__sender' and starts-with(., 'Robo')]/*[@class='bot-badge']").await?;

    mia.press("//li[@class='link-row']//button[normalize-space()='Remove']").await?;
    let rows =
        || async { Ok(mia.browser.driver.find_all(By::XPath("//li[@class='link-row']")).await?.len()) };
    until("the webhook is removed", rows, |rows| *rows == 0).await?;
    ensure!(post(&url, "Is anybody there?").await? == 404, "a removed webhook is none");
    mia.click("Remove bot").await?;
    mia.press("//div[@role='group']//button[normalize-space()='Remove bot']").await?;
    mia.see_no_more("@robo").await?;
    leo.see("2 members").await?;
    leo.sees(&["The tide is in."]).await?;
    mia.leave().await?;
    leo.leave().await
}
