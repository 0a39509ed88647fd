//! How Kith looks to somebody: chosen once, the same on all of their devices, and from the first paint on.

use anyhow::{Result, ensure};

use crate::accessibility::look;
use crate::person::Person;
use crate::server::Server;
use crate::wait::until;

const DARK: &str = "rgb(15, 20, 20)";
const LIGHT: &str = "rgb(243, 246, 245)";

#[tokio::test]
async fn a_theme_follows_one_over_devices_and_is_there_before_anything_is_painted() -> Result<()> {
    let server = Server::start()?;
    let laptop = Person::register(&server, "Mia").await?;
    let phone = Person::arrive(&server, "Mia").await?;
    phone.log_in().await?;
    ground(&phone, LIGHT).await?;
    laptop.press("//a[@aria-label='Settings']").await?;
    choose(&laptop, "Theme", "Dark").await?;
    ground(&laptop, DARK).await?;
    ground(&phone, DARK).await?;
    ensure!(bar(&phone).await? == "#161c1c", "the browser's bar stays light");

    // What the page's ground is in the first frame there is.
    let watch = "const look = () => document.body
            ? window.first = getComputedStyle(document.body).backgroundColor
            : requestAnimationFrame(look);
        requestAnimationFrame(look)";
    phone.browser.before_pages(watch).await?;
    phone.browser.refresh().await?;
    phone.see("Chats").await?;
    ensure!(phone.browser.run("return window.first").await? == DARK, "it was light at first");
    ground(&phone, DARK).await?;

    choose(&laptop, "Theme", "Light").await?;
    ground(&phone, LIGHT).await?;
    phone.browser.dark(true).await?;
    ground(&phone, LIGHT).await?;
    ensure!(bar(&phone).await? == "#ffffff", "the browser's bar is dark");
    choose(&laptop, "Theme", "Like the device").await?;
    ground(&phone, DARK).await?;
    phone.browser.dark(false).await?;
    ground(&phone, LIGHT).await?;
    laptop.leave().await?;
    phone.leave().await
}

#[tokio::test]
async fn texts_are_larger_and_rows_closer_in_every_tab_until_one_logs_out() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    for text in ["Wind from the north-west", "and cold", "We stay at home"] {
        leo.send(text).await?;
    }
    mia.sees(&["Wind from the north-west", "and cold", "We stay at home"]).await?;
    let usual = row(&mia).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    choose(&mia, "Text size", "Large").await?;
    until("texts are larger", || font(&mia), |size| size == "18px").await?;
    look(&mia, "appearance_large").await?;
    choose(&mia, "Text size", "Usual").await?;
    choose(&mia, "Density", "Compact").await?;
    until("rows are closer", || row(&mia), |height| *height < usual).await?;
    choose(&mia, "Theme", "Dark").await?;
    mia.open_dialog("Leo").await?;
    look(&mia, "appearance_compact").await?;

    let first = mia.browser.driver.window().await?;
    mia.browser.driver.switch_to_window(mia.browser.driver.new_tab().await?).await?;
    mia.open(&server.url("/settings")).await?;
    ground(&mia, DARK).await?;
    choose(&mia, "Theme", "Light").await?;
    ground(&mia, LIGHT).await?;
    mia.browser.driver.switch_to_window(first).await?;
    ground(&mia, LIGHT).await?;
    mia.press("//a[@aria-label='Settings']").await?;
    choose(&mia, "Theme", "Dark").await?;
    ground(&mia, DARK).await?;

    mia.click("Log out").await?;
    mia.press("//*[@class='confirm']//button[normalize-space()='Log out']").await?;
    mia.see("Welcome back").await?;
    ground(&mia, LIGHT).await?;
    mia.log_in().await?;
    ground(&mia, DARK).await?;
    mia.leave().await?;
    leo.leave().await
}

/// From a list of the settings.
pub async fn choose(person: &Person, what: &str, value: &str) -> Result<()> {
    let label = format!("//label[span[normalize-space()='{what}']]");
    person.press(&format!("{label}//option[normalize-space()='{value}']")).await
}

async fn ground(person: &Person, colour: &str) -> Result<()> {
    let what = format!("{}'s page is {colour}", person.name);
    let script = "return getComputedStyle(document.body).backgroundColor";
    until(&what, || person.browser.run(script), |seen| *seen == colour).await.map(drop)
}

/// What colour the browser is told for its own bar.
async fn bar(person: &Person) -> Result<String> {
    let script = "return [...document.querySelectorAll('meta[name=theme-color]')]
        .filter(it => matchMedia(it.media).matches).map(it => it.content).join()";
    Ok(person.browser.run(script).await?.as_str().unwrap_or_default().to_owned())
}

async fn font(person: &Person) -> Result<String> {
    let script = "return getComputedStyle(document.documentElement).fontSize";
    Ok(person.browser.run(script).await?.as_str().unwrap_or_default().to_owned())
}

/// How high a row of the Contact List is.
async fn row(person: &Person) -> Result<i64> {
    let script = "return document.querySelector('.contact-row').offsetHeight";
    Ok(person.browser.run(script).await?.as_i64().unwrap_or_default())
}
