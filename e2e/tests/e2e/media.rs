//! Files in messages, as those see them who were sent them.

use anyhow::{Result, ensure};

use crate::accessibility::look;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

/// Brings files as a program does, and sends them in the dialog that is open.
const SEND: &str = include_str!("media.js");
/// How many photos have come and have their size.
const SHOWN: &str = "return [...document.querySelectorAll('.carried__photo .carried__image')]
    .filter(image => image.complete && image.naturalWidth > 200 && image.width > 100).length";

#[tokio::test]
async fn what_a_message_carries_is_shown_saved_and_passed_on() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    leo.browser
        .run(&format!("{SEND}; return send('Look at these!', [photo(800, 600), page(), note()]);"))
        .await?;
    mia.see("Look at these!").await?;
    mia.find("//*[@class='carried__file'][contains(., 'cat.png') and contains(., '1 KB')]").await?;
    let note = mia.find("//*[@class='carried__file'][contains(., 'note.txt')]").await?;
    ensure!(note.attr("download").await?.as_deref() == Some("note.txt"), "it is saved by its name");
    let shown = || mia.browser.run(SHOWN);
    until("the photo is shown", shown, |shown| *shown == 1).await?;
    leo.browser.run(&format!("{SEND}; return send('', [photo(300, 600)]);")).await?;
    mia.see("📷 Photo").await?;
    until("both photos are shown", shown, |shown| *shown == 2).await?;
    look(&mia, "files").await?;
    mia.choose("Look at these!", "Forward").await?;
    mia.press("//dialog[@open]//label[contains(., 'Leo')]").await?;
    mia.press("//dialog[@open]//button[normalize-space()='Forward']").await?;
    mia.sees(&["Look at these!", "", "Look at these!"]).await?;
    leo.see("Forwarded").await?;
    until("the photo went with it", || leo.browser.run(SHOWN), |shown| *shown == 3).await?;
    mia.leave().await?;
    leo.leave().await
}
