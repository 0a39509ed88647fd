//! A browser that stores nothing, or loses what it has: one chats on, and is told.

use anyhow::Result;

use crate::offline::{installed, stored};
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn where_storage_is_refused_one_chats_and_is_told() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let refuse = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };";
    mia.browser.before_pages(refuse).await?;
    mia.browser.refresh().await?;
    mia.see("does not let Kith store anything").await?;
    mia.connected().await?;
    mia.send("still here").await?;
    leo.sees(&["still here"]).await?;
    leo.send("good").await?;
    mia.sees(&["still here", "good"]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn where_there_is_no_room_left_one_chats_on_and_is_told() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("kept").await?;
    mia.last_is("kept", "Read").await?;
    stored(&mia, 0, None).await?;
    let fill =
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };";
    mia.browser.run(fill).await?;
    leo.send("too much").await?;
    mia.sees(&["kept", "too much"]).await?;
    mia.see("There is no room left on this device.").await?;
    mia.send("all the same").await?;
    leo.sees(&["kept", "too much", "all the same"]).await?;
    // A page that has room again gets what could not be kept.
    mia.browser.refresh().await?;
    mia.sees(&["kept", "too much", "all the same"]).await?;
    mia.browser.offline(true).await?;
    mia.browser.refresh().await?;
    mia.see("Offline.").await?;
    mia.sees(&["kept", "too much", "all the same"]).await?;
    leo.leave().await
}

#[tokio::test]
async fn safari_s_habit_is_told_while_something_is_not_sent_yet() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    installed(&mia).await?;
    mia.browser
        .before_pages("Object.defineProperty(navigator, 'vendor', { value: 'Apple Computer, Inc.' })")
        .await?;
    mia.browser.refresh().await?;
    mia.connected().await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.send("for later").await?;
    mia.see("Safari removes what was not sent if Kith is not opened for 7 days.").await?;
    mia.browser.offline(false).await?;
    leo.sees(&["for later"]).await?;
    mia.see_no_more("Safari removes").await?;
    leo.leave().await
}

#[tokio::test]
async fn a_database_deleted_underneath_is_made_again_with_what_is_at_hand() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("before").await?;
    mia.last_is("before", "Read").await?;
    let delete = "const done = arguments[0];
        indexedDB.databases().then(([{ name }]) => {
            indexedDB.deleteDatabase(name).onsuccess = () => done(true);
        })";
    mia.browser.driver.execute_async(delete, Vec::new()).await?;
    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.send("after").await?;
    mia.last_is("after", "Sending").await?;
    stored(&mia, 1, None).await?;
    mia.browser.refresh().await?;
    mia.see("Offline.").await?;
    mia.sees(&["before", "after"]).await?;
    mia.browser.offline(false).await?;
    leo.sees(&["before", "after"]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn settings_say_what_is_stored_and_clear_what_can_be_fetched_again() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("kept by the server").await?;
    mia.last_is("kept by the server", "Read").await?;
    mia.write("half a th").await?;
    stored(&mia, 0, Some("half a th")).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    mia.see("1 message\n").await?;
    mia.click("Clear").await?;
    mia.see("0 messages").await?;
    mia.see("1 draft").await?;
    mia.browser.refresh().await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&["kept by the server"]).await?;
    let draft = || async { Ok(mia.composer().await?.prop("value").await?.unwrap_or_default()) };
    until("the draft is there", draft, |draft| draft == "half a th").await?;
    mia.leave().await?;
    leo.leave().await
}
