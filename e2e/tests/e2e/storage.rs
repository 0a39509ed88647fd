//! A browser that stores nothing, or loses what it has: one chats on, and is told.

use anyhow::Result;
use serde_json::json;

use crate::offline::stored;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn where_storage_is_refused_one_chats_and_is_told() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let refuse = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };";
    mia.browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": refuse })).await?;
    mia.browser.driver.refresh().await?;
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
    mia.browser.driver.refresh().await?;
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
    mia.browser.driver.refresh().await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&["kept by the server"]).await?;
    let draft = || async { Ok(mia.composer().await?.prop("value").await?.unwrap_or_default()) };
    until("the draft is there", draft, |draft| draft == "half a th").await?;
    mia.leave().await?;
    leo.leave().await
}
