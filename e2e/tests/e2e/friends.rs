//! Friends invitation in the app.

use anyhow::Result;

use crate::person::Person;
use crate::server::Server;

#[tokio::test]
async fn a_request_by_username_is_accepted_and_opens_the_way_to_a_dialog() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = (Person::register(&server, "Mia").await?, Person::register(&server, "Leo").await?);
    leo.connected().await?;
    mia.ask("LEO").await?;
    mia.see("has not answered yet").await?;
    leo.see("Wants to be your friend").await?;
    leo.click("Accept").await?;
    leo.see("Say hello").await?;
    leo.press("//button[.//*[@class='contact-row__name' and normalize-space()='Mia']]").await?;
    leo.send("Hi, and thanks").await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&["Hi, and thanks"]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_declined_request_is_gone_on_both_sides() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = (Person::register(&server, "Mia").await?, Person::register(&server, "Leo").await?);
    leo.connected().await?;
    mia.ask("leo").await?;
    leo.click("Decline").await?;
    leo.see_no_more("Wants to be your friend").await?;
    mia.see_no_more("Asked by you").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn what_is_written_to_one_who_has_unfriended_is_refused_and_kept() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.send("Still there?").await?;
    leo.press("//a[starts-with(@aria-label, 'Friends')]").await?;
    leo.click("Unfriend").await?;
    leo.press("//*[@class='confirm']//button[normalize-space()='Unfriend']").await?;
    leo.see_no_more("Your friends").await?;
    mia.browser.offline(false).await?;
    mia.last_is("Still there?", "Not sent").await?;
    mia.see("You and Leo are not friends now").await?;
    mia.see("You can't write here now.").await?;
    mia.click("Discard").await?;
    mia.sees(&[]).await?;
    mia.leave().await?;
    leo.leave().await
}
