//! Where one is logged in, and logging a lost device out from another one.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::accessibility::look;
use crate::person::Person;
use crate::server::Server;

/// So that the two are told apart.
const PHONE: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Mobile Safari/537.36";

/// Mia at her laptop, and on her phone.
async fn on_two_devices(server: &Server) -> Result<(Person, Person)> {
    let laptop = Person::register(server, "Mia").await?;
    let phone = Person::arrive(server, "Mia").await?;
    phone.browser.cdp("Network.setUserAgentOverride", json!({ "userAgent": PHONE })).await?;
    phone.log_in().await?;
    laptop.press("//a[@aria-label='Settings']").await?;
    laptop.see("Chrome on Android").await?;
    Ok((laptop, phone))
}

/// Scrolls the section to where it is seen.
async fn shown(person: &Person) -> Result<()> {
    let section =
        "[...document.querySelectorAll('.section')].find(it => it.innerText.startsWith('Where you are'))";
    person.browser.run(&format!("{section}.scrollIntoView()")).await.map(drop)
}

#[tokio::test]
async fn a_lost_device_is_logged_out_from_another_one_at_once() -> Result<()> {
    let server = Server::start()?;
    let (laptop, phone) = on_two_devices(&server).await?;
    laptop.see("this device · since").await?;
    laptop.see("online · since").await?;
    shown(&laptop).await?;
    look(&laptop, "devices").await?;
    laptop.press("//li[contains(., 'Android')]//button[normalize-space()='End session']").await?;
    laptop.see("End the session of Chrome on Android?").await?;
    laptop.press("//*[@class='confirm']//button[normalize-space()='End session']").await?;
    laptop.see_no_more("Chrome on Android").await?;
    phone.see("Welcome back").await?;
    // Nor does it come back by itself.
    phone.browser.refresh().await?;
    phone.see("Welcome back").await?;
    laptop.browser.refresh().await?;
    laptop.connected().await?;
    laptop.leave().await?;
    phone.leave().await
}

#[tokio::test]
async fn all_others_are_logged_out_and_this_one_stays() -> Result<()> {
    let server = Server::start()?;
    let (laptop, phone) = on_two_devices(&server).await?;
    // A device that is not connected just now hears of it when it comes back.
    phone.browser.offline(true).await?;
    laptop.click("End all other sessions").await?;
    laptop.press("//*[@class='confirm']//button[normalize-space()='Cancel']").await?;
    ensure!(laptop.screen().await?.contains("Chrome on Android"), "taken back, and ended all the same");
    laptop.click("End all other sessions").await?;
    laptop.press("//*[@class='confirm']//button[normalize-space()='End all other sessions']").await?;
    laptop.see_no_more("Chrome on Android").await?;
    phone.browser.offline(false).await?;
    phone.see("Welcome back").await?;
    laptop.leave().await?;
    phone.leave().await
}
