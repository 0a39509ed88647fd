//! Kith in the user's language: the one their browser asks for, or the one they have chosen, on all of their devices.

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;

use crate::accessibility::look;
use crate::appearance::choose;
use crate::delivery::{Pushes, me, push_of, shows};
use crate::devtools::DevTools;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

/// The page is in this language, for screen readers too.
async fn speaks(person: &Person, language: &str) -> Result<()> {
    let what = format!("{}'s page is in {language}", person.name);
    let script = "return document.documentElement.lang";
    until(&what, || person.browser.run(script), |seen| seen == language).await.map(drop)
}

/// What the browser asks sites for.
async fn prefers(person: &Person, languages: &str) -> Result<()> {
    let agent = person.browser.run("return navigator.userAgent").await?;
    let asked = json!({ "userAgent": agent, "acceptLanguage": languages });
    person.browser.cdp("Network.setUserAgentOverride", asked).await
}

#[tokio::test]
async fn a_chosen_language_is_spoken_at_once_on_every_device_and_offline() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let phone = Person::arrive(&server, "Mia").await?;
    phone.log_in().await?;
    leo.send("Shall we go sailing?").await?;
    mia.sees(&["Shall we go sailing?"]).await?;
    mia.write("Perhaps").await?;
    mia.press("//a[@aria-label='Settings']").await?;
    choose(&mia, "Language", "Deutsch").await?;
    mia.see("Wo du angemeldet bist").await?;
    speaks(&mia, "de").await?;
    look(&mia, "german_settings").await?;
    phone.see("Wähle einen Chat").await?;
    speaks(&phone, "de").await?;

    // What was being written is still there; times are written as they are in that language.
    mia.open_dialog("Leo").await?;
    let field = mia.find("//textarea[@aria-label='Nachricht']").await?;
    ensure!(field.prop("value").await?.as_deref() == Some("Perhaps"), "the draft is gone");
    field.send_keys(Key::Enter).await?;
    mia.last_is("Perhaps", "Gelesen").await?;
    mia.see("Heute").await?;
    look(&mia, "german_dialog").await?;

    mia.browser.offline(true).await?;
    mia.browser.refresh().await?;
    mia.see("Offline. Was du schreibst, wird später gesendet.").await?;
    mia.browser.offline(false).await?;
    mia.browser.refresh().await?;
    mia.find("//*[contains(@class, 'connection--online')]").await?;

    // The service worker speaks it too.
    let mias = me(&mia).await?;
    let mut pushes = Pushes::to(&mia, &server).await?;
    mia.open("about:blank").await?;
    leo.send("At six?").await?;
    leo.last_is("At six?", "Delivered").await?;
    let mut push = push_of(&leo, 1).await?;
    push["user"] = mias;
    push["text"] = json!(null);
    push["files"] = json!(["photo"]);
    pushes.deliver(&push.to_string()).await?;
    let mut worker = DevTools::worker(&mia.browser).await?;
    shows(&mut worker, json!([["Leo", "📷 Foto", 3]])).await?;

    mia.open(&server.url("/settings")).await?;
    choose(&mia, "Sprache", "English").await?;
    mia.see("Where you are logged in").await?;
    speaks(&phone, "en").await?;
    choose(&mia, "Language", "Deutsch").await?;
    speaks(&phone, "de").await?;
    // Nobody's device speaks as its browser asks.
    mia.click("Abmelden").await?;
    mia.press("//*[@class='confirm']//button[normalize-space()='Abmelden']").await?;
    mia.see("Welcome back").await?;
    speaks(&mia, "en").await?;
    for person in [mia, leo, phone] {
        person.leave().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_browser_is_answered_in_the_first_of_its_languages_there_is_until_one_chooses() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::arrive(&server, "Mia").await?;
    mia.see("Welcome back").await?;
    prefers(&mia, "fr-CH,de-CH,en").await?;
    mia.browser.refresh().await?;
    mia.see("Willkommen zurück").await?;
    speaks(&mia, "de").await?;
    look(&mia, "german_log_in").await?;
    mia.click("Registrieren").await?;
    mia.fill("Benutzername", "mia").await?;
    mia.fill("Passwort", "kurz").await?;
    mia.press("//form//button[normalize-space()='Registrieren']").await?;
    mia.see("Ein Passwort hat 8 bis 256 Zeichen.").await?;
    mia.fill("Passwort", "lang genug").await?;
    mia.press("//form//button[normalize-space()='Registrieren']").await?;
    mia.press("//a[@aria-label='Einstellungen']").await?;
    choose(&mia, "Sprache", "English").await?;
    mia.see("Where you are logged in").await?;
    mia.browser.refresh().await?;
    mia.see("Where you are logged in").await?;
    choose(&mia, "Language", "Like the device").await?;
    mia.see("Wo du angemeldet bist").await?;
    mia.leave().await
}

#[tokio::test]
async fn where_a_languages_texts_do_not_come_it_goes_on_in_english_until_they_do() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::arrive(&server, "Mia").await?;
    mia.browser.cdp("Network.enable", json!({})).await?;
    mia.browser.cdp("Network.setBlockedURLs", json!({ "urls": ["*/client-*.txt"] })).await?;
    prefers(&mia, "de").await?;
    mia.browser.refresh().await?;
    mia.see("Welcome back").await?;
    speaks(&mia, "en").await?;
    mia.browser.cdp("Network.setBlockedURLs", json!({ "urls": [] })).await?;
    mia.browser.refresh().await?;
    mia.see("Willkommen zurück").await?;
    mia.leave().await
}
