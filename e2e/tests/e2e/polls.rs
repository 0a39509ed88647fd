//! Polls: asked, voted in, changed, closed, with and without the network.

use anyhow::Result;
use serde_json::{Value, json};

use crate::groups::second_device;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn a_poll_is_asked_voted_in_and_closed() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.write("half a thought").await?;
    ask(&mia, "Which boat?", &["The blue one", "The fast one"], false).await?;
    leo.sees(&["Which boat?"]).await?;
    leo.see("📊 Which boat?").await?;
    mia.see("You: 📊 Which boat?").await?;
    assert_eq!(mia.composer().await?.prop("value").await?.unwrap_or_default(), "half a thought");

    leo.vote("The blue one").await?;
    for (person, chosen) in [(&leo, &["The blue one"][..]), (&mia, &[])] {
        person.stands(&[100, 0], chosen).await?;
    }
    mia.vote("The fast one").await?;
    leo.stands(&[50, 50], &["The blue one"]).await?;
    leo.vote("The fast one").await?;
    mia.stands(&[0, 100], &["The fast one"]).await?;
    mia.click("Who voted").await?;
    mia.find("//*[@class='poll__voters'][contains(., 'Mia') and contains(., 'Leo')]").await?;
    leo.click("Take back my vote").await?;
    mia.stands(&[0, 100], &["The fast one"]).await?;
    mia.click("Who voted").await?;
    mia.find("//*[@class='poll__voters'][.='Mia']").await?;
    ask_nothing(&mia).await?;

    // What one chose is there again, offline too.
    mia.browser.refresh().await?;
    mia.stands(&[0, 100], &["The fast one"]).await?;
    mia.browser.offline(true).await?;
    mia.browser.refresh().await?;
    mia.stands(&[0, 100], &["The fast one"]).await?;
    mia.browser.offline(false).await?;
    mia.connected().await?;

    // A vote that comes too late is undone, and told of.
    leo.browser.offline(true).await?;
    leo.see("Offline.").await?;
    leo.vote("The blue one").await?;
    leo.stands(&[50, 50], &["The blue one"]).await?;
    mia.press("//*[@class='poll__foot']//button[.='Close poll']").await?;
    mia.press("//*[@class='confirm']//button[.='Close poll']").await?;
    mia.see("Poll closed").await?;
    leo.browser.offline(false).await?;
    leo.see("The poll was closed before your vote arrived.").await?;
    leo.see("Poll closed").await?;
    leo.stands(&[0, 100], &[]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn several_answers_are_chosen_by_keys_and_follow_to_the_other_device() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    ask(&mia, "When?", &["Saturday", "Sunday", "Monday"], true).await?;
    leo.sees(&["When?"]).await?;
    let other = second_device(&server, &leo).await?;
    other.open_dialog("Mia").await?;
    other.sees(&["When?"]).await?;
    for option in ["Saturday", "Monday"] {
        leo.find(&option_of(option)).await?.send_keys(" ").await?;
    }
    for person in [&leo, &other] {
        person.stands(&[100, 0, 100], &["Saturday", "Monday"]).await?;
    }
    mia.stands(&[100, 0, 100], &[]).await?;
    other.vote("Saturday").await?;
    for person in [&leo, &other] {
        person.stands(&[0, 0, 100], &["Monday"]).await?;
    }
    for person in [mia, leo, other] {
        person.leave().await?;
    }
    Ok(())
}

/// Makes a poll and sends it.
pub async fn ask(person: &Person, question: &str, options: &[&str], multiple: bool) -> Result<()> {
    person.press("//button[@aria-label='More to send']").await?;
    person.press("//dialog[@open]//button[.='Poll']").await?;
    person.find("//input[@aria-label='Question']").await?.send_keys(question).await?;
    for (number, option) in (1..).zip(options) {
        let field = person.find(&format!("//input[@aria-label='Option {number}']")).await?;
        field.send_keys(*option).await?;
    }
    if multiple {
        person.press("//label[normalize-space()='Several answers']").await?;
    }
    person.click("Send poll").await
}

/// What is no poll is not sent, and one is told why.
async fn ask_nothing(person: &Person) -> Result<()> {
    person.press("//button[@aria-label='More to send']").await?;
    person.press("//dialog[@open]//button[.='Poll']").await?;
    for label in ["Question", "Option 1", "Option 2"] {
        person.find(&format!("//input[@aria-label='{label}']")).await?.send_keys("Which?").await?;
    }
    person.click("Send poll").await?;
    let said = person.find("//input[@aria-label='Question']").await?.prop("validationMessage").await?;
    assert_eq!(
        said.as_deref(),
        Some("A poll has a question and 2 to 12 different options of at most 100 characters.")
    );
    person.press("//dialog[@open]//button[.='Cancel']").await
}

fn option_of(label: &str) -> String {
    format!("//label[@class='poll__option'][.//*[.='{label}']]//input")
}

impl Person {
    async fn vote(&self, label: &str) -> Result<()> {
        self.press(&option_of(label)).await
    }

    /// Waits until the poll's options have these shares, and these are one's own.
    async fn stands(&self, shares: &[i64], chosen: &[&str]) -> Result<()> {
        let look = "return [
            [...document.querySelectorAll('.poll__bar')].map(bar => bar.value),
            [...document.querySelectorAll('.poll__option:has(:checked) .poll__label')].map(it => it.textContent)]";
        let wanted: Value = json!([shares, chosen]);
        let what = format!("{} sees {wanted}", self.name);
        until(&what, || self.browser.run(look), |seen| *seen == wanted).await?;
        Ok(())
    }
}
