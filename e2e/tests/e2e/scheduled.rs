//! Messages that are sent later, by the server.

use anyhow::Result;

use crate::groups::{second_device, three_in_a_group};
use crate::person::Person;
use crate::server::Server;

#[tokio::test]
async fn what_is_scheduled_arrives_though_the_senders_browser_is_closed() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let other = second_device(&server, &mia).await?;
    other.open_dialog("Leo").await?;
    mia.write("Good morning!").await?;
    later(&mia, "In an hour").await?;
    mia.see("1 scheduled").await?;
    other.see("1 scheduled").await?;
    assert_eq!(mia.composer().await?.prop("value").await?.unwrap_or_default(), "");
    mia.write("Are you there?").await?;
    later_in(&mia, 6).await?;
    other.see("2 scheduled").await?;
    mia.leave().await?;
    other.leave().await?;
    leo.sees(&["Are you there?"]).await?;
    leo.leave().await
}

#[tokio::test]
async fn what_waits_is_changed_sent_or_deleted_on_any_device() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let other = second_device(&server, &mia).await?;
    other.open_dialog("Leo").await?;
    for text in ["one", "two", "three"] {
        mia.write(text).await?;
        later(&mia, "Tomorrow morning").await?;
    }
    other.see("3 scheduled").await?;
    other.click("3 scheduled").await?;
    other.press(&format!("{}//button[.='Send now']", waiting("two"))).await?;
    leo.sees(&["two"]).await?;
    other.press(&format!("{}//button[.='Delete']", waiting("three"))).await?;
    other.see("1 scheduled").await?;
    other.press(&format!("{}//button[.='Edit']", waiting("one"))).await?;
    other.press("//dialog[@open]//button[.='Close']").await?;
    other.see_no_more("scheduled").await?;
    mia.see_no_more("scheduled").await?;
    other.send(" and a half").await?;
    leo.sees(&["two", "one and a half"]).await?;
    for person in [mia, other, leo] {
        person.leave().await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_scheduled_offline_is_handed_over_on_return() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.write("over the hills").await?;
    later(&mia, "In an hour").await?;
    mia.write("and far away").await?;
    later_in(&mia, 0).await?;
    mia.click("2 scheduled").await?;
    mia.see("Handed to the server when there is a connection.").await?;
    mia.browser.offline(false).await?;
    mia.see_no_more("Handed to the server").await?;
    leo.sees(&["and far away"]).await?;
    mia.browser.offline(true).await?;
    mia.press(&format!("{}//button[.='Send now']", waiting("over the hills"))).await?;
    mia.see("The server can't be reached.").await?;
    mia.browser.offline(false).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn what_is_due_in_a_group_one_was_removed_from_is_not_sent() -> Result<()> {
    let server = Server::start()?;
    let [mia, leo, ana] = three_in_a_group(&server, "Boats").await?;
    leo.write("too late").await?;
    later(&leo, "In an hour").await?;
    leo.see("1 scheduled").await?;
    mia.press("//a[@aria-label='Details of Boats']").await?;
    mia.press("//li[contains(., 'Leo')]//button[starts-with(normalize-space(), 'Manage')]").await?;
    mia.press("//button[normalize-space()='Remove from group']").await?;
    mia.press("//*[@class='confirm']//button[normalize-space()='Remove from group']").await?;
    leo.see("No such chat").await?;
    ana.see("2 members").await?;
    ana.sees(&[]).await?;
    for person in [mia, leo, ana] {
        person.leave().await?;
    }
    Ok(())
}

/// Has what stands in the composer sent at one of the times that are offered.
pub async fn later(person: &Person, when: &str) -> Result<()> {
    open(person).await?;
    person.press(&format!("//dialog[@open]//button[starts-with(., '{when}')]")).await
}

/// Has it sent so many seconds from now: as who types a time does, but for the seconds.
async fn later_in(person: &Person, seconds: u32) -> Result<()> {
    open(person).await?;
    let field = person.find("//input[@aria-label='Date and time']").await?;
    let put = format!(
        "const [field] = arguments;
        const at = new Date(Date.now() + {seconds}000);
        field.value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 19);"
    );
    person.browser.driver.execute(&put, vec![field.to_json()?]).await?;
    person.click("Schedule").await
}

async fn open(person: &Person) -> Result<()> {
    person.press("//button[@aria-label='More to send']").await?;
    person.press("//dialog[@open]//button[.='Send later…']").await
}

/// The entry of one that says this.
fn waiting(text: &str) -> String {
    format!("//li[@class='scheduled'][.//*[.='{text}']]")
}
