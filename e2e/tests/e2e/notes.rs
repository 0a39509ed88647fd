//! Notes to self, on two devices.

use anyhow::{Result, ensure};

use crate::groups::second_device;
use crate::person::Person;
use crate::server::Server;

const NOTES: &str = "Notes to self";

#[tokio::test]
async fn notes_to_self_are_the_same_on_both_devices_also_when_written_offline() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::register(&server, "Mia").await?;
    mia.connected().await?;
    let phone = second_device(&server, &mia).await?;
    mia.click(NOTES).await?;
    mia.send("Buy string").await?;
    mia.last_is("Buy string", "Sent").await?;
    phone.open_dialog(NOTES).await?;
    phone.sees(&["Buy string"]).await?;
    phone.send("And glue").await?;
    mia.sees(&["Buy string", "And glue"]).await?;
    mia.last_is("And glue", "Sent").await?;

    phone.browser.offline(true).await?;
    phone.see("Offline.").await?;
    phone.send("Written in the tunnel").await?;
    phone.last_is("Written in the tunnel", "Sending").await?;
    // The other device is elsewhere meanwhile: what comes is not unread there.
    mia.press("//a[@aria-label='Settings']").await?;
    mia.see("This device").await?;
    phone.browser.offline(false).await?;
    phone.last_is("Written in the tunnel", "Sent").await?;
    mia.find("//a[contains(@class, 'contact-row') and contains(., 'Written in the tunnel')]").await?;
    let badges = mia.browser.run("return document.querySelectorAll('.contact-row .badge').length").await?;
    ensure!(badges == 0, "notes to self are unread: {badges}");

    // Found by its name, pinned like any other, and not to be left.
    mia.fill_search("notes").await?;
    mia.open_dialog(NOTES).await?;
    mia.press(&format!("//a[@aria-label='Details of {NOTES}']")).await?;
    mia.click("Pin to the top").await?;
    phone.press(&format!("//a[@aria-label='Details of {NOTES}']")).await?;
    phone.find("//button[@aria-pressed='true' and normalize-space()='Pin to the top']").await?;
    phone.see_no_more("Leave").await?;
    mia.leave().await?;
    phone.leave().await
}

impl Person {
    async fn fill_search(&self, text: &str) -> Result<()> {
        Ok(self.find("//section[contains(@class, 'pane-list')]//input").await?.send_keys(text).await?)
    }
}
