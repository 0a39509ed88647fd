//! Pictures of people and groups, as both sides see them.

use anyhow::{Result, ensure};

use crate::accessibility::look;
use crate::groups::three_in_a_group;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

const SCRIPT: &str = include_str!("attaching.js");

#[tokio::test]
async fn a_picture_is_cut_square_seen_by_friends_and_taken_away() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    choose(&mia, "photo('me.jpg', 900, 600)").await?;
    mia.find("//dialog[@open]//h2[.='Which part of it?']").await?;
    let drawn = || mia.browser.run("return document.querySelector('.crop__image').style.left");
    until("the middle is shown", drawn, |left| left == "-70px").await?;
    mia.find("//*[@class='crop']").await?.send_keys("\u{e012}").await?;
    until("it is drawn about", drawn, |left| left != "-70px").await?;
    look(&mia, "avatar").await?;
    mia.press("//dialog[@open]//button[normalize-space()='Save']").await?;
    seen(&mia, ".person-row .avatar__picture").await?;
    seen(&leo, ".contact-row .avatar__picture").await?;
    let square = leo.browser.run(
        "const image = document.querySelector('.contact-row .avatar__picture'); return [image.naturalWidth, image.naturalHeight]",
    );
    ensure!(square.await? == serde_json::json!([512, 512]), "it is square");
    look(&mia, "avatar_settings").await?;
    mia.click("Remove it").await?;
    let gone = || leo.browser.run("return document.querySelector('.avatar__picture') === null");
    until("it is taken away", gone, |gone| *gone == true).await?;
    choose(&mia, "Promise.resolve(bytes(4000, 'no.png'))").await?;
    mia.see("This is no picture your browser can read.").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn the_picture_of_a_group_is_set_by_its_owner_and_seen_by_its_members() -> Result<()> {
    let server = Server::start()?;
    let [mia, leo, ana] = three_in_a_group(&server, "The harbour").await?;
    mia.press("//a[@aria-label='Details of The harbour']").await?;
    choose(&mia, "photo('harbour.jpg', 600, 900)").await?;
    mia.press("//dialog[@open]//button[normalize-space()='Save']").await?;
    for person in [&mia, &leo, &ana] {
        seen(person, ".contact-row .avatar__picture").await?;
    }
    seen(&leo, ".pane-main .avatar__picture").await?;
    leo.press("//a[@aria-label='Details of The harbour']").await?;
    leo.find("//*[contains(@class, 'pane-main')]//*[normalize-space()='3 members']").await?;
    let offered = leo.browser.run("return document.querySelector('.avatar-buttons') !== null").await?;
    ensure!(offered == false, "who is no admin changes nothing about it");
    for person in [mia, leo, ana] {
        person.leave().await?;
    }
    Ok(())
}

async fn choose(person: &Person, file: &str) -> Result<()> {
    let choose = "(async file => {
        const input = document.querySelector('.avatar-buttons input');
        input.files = carried([await file]).files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
    })";
    person.browser.run(&format!("{SCRIPT}; return {choose}({file});")).await.map(drop)
}

async fn seen(person: &Person, selector: &str) -> Result<()> {
    let look = format!("return (document.querySelector('{selector}')?.naturalWidth ?? 0) > 0");
    until("the picture is seen", || person.browser.run(&look), |seen| *seen == true).await.map(drop)
}
