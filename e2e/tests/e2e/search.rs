//! Finding what was said long ago, with the network and without.

use anyhow::Result;

use crate::accessibility::look;
use crate::history::Program;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn an_old_message_is_found_online_and_offline_and_shown_where_it_stands() -> Result<()> {
    let server = Server::start()?;
    let (leo, mias) = (Program::register(&server, "Leo").await?, Program::register(&server, "Mia").await?);
    let dialog = leo.befriend(&mias).await?;
    leo.write(dialog, &["Meet me at the Café Élan, it has the best cake".to_owned()]).await?;
    mias.write(dialog, &["the cafe with the boats?".to_owned()]).await?;
    let later: Vec<String> = (3..=400).map(|number| format!("number {number}")).collect();
    leo.write(dialog, &later).await?;
    let mia = Person::arrive(&server, "Mia").await?;
    mia.log_in().await?;
    mia.open_dialog("Leo").await?;

    // Only the server has it.
    type_into(&mia, "CAFE").await?;
    let both = ["Leo: Meet me at the Café Élan, it has the best cake", "You: the cafe with the boats?"];
    until("both are found", || found(&mia), |found| *found == [both[1], both[0]]).await?;
    look(&mia, "search").await?;
    type_into(&mia, "from:leo caf ela").await?;
    until("Leo's is found", || found(&mia), |found| *found == both[..1]).await?;
    mia.press("//a[.//mark[normalize-space()='Café']]").await?;
    mia.find("//article[contains(@class, 'dialog__row--found') and @aria-posinset='1']").await?;

    // Now this device has it too.
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    type_into(&mia, "wolke").await?;
    mia.see("only what is on this device").await?;
    mia.see("No messages found.").await?;
    type_into(&mia, "cafe\u{301}").await?;
    until("both are found", || found(&mia), |found| *found == [both[1], both[0]]).await?;
    type_into(&mia, "").await?;

    // More than fit: the rest is asked for.
    type_into(&mia, "number").await?;
    until("a page is found", || found(&mia), |found| found.len() == 50).await?;
    mia.click("Show more").await?;
    until("the next page is found too", || found(&mia), |found| found.len() == 100).await?;
    type_into(&mia, "").await?;

    // Within the chat.
    mia.press("//button[@aria-label='Search in this chat']").await?;
    let field = mia.find("//*[@class='dialog']//input[@type='search']").await?;
    field.send_keys("best CAKE").await?;
    let marked = || mia.browser.run("return [...document.querySelectorAll('mark')].map(m => m.textContent)");
    until("both words are marked", marked, |marked| *marked == serde_json::json!(["best", "cake"])).await?;
    look(&mia, "search_in_chat").await?;
    mia.find("//*[@class='dialog']//input[@type='search']").await?.send_keys("\u{e00c}").await?;
    mia.see("number 400").await?;
    mia.press("//button[@aria-label='Search in this chat']").await?;
    mia.find("//*[@class='dialog']//input[@type='search']").await?.send_keys("best CAKE").await?;
    mia.press("//a[.//mark]").await?;
    mia.find("//article[contains(@class, 'dialog__row--found') and @aria-posinset='1']").await?;
    mia.leave().await
}

async fn type_into(person: &Person, text: &str) -> Result<()> {
    let field = person.find("//input[@aria-label='Search']").await?;
    let end = field.prop("value").await?.unwrap_or_default().chars().count();
    Ok(field.send_keys(format!("\u{e010}{}{text}", "\u{e003}".repeat(end))).await?)
}

/// What is found, from the first on, each beginning with who said it.
async fn found(person: &Person) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('li:not([aria-posinset]) .contact-row__preview')].map(
        found => found.textContent)";
    Ok(serde_json::from_value(person.browser.run(script).await?)?)
}
