//! Without the network: reading, writing, reloading; and coming back.

use anyhow::Result;
use serde_json::Value;

use crate::person::Person;
use crate::server::Server;

const WRITTEN: [&str; 5] = ["before", "and you", "offline one", "offline two", "offline three"];

#[tokio::test]
async fn what_is_written_offline_survives_a_reload_and_arrives_once_in_order() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("before").await?;
    leo.sees(&["before"]).await?;
    leo.send("and you").await?;
    mia.sees(&WRITTEN[..2]).await?;
    installed(&mia).await?;

    mia.browser.offline(true).await?;
    mia.see("Offline.").await?;
    mia.sees(&WRITTEN[..2]).await?;
    mia.send(&WRITTEN[2..].join("\n")).await?;
    mia.sees(&WRITTEN).await?;
    mia.last_is("offline three", "Sending").await?;
    mia.write("half a th").await?;
    stored(&mia, 3, Some("half a th")).await?;

    mia.browser.refresh().await?;
    mia.see("Offline.").await?;
    let bubbles = mia.sees(&WRITTEN).await?;
    assert!(bubbles[2..].iter().all(|bubble| bubble.state == "Sending"), "{bubbles:?}");
    assert_eq!(mia.composer().await?.prop("value").await?.unwrap_or_default(), "half a th");
    leo.sees(&WRITTEN[..2]).await?;

    mia.browser.offline(false).await?;
    leo.sees(&WRITTEN).await?;
    mia.last_is("offline three", "Read").await?;
    mia.sees(&WRITTEN).await?;

    // What was sent meanwhile is there for who comes back, and the read mark set without a network is told.
    leo.browser.offline(true).await?;
    leo.see("Offline.").await?;
    mia.send("while you were away").await?;
    mia.last_is("half a thwhile you were away", "Sent").await?;
    leo.browser.offline(false).await?;
    mia.last_is("half a thwhile you were away", "Read").await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn logging_out_leaves_nothing_of_the_one_for_the_next() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    leo.send("a secret").await?;
    mia.sees(&["a secret"]).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    mia.click("Log out").await?;
    mia.press("//*[@class='confirm']//button[normalize-space()='Log out']").await?;
    mia.see("Welcome back").await?;
    let left = mia.browser.driver.execute_async(
        "const done = arguments[0];
        (async () => {
            let count = localStorage.length;
            for (const { name } of await indexedDB.databases()) {
                const db = await new Promise((yes, no) => {
                    const open = indexedDB.open(name);
                    open.onsuccess = () => yes(open.result);
                    open.onerror = no;
                });
                for (const store of db.objectStoreNames) {
                    count += await new Promise((yes, no) => {
                        const counting = db.transaction(store).objectStore(store).count();
                        counting.onsuccess = () => yes(counting.result);
                        counting.onerror = no;
                    });
                }
                db.close();
            }
            done(count);
        })()",
        Vec::new(),
    );
    assert_eq!(left.await?.json(), 0, "values are left on the device");
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn the_list_is_shown_before_storage_answers_and_is_whole_after() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    mia.send("before").await?;
    leo.send("and you").await?;
    mia.sees(&WRITTEN[..2]).await?;
    mia.write("half a th").await?;
    stored(&mia, 0, Some("half a th")).await?;
    mia.open(&server.url("/")).await?;
    mia.browser.before_pages(HELD_UP).await?;
    mia.browser.refresh().await?;

    // The list as it was, and nothing that needs more than it.
    mia.see("half a th").await?;
    mia.press("//*[@class='contact-row__name'][.='Leo']").await?;
    let there = mia.browser.run("return document.querySelectorAll('.dialog').length").await?;
    assert_eq!(there, 0, "a dialog is open though nothing of it is known");
    leo.send("meanwhile").await?;
    leo.last_is("meanwhile", "Sent").await?;

    mia.browser.run("storageAnswers()").await?;
    mia.sees(&["before", "and you", "meanwhile"]).await?;
    assert_eq!(mia.composer().await?.prop("value").await?.unwrap_or_default(), "half a th");
    mia.leave().await?;
    leo.leave().await
}

/// Databases are opened only once `storageAnswers` is called.
const HELD_UP: &str = "
    const answers = new Promise(yes => { window.storageAnswers = yes; });
    const { set } = Object.getOwnPropertyDescriptor(IDBRequest.prototype, 'onsuccess');
    Object.defineProperty(IDBOpenDBRequest.prototype, 'onsuccess', {
        set(then) { set.call(this, then && (event => answers.then(() => then(event)))); },
    });";

/// Waits until the service worker has everything the app needs to open without the network.
pub async fn installed(person: &Person) -> Result<()> {
    let ready = "const done = arguments[0]; navigator.serviceWorker.ready.then(() => done(true))";
    person.browser.driver.execute_async(ready, Vec::new()).await?;
    Ok(())
}

/// Waits until Device Storage holds this many unsent messages, and this draft.
pub async fn stored(person: &Person, unsent: i64, draft: Option<&str>) -> Result<()> {
    let count = "const outbox = read.objectStore('outbox').count();
        const drafts = read.objectStore('drafts').getAll();
        return () => [outbox.result, drafts.result];";
    let look = || in_storage(person, count);
    let wanted = serde_json::json!([unsent, draft.as_slice()]);
    crate::wait::until("Device Storage holds what was written", look, |held| *held == wanted).await?;
    Ok(())
}

/// What a script finds in Device Storage; null where there is none just now. It asks the transaction `read`, and returns
/// what to make of the answers.
pub async fn in_storage(person: &Person, script: &str) -> Result<Value> {
    let script = format!(
        "const done = arguments[0];
        const ask = read => {{ {script} }};
        indexedDB.databases().then(([found]) => {{
            if (!found) return done(null);
            const open = indexedDB.open(found.name, found.version);
            // Deleted this moment: it is the app's to make it again.
            open.onupgradeneeded = () => open.transaction.abort();
            open.onerror = () => done(null);
            open.onsuccess = () => {{
                const read = open.result.transaction(open.result.objectStoreNames);
                const answer = ask(read);
                read.oncomplete = () => {{ open.result.close(); done(answer()); }};
            }};
        }})"
    );
    Ok(person.browser.driver.execute_async(script, Vec::new()).await?.json().clone())
}
