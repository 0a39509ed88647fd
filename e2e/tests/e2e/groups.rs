//! Groups, and what follows somebody from one device to another.

use anyhow::Result;

use crate::browser::{Browser, DESKTOP};
use crate::person::{PASSWORD, Person};
use crate::server::Server;

/// The same person at a second browser.
pub async fn second_device(server: &Server, person: &Person) -> Result<Person> {
    let other = Person { browser: Browser::open(DESKTOP).await?, name: person.name.clone() };
    other.open(&server.url("/")).await?;
    other.fill("Username", &person.name.to_lowercase()).await?;
    other.fill("Password", PASSWORD).await?;
    other.press("//form//button[normalize-space()='Log in']").await?;
    other.connected().await?;
    Ok(other)
}

#[tokio::test]
async fn a_group_is_made_named_grows_and_is_left() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.press("//a[@aria-label='New group']").await?;
    mia.fill("Group name", "The harbour").await?;
    mia.press("//button[starts-with(normalize-space(), 'Choose') and contains(., 'Leo')]").await?;
    mia.find("//button[@aria-pressed='true' and contains(., 'Leo')]").await?;
    mia.click("Make the group").await?;
    mia.see("2 members").await?;
    mia.send("Who brings the kite?").await?;
    leo.see("Mia: Who brings the kite?").await?;
    leo.open_dialog("The harbour").await?;
    leo.sees(&["Who brings the kite?"]).await?;
    leo.notice("Mia made the group").await?;
    mia.notice("You made the group").await?;
    leo.send("I do").await?;
    mia.sees(&["Who brings the kite?", "I do"]).await?;

    mia.press("//a[@aria-label='Details of The harbour']").await?;
    mia.fill("Group name", "Kites").await?;
    mia.click("Save").await?;
    leo.find("//h1[normalize-space()='Kites']").await?;
    leo.notice("Mia named the group “Kites”").await?;
    leo.press("//a[@aria-label='Details of Kites']").await?;
    leo.click("Leave group").await?;
    leo.press("//div[@role='group']//button[normalize-space()='Leave group']").await?;
    leo.see("Choose a chat").await?;
    leo.see_no_more("Kites").await?;
    mia.see("1 member").await?;
    mia.open_dialog("Kites").await?;
    mia.notice("Leo left").await?;
    mia.find("//a[.//*[@class='contact-row__preview' and normalize-space()='Leo left']]").await?;
    mia.leave().await?;
    leo.leave().await
}

/// Mia, who made the group, and her friends Leo and Ana, who are not each other's; all look at it.
pub async fn three_in_a_group(server: &Server, title: &str) -> Result<[Person; 3]> {
    let (mia, leo) = Person::two_friends(server).await?;
    let link = mia.invitation_link().await?;
    let ana = Person::arrive(server, "Ana").await?;
    ana.open(&link).await?;
    ana.sign_up().await?;
    ana.click("Accept and chat").await?;
    ana.connected().await?;
    mia.see("Ana").await?;
    mia.press("//a[@aria-label='New group']").await?;
    mia.fill("Group name", title).await?;
    for friend in ["Leo", "Ana"] {
        mia.press(&format!("//button[starts-with(normalize-space(), 'Choose') and contains(., '{friend}')]"))
            .await?;
    }
    mia.click("Make the group").await?;
    mia.see("3 members").await?;
    for person in [&leo, &ana] {
        person.open_dialog(title).await?;
    }
    Ok([mia, leo, ana])
}

#[tokio::test]
async fn an_admin_is_made_renames_and_removes_and_the_group_is_handed_over() -> Result<()> {
    let server = Server::start()?;
    let [mia, leo, ana] = three_in_a_group(&server, "The harbour").await?;
    for person in [&leo, &ana] {
        person.press("//a[@aria-label='Details of The harbour']").await?;
        person.see("3 members").await?;
        person.find(&role("Mia", "Owner")).await?;
        person.see_no_more("Group name").await?;
        person.see_no_more("Manage").await?;
    }

    mia.press("//a[@aria-label='Details of The harbour']").await?;
    mia.manage("Leo", "Make admin").await?;
    for person in [&mia, &leo, &ana] {
        person.find(&role("Leo", "Admin")).await?;
    }
    leo.fill("Group name", "Kites").await?;
    leo.fill("Description", "Saturdays at nine").await?;
    leo.click("Save").await?;
    for person in [&mia, &ana] {
        person.find("//h1[normalize-space()='Kites']").await?;
    }
    ana.see("Saturdays at nine").await?;
    assert_eq!(mia.value("Description").await?, "Saturdays at nine");

    // An admin may remove Ana, and does not see how to remove the owner.
    leo.manage("Ana", "Remove from group").await?;
    leo.press("//div[@role='group']//button[normalize-space()='Remove from group']").await?;
    for person in [&mia, &leo] {
        person.see("2 members").await?;
    }
    ana.see_no_more("Kites").await?;
    ana.see("No such chat").await?;
    leo.see_no_more("Manage").await?;

    mia.manage("Leo", "Hand over the group").await?;
    mia.press("//div[@role='group']//button[normalize-space()='Hand over the group']").await?;
    for person in [&mia, &leo] {
        person.find(&role("Leo", "Owner")).await?;
        person.find(&role("Mia", "Admin")).await?;
    }
    for person in [mia, leo, ana] {
        person.leave().await?;
    }
    Ok(())
}

/// Where a member's role stands.
fn role(name: &str, role: &str) -> String {
    format!("{}//*[@class='person-row__role' and normalize-space()='{role}']", row(name))
}

fn row(name: &str) -> String {
    format!("//li[.//*[@class='person-row__name' and normalize-space()='{name}']]")
}

impl Person {
    /// Waits until this stands among the messages.
    pub async fn notice(&self, text: &str) -> Result<()> {
        self.find(&format!("//p[@class='dialog__notice' and normalize-space()='{text}']")).await.map(drop)
    }

    /// Presses what can be done about a member.
    async fn manage(&self, name: &str, what: &str) -> Result<()> {
        self.press(&format!("{}//button[starts-with(normalize-space(), 'Manage')]", row(name))).await?;
        self.press(&format!("//dialog[@open]//button[normalize-space()='{what}']")).await
    }
}

#[tokio::test]
async fn a_message_is_edited_reacted_to_and_deleted_on_both_sides() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("See you at sx").await?;
    mia.last_is("See you at sx", "Read").await?;
    mia.press("//button[@aria-label='Message actions']").await?;
    mia.click("Edit").await?;
    let composer = mia.composer().await?;
    composer.clear().await?;
    mia.send("See you at six").await?;
    leo.sees(&["See you at six"]).await?;
    leo.see("edited").await?;

    leo.press("//button[@aria-label='Message actions']").await?;
    leo.click("👍").await?;
    mia.find("//button[contains(@class, 'reaction') and contains(., '👍')]").await?;
    mia.press("//button[@aria-label='Message actions']").await?;
    mia.click("Delete…").await?;
    mia.click("Delete for everyone").await?;
    leo.sees(&["This message was deleted."]).await?;
    mia.sees(&["This message was deleted."]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn what_is_half_written_pinned_and_changed_offline_follows_to_the_other_device() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("first").await?;
    leo.sees(&["first"]).await?;
    let phone = second_device(&server, &mia).await?;
    phone.open_dialog("Leo").await?;
    phone.sees(&["first"]).await?;
    mia.write("half a thou").await?;
    let composer = phone.composer().await?;
    crate::wait::until(
        "the draft is on the phone",
        || async { Ok(composer.prop("value").await?.unwrap_or_default()) },
        |draft| draft == "half a thou",
    )
    .await?;

    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.press("//button[@aria-label='Message actions']").await?;
    mia.click("🎉").await?;
    mia.find("//button[contains(@class, 'reaction') and contains(., '🎉')]").await?;
    mia.press("//a[@aria-label='Details of Leo']").await?;
    mia.click("Pin to the top").await?;
    mia.browser.offline(false).await?;
    phone.find("//button[contains(@class, 'reaction') and contains(., '🎉')]").await?;
    leo.find("//button[contains(@class, 'reaction') and contains(., '🎉')]").await?;
    phone.press("//a[@aria-label='Details of Leo']").await?;
    phone.find("//button[@aria-pressed='true' and normalize-space()='Pin to the top']").await?;
    for person in [mia, leo, phone] {
        person.leave().await?;
    }
    Ok(())
}
