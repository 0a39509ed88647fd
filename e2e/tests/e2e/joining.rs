//! Coming into a group by a link, at once or when an admin lets one in.

use anyhow::{Result, ensure};

use crate::person::Person;
use crate::server::Server;

#[tokio::test]
async fn a_link_leads_a_stranger_through_registering_into_the_group() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.make_group("The harbour", "Leo").await?;
    let link = mia.group_link("The harbour", false).await?;

    let zoe = Person::arrive(&server, "Zoe").await?;
    zoe.open(&link).await?;
    zoe.see("invites you to the group The harbour").await?;
    zoe.sign_up().await?;
    zoe.see("Mia invites you to The harbour").await?;
    zoe.see("2 members").await?;
    zoe.click("Join the group").await?;
    zoe.notice("You joined by link").await?;
    leo.open_dialog("The harbour").await?;
    leo.notice("Zoe joined by link").await?;
    zoe.send("Ahoy").await?;
    leo.sees(&["Ahoy"]).await?;

    // Taken back: it leads nowhere any more.
    mia.click("Revoke").await?;
    mia.see_no_more("Revoke").await?;
    let ana = Person::register(&server, "Ana").await?;
    ana.open(&link).await?;
    ana.see("This link no longer works").await?;
    for person in [mia, leo, zoe, ana] {
        person.leave().await?;
    }
    Ok(())
}

#[tokio::test]
async fn who_asks_waits_until_an_admin_lets_them_in() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.make_group("The harbour", "Leo").await?;
    let link = mia.group_link("The harbour", true).await?;
    mia.open_dialog("The harbour").await?;
    let zoe = Person::register(&server, "Zoe").await?;
    let ana = Person::register(&server, "Ana").await?;
    for person in [&zoe, &ana] {
        person.open(&link).await?;
        person.see("An admin has to let you in.").await?;
        person.click("Ask to join").await?;
        person.see("You have asked to join.").await?;
    }
    // It is known after a reload, and by the admin at once.
    zoe.open(&link).await?;
    zoe.see("You have asked to join.").await?;
    mia.press("//a[@aria-label='Details of The harbour, 2 ask to join']").await?;
    mia.decide("Zoe", "Let in").await?;
    mia.see("1 asks to join").await?;
    mia.decide("Ana", "Decline").await?;
    mia.see_no_more("asks to join").await?;
    mia.see("3 members").await?;
    zoe.open_dialog("The harbour").await?;
    zoe.notice("You joined by link").await?;
    ensure!(!ana.screen().await?.contains("3 members"), "Ana was declined");
    // A plain member decides nothing, and sees no links.
    leo.open_dialog("The harbour").await?;
    leo.notice("Zoe joined by link").await?;
    leo.press("//a[@aria-label='Details of The harbour']").await?;
    leo.see("3 members").await?;
    leo.see_no_more("Invite by link").await?;
    for person in [mia, leo, zoe, ana] {
        person.leave().await?;
    }
    Ok(())
}

impl Person {
    pub async fn make_group(&self, name: &str, friend: &str) -> Result<()> {
        self.press("//a[@aria-label='New group']").await?;
        self.fill("Group name", name).await?;
        self.press(&format!(
            "//button[starts-with(normalize-space(), 'Choose') and contains(., '{friend}')]"
        ))
        .await?;
        self.click("Make the group").await
    }

    /// Makes a link for five into the group that is open.
    pub async fn group_link(&self, name: &str, approval: bool) -> Result<String> {
        self.press(&format!("//a[@aria-label='Details of {name}']")).await?;
        self.press("//select[@id='link-uses']/option[normalize-space()='5 people']").await?;
        if approval {
            self.click("Approve each").await?;
        }
        self.click("Make a link").await?;
        self.find("//*[@class='link-row__address']").await?.text().await.map_err(Into::into)
    }

    async fn decide(&self, name: &str, what: &str) -> Result<()> {
        let row = format!("//li[.//*[@class='person-row__name' and normalize-space()='{name}']]");
        self.press(&format!("{row}//button[normalize-space()='{what}']")).await
    }
}
