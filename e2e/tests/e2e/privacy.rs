//! Who was there, who has seen what, and keeping it to oneself.

use anyhow::{Result, ensure};

use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn a_friend_who_went_was_last_seen_then_unless_they_keep_it_to_themselves() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    header(&mia, "online").await?;
    leo.press("//a[@aria-label='Settings']").await?;
    switch(&leo, "Online and last seen", false).await?;
    header(&mia, "@leo").await?;
    // As it is on all devices and after a while.
    leo.browser.refresh().await?;
    leo.connected().await?;
    mia.browser.refresh().await?;
    mia.connected().await?;
    header(&mia, "@leo").await?;
    switch(&leo, "Online and last seen", true).await?;
    header(&mia, "online").await?;
    leo.leave().await?;
    header(&mia, "last seen").await?;
    mia.browser.refresh().await?;
    mia.connected().await?;
    header(&mia, "last seen").await?;
    mia.leave().await
}

#[tokio::test]
async fn nobody_sees_who_keeps_it_to_themselves_typing() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    leo.press("//a[@aria-label='Settings']").await?;
    switch(&leo, "Typing", false).await?;
    leo.open_dialog("Mia").await?;
    let watch = "window.typing = false;
        const look = () => { window.typing ||= /typing/.test(document.body.innerText) };
        new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true })";
    mia.browser.run(watch).await?;
    leo.send("unseen").await?;
    mia.sees(&["unseen"]).await?;
    ensure!(mia.browser.run("return window.typing").await? == false, "Leo was seen typing");
    leo.press("//a[@aria-label='Settings']").await?;
    switch(&leo, "Typing", true).await?;
    leo.open_dialog("Mia").await?;
    leo.write("seen").await?;
    mia.see("Leo is typing…").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn what_is_read_stays_delivered_for_others_where_one_keeps_it_to_oneself() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    leo.press("//a[@aria-label='Settings']").await?;
    switch(&leo, "Read receipts", false).await?;
    mia.send("Have you read it?").await?;
    mia.last_is("Have you read it?", "Delivered").await?;
    leo.open_dialog("Mia").await?;
    leo.sees(&["Have you read it?"]).await?;
    leo.send("Maybe").await?;
    let seen = mia.sees(&["Have you read it?", "Maybe"]).await?;
    assert_eq!(seen[0].state, "Delivered");
    mia.browser.refresh().await?;
    mia.connected().await?;
    let seen = mia.sees(&["Have you read it?", "Maybe"]).await?;
    assert_eq!(seen[0].state, "Delivered");

    leo.press("//a[@aria-label='Settings']").await?;
    switch(&leo, "Read receipts", true).await?;
    leo.open_dialog("Mia").await?;
    mia.send("And now?").await?;
    mia.last_is("And now?", "Read").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn in_a_group_one_asks_who_has_seen_a_message() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.press("//a[@aria-label='New group']").await?;
    mia.fill("Group name", "Boats").await?;
    mia.press("//button[starts-with(normalize-space(), 'Choose') and contains(., 'Leo')]").await?;
    mia.click("Make the group").await?;
    mia.send("Who is in?").await?;
    mia.sees(&["Who is in?"]).await?;
    mia.last_is("Who is in?", "Sent").await?;
    mia.menu("Who is in?").await?;
    mia.browser.offline(true).await?;
    mia.click("Seen by").await?;
    mia.see("The server can't be reached").await?;
    mia.browser.offline(false).await?;
    mia.connected().await?;
    mia.press(ITEM).await?;
    mia.see("Nobody has seen it yet.").await?;

    leo.open_dialog("Boats").await?;
    leo.sees(&["Who is in?"]).await?;
    // What was said is asked again.
    let asked = || async {
        mia.press(ITEM).await?;
        mia.screen().await
    };
    until("Leo has seen it", asked, |screen| screen.contains("Seen by 1: Leo")).await?;
    mia.leave().await?;
    leo.leave().await
}

/// Who has seen a message, in its menu.
const ITEM: &str = "//button[@class='menu__item' and .//*[@aria-live]]";

/// Waits until this stands under the other's name.
async fn header(person: &Person, text: &str) -> Result<()> {
    person.find(&format!("//*[@class='bar__subtitle' and starts-with(., '{text}')]")).await.map(drop)
}

/// Switches something of privacy that is the other way.
async fn switch(person: &Person, label: &str, on: bool) -> Result<()> {
    let of = format!("//button[@role='switch' and @aria-labelledby=//*[normalize-space()='{label}']/@id]");
    person.press(&format!("{of}[@aria-checked='{}']", !on)).await?;
    person.find(&format!("{of}[@aria-checked='{on}']")).await.map(drop)
}
