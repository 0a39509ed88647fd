//! Several tabs of one person: the same in all of them, sent once, and nothing lost with the one that leads.

use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::WindowHandle;

use crate::offline::stored;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

#[tokio::test]
async fn what_is_written_in_one_tab_is_in_the_other_and_is_sent_once() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    leo.send("first").await?;
    mia.sees(&["first"]).await?;
    let first = mia.browser.driver.window().await?;
    let second = another_tab(&mia).await?;
    mia.sees(&["first"]).await?;
    mia.connected().await?;

    mia.send("from the second").await?;
    mia.write("half a th").await?;
    leo.sees(&["first", "from the second"]).await?;
    mia.last_is("from the second", "Read").await?;
    mia.browser.driver.switch_to_window(first).await?;
    mia.sees(&["first", "from the second"]).await?;
    mia.last_is("from the second", "Read").await?;
    assert_eq!(mia.composer().await?.prop("value").await?.unwrap_or_default(), "half a th");

    leo.send("to both").await?;
    mia.sees(&["first", "from the second", "to both"]).await?;
    mia.browser.driver.switch_to_window(second).await?;
    mia.sees(&["first", "from the second", "to both"]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn when_the_leading_tab_is_closed_the_other_sends_what_is_waiting_once_in_order() -> Result<()> {
    the_lead_passes(Ending::Closed).await
}

#[tokio::test]
async fn when_the_leading_tab_is_killed_the_other_sends_what_is_waiting_once_in_order() -> Result<()> {
    the_lead_passes(Ending::Killed).await
}

#[derive(Clone, Copy)]
enum Ending {
    Closed,
    Killed,
}

async fn the_lead_passes(ending: Ending) -> Result<()> {
    let mut server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let first = mia.browser.driver.window().await?;
    let second = another_tab(&mia).await?;
    mia.connected().await?;
    // Without a server all tabs write, and none sends.
    server.kill()?;
    mia.see("No connection to the server.").await?;
    mia.send("one\ntwo").await?;
    mia.browser.driver.switch_to_window(first.clone()).await?;
    mia.sees(&["one", "two"]).await?;
    mia.send("three\nfour").await?;
    stored(&mia, 4, None).await?;
    match ending {
        Ending::Closed => mia.browser.driver.close_window().await?,
        Ending::Killed => kill(&mia, &first).await?,
    }
    mia.browser.driver.switch_to_window(second).await?;
    mia.sees(&["one", "two", "three", "four"]).await?;
    server.restart()?;
    leo.sees(&["one", "two", "three", "four"]).await?;
    mia.last_is("four", "Read").await?;
    leo.send("all there").await?;
    mia.sees(&["one", "two", "three", "four", "all there"]).await?;
    // Of a browser with a killed tab, chromedriver does not tell the complaints.
    if let Ending::Closed = ending {
        mia.leave().await?;
    }
    leo.leave().await
}

#[tokio::test]
async fn of_three_tabs_each_leads_when_the_one_before_is_gone() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let first = mia.browser.driver.window().await?;
    let second = another_tab(&mia).await?;
    let third = another_tab(&mia).await?;
    mia.browser.driver.switch_to_window(first).await?;
    mia.send("by the first").await?;
    mia.browser.driver.close_window().await?;
    mia.browser.driver.switch_to_window(third.clone()).await?;
    mia.send("by the second").await?;
    leo.sees(&["by the first", "by the second"]).await?;
    mia.browser.driver.switch_to_window(second).await?;
    mia.last_is("by the second", "Read").await?;
    mia.browser.driver.close_window().await?;
    mia.browser.driver.switch_to_window(third).await?;
    leo.send("and back").await?;
    mia.sees(&["by the first", "by the second", "and back"]).await?;
    mia.send("by the third").await?;
    leo.sees(&["by the first", "by the second", "and back", "by the third"]).await?;
    mia.leave().await?;
    leo.leave().await
}

/// Counts the page's transactions that are under way.
const STORING: &str = "window.storing = 0;
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...asked) {
        const transaction = begin.apply(this, asked);
        window.storing += 1;
        const ended = () => window.storing -= 1;
        transaction.addEventListener('complete', ended);
        transaction.addEventListener('abort', ended);
        return transaction;
    }";

#[tokio::test]
async fn a_frozen_tab_gives_up_the_lead_and_catches_up_when_it_thaws() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let first = mia.browser.driver.window().await?;
    mia.browser.before_pages(STORING).await?;
    mia.browser.refresh().await?;
    mia.connected().await?;
    let second = another_tab(&mia).await?;
    mia.connected().await?;
    mia.browser.driver.switch_to_window(first.clone()).await?;
    let state = |state| mia.browser.cdp("Page.setWebLifecycleState", json!({ "state": state }));
    // No browser freezes a page while it is storing something: that would lock what other tabs want to store.
    let freeze = || async {
        state("frozen").await?;
        let storing = mia.browser.run("return window.storing").await?;
        if storing != 0 {
            state("active").await?;
        }
        Ok(storing)
    };
    until("it is frozen while it stores nothing", freeze, |storing| *storing == 0).await?;
    mia.browser.driver.switch_to_window(second).await?;
    leo.send("while it slept").await?;
    mia.sees(&["while it slept"]).await?;
    mia.send("by the other").await?;
    leo.sees(&["while it slept", "by the other"]).await?;
    mia.browser.driver.switch_to_window(first).await?;
    state("active").await?;
    mia.sees(&["while it slept", "by the other"]).await?;
    mia.send("awake").await?;
    leo.sees(&["while it slept", "by the other", "awake"]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn where_there_are_no_locks_every_tab_is_alone_and_nothing_is_sent_twice() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let lockless = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })";
    mia.browser.before_pages(lockless).await?;
    mia.browser.refresh().await?;
    mia.connected().await?;
    let first = mia.browser.driver.window().await?;
    another_tab(&mia).await?;
    mia.browser.before_pages(lockless).await?;
    mia.browser.refresh().await?;
    mia.send("by the second").await?;
    leo.sees(&["by the second"]).await?;
    mia.browser.driver.switch_to_window(first).await?;
    mia.send("by the first").await?;
    leo.sees(&["by the second", "by the first"]).await?;
    mia.sees(&["by the second", "by the first"]).await?;
    mia.browser.refresh().await?;
    mia.sees(&["by the second", "by the first"]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn logging_out_in_one_tab_logs_out_all_and_who_comes_next_is_in_all() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    leo.send("a secret").await?;
    mia.sees(&["a secret"]).await?;
    let first = mia.browser.driver.window().await?;
    another_tab(&mia).await?;
    mia.sees(&["a secret"]).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    mia.click("Log out").await?;
    mia.press("//*[@class='confirm']//button[normalize-space()='Log out']").await?;
    mia.see("Welcome back").await?;
    let second = mia.browser.driver.window().await?;
    mia.browser.driver.switch_to_window(first.clone()).await?;
    mia.see("Welcome back").await?;
    let databases = "const done = arguments[0]; indexedDB.databases().then(found => done(found.length))";
    let count =
        || async { Ok(mia.browser.driver.execute_async(databases, Vec::new()).await?.json().clone()) };
    until("no database is left", count, |count| *count == 0).await?;

    mia.browser.driver.switch_to_window(second).await?;
    let zoe = Person { name: "Zoe".to_owned(), ..mia };
    zoe.click("Register").await?;
    zoe.sign_up().await?;
    zoe.see("No friends here yet").await?;
    zoe.browser.driver.switch_to_window(first).await?;
    zoe.see("No friends here yet").await?;
    zoe.see_no_more("a secret").await?;
    zoe.leave().await?;
    leo.leave().await
}

/// Opens the same address in a new tab of the same browser, and goes there.
async fn another_tab(person: &Person) -> Result<WindowHandle> {
    let driver = &person.browser.driver;
    let address = driver.current_url().await?;
    let tab = driver.new_tab().await?;
    driver.switch_to_window(tab.clone()).await?;
    driver.goto(address.as_str()).await?;
    Ok(tab)
}

/// Ends the tab's own process, as the system does when memory is short.
async fn kill(person: &Person, tab: &WindowHandle) -> Result<()> {
    // The answer never comes: who should give it is dead.
    let crash = person.browser.cdp("Page.crash", json!({}));
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), crash).await;
    let dead = person.browser.run("return 1").await;
    anyhow::ensure!(dead.is_err(), "the tab lives");
    let left = person.browser.driver.windows().await.context("the other tab lives")?;
    anyhow::ensure!(left.iter().any(|other| other != tab), "both are gone");
    Ok(())
}
