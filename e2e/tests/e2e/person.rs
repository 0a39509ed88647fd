//! A person at a browser: what they do, and what they see.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use thirtyfour::prelude::*;

use crate::browser::{Browser, DESKTOP};
use crate::server::Server;
use crate::wait::until;

pub const PASSWORD: &str = "correct horse";

pub struct Person {
    pub browser: Browser,
    pub name: String,
}

/// A message as it is on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Bubble {
    pub text: String,
    pub own: bool,
    /// `Sending`, `Sent`, `Delivered`, `Read` or `Not sent`; empty for somebody else's.
    pub state: String,
}

impl Bubble {
    pub fn is(&self, text: &str, state: &str) -> bool {
        self.text == text && self.state == state
    }
}

impl Person {
    /// Somebody new, at the first screen.
    pub async fn arrive(server: &Server, name: &str) -> Result<Self> {
        let person = Self { browser: Browser::open(DESKTOP).await?, name: name.to_owned() };
        person.open(&server.url("/")).await?;
        Ok(person)
    }

    /// Somebody with an account.
    pub async fn register(server: &Server, name: &str) -> Result<Self> {
        let person = Self::arrive(server, name).await?;
        person.click("Register").await?;
        person.sign_up().await?;
        person.see("Chats").await?;
        Ok(person)
    }

    /// Two friends, each with the dialog open.
    pub async fn two_friends(server: &Server) -> Result<(Self, Self)> {
        let mia = Self::register(server, "Mia").await?;
        let leo = Self::arrive(server, "Leo").await?;
        leo.open(&mia.invitation_link().await?).await?;
        leo.sign_up().await?;
        leo.click("Accept and chat").await?;
        leo.connected().await?;
        mia.open_dialog("Leo").await?;
        mia.connected().await?;
        Ok((mia, leo))
    }

    pub async fn open(&self, url: &str) -> Result<()> {
        Ok(self.browser.driver.goto(url).await?)
    }

    /// Fills in the form of one who registers, with the first name as the username, and sends it.
    pub async fn sign_up(&self) -> Result<()> {
        let username = self.name.split(' ').next().unwrap_or_default().to_lowercase();
        self.fill("Username", &username).await?;
        self.fill("Display name", &self.name).await?;
        self.fill("Password", PASSWORD).await?;
        self.press("//form//button[normalize-space()='Register']").await
    }

    /// Fills in the form of one who has an account, and comes in.
    pub async fn log_in(&self) -> Result<()> {
        self.fill("Username", &self.name.to_lowercase()).await?;
        self.fill("Password", PASSWORD).await?;
        self.press("//form//button[normalize-space()='Log in']").await?;
        self.connected().await
    }

    /// Finds somebody by username, and asks to be their friend.
    pub async fn ask(&self, username: &str) -> Result<()> {
        self.press("//a[starts-with(@aria-label, 'Friends')]").await?;
        self.fill("Username", username).await?;
        self.click("Find").await?;
        self.click("Send request").await
    }

    /// Makes an invitation link.
    pub async fn invitation_link(&self) -> Result<String> {
        self.press("//a[starts-with(@aria-label, 'Friends')]").await?;
        self.click("Make a link").await?;
        let link = self.find("//*[@class='link-row__address']").await?.text().await?;
        ensure!(link.contains("/invite/"), "{link:?} is no invitation link");
        Ok(link)
    }

    pub async fn open_dialog(&self, with: &str) -> Result<()> {
        self.press(&format!("//a[.//*[@class='contact-row__name' and normalize-space()='{with}']]")).await?;
        self.find(&format!("//h1[normalize-space()='{with}']")).await.map(drop)
    }

    /// Writes into the composer, without sending.
    pub async fn write(&self, text: &str) -> Result<()> {
        Ok(self.composer().await?.send_keys(text).await?)
    }

    /// Writes and sends; each line is a message.
    pub async fn send(&self, text: &str) -> Result<()> {
        self.write(&format!("{text}\n")).await
    }

    pub async fn composer(&self) -> Result<WebElement> {
        self.find("//textarea[@aria-label='Message']").await
    }

    /// Opens the menu of a message that says this.
    pub async fn menu(&self, said: &str) -> Result<()> {
        let bubble =
            format!("//*[contains(@class, 'bubble')][*[@class='bubble__text'][contains(., '{said}')]]");
        self.press(&format!("{bubble}//button[@aria-label='Message actions']")).await
    }

    /// Chooses from the menu of a message.
    pub async fn choose(&self, said: &str, what: &str) -> Result<()> {
        self.menu(said).await?;
        self.press(&format!("//dialog[@open]//button[normalize-space()='{what}']")).await
    }

    /// The messages on the screen, top to bottom.
    pub async fn bubbles(&self) -> Result<Vec<Bubble>> {
        let found = self.browser.run(
            "return [...document.querySelectorAll('.bubble')].map(bubble => ({
                text: bubble.querySelector('.bubble__text')?.textContent ?? '',
                own: bubble.classList.contains('bubble--own'),
                state: bubble.querySelector('.bubble__state .visually-hidden')?.textContent ?? '',
            }))",
        );
        Ok(serde_json::from_value(found.await?)?)
    }

    /// Waits until the messages on the screen are these, in this order, each once.
    pub async fn sees(&self, texts: &[&str]) -> Result<Vec<Bubble>> {
        let what = format!("{} sees {texts:?}", self.name);
        let same = |bubbles: &Vec<Bubble>| {
            bubbles.iter().map(|bubble| bubble.text.as_str()).eq(texts.iter().copied())
        };
        until(&what, || self.bubbles(), same).await
    }

    /// Waits until the end of these is on the screen, scrolls up, and waits until their beginning is, each once and in
    /// order: a long dialog draws only what one sees.
    pub async fn reads(&self, texts: &[&str]) -> Result<Vec<Bubble>> {
        let what = format!("{} reads {} messages to the last", self.name, texts.len());
        let drawn =
            |bubbles: &Vec<Bubble>| bubbles.iter().map(|bubble| bubble.text.clone()).collect::<Vec<_>>();
        let is_end = |bubbles: &Vec<Bubble>| {
            let drawn = drawn(bubbles);
            !drawn.is_empty() && texts.len() >= drawn.len() && texts[texts.len() - drawn.len()..] == drawn[..]
        };
        until(&what, || self.bubbles(), is_end).await?;
        self.browser.run("document.querySelector('.dialog__log').scrollTop = 0").await?;
        let what = format!("{} reads {} messages from the first", self.name, texts.len());
        let is_start = |bubbles: &Vec<Bubble>| {
            let drawn = drawn(bubbles);
            !drawn.is_empty() && texts.len() >= drawn.len() && texts[..drawn.len()] == drawn[..]
        };
        let seen = until(&what, || self.bubbles(), is_start).await?;
        self.browser.run("document.querySelector('.dialog__log').scrollTop = 1e9").await?;
        Ok(seen)
    }

    /// Waits until one's last message is in this state.
    pub async fn last_is(&self, text: &str, state: &str) -> Result<()> {
        let what = format!("{}'s {text:?} is {state:?}", self.name);
        until(&what, || self.bubbles(), |bubbles| bubbles.last().is_some_and(|last| last.is(text, state)))
            .await?;
        Ok(())
    }

    /// Waits until a text is somewhere on the screen, to be seen.
    pub async fn see(&self, text: &str) -> Result<()> {
        let what = format!("{} sees {text:?}", self.name);
        until(&what, || self.screen(), |screen| screen.contains(text)).await?;
        Ok(())
    }

    pub async fn see_no_more(&self, text: &str) -> Result<()> {
        let what = format!("{} no longer sees {text:?}", self.name);
        until(&what, || self.screen(), |screen| !screen.contains(text)).await?;
        Ok(())
    }

    /// Waits until the app is connected and has caught up.
    pub async fn connected(&self) -> Result<()> {
        self.find("//*[contains(@class, 'connection--online')]").await.map(drop)
    }

    pub async fn click(&self, label: &str) -> Result<()> {
        self.press(&format!("//*[(self::button or self::a) and normalize-space()='{label}']")).await
    }

    pub async fn fill(&self, label: &str, text: &str) -> Result<()> {
        let field = self.field(label).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    pub async fn value(&self, label: &str) -> Result<String> {
        Ok(self.field(label).await?.prop("value").await?.unwrap_or_default())
    }

    async fn field(&self, label: &str) -> Result<WebElement> {
        self.find(&format!("//*[@id=//label[normalize-space()='{label}']/@for]")).await
    }

    pub async fn press(&self, xpath: &str) -> Result<()> {
        // What is drawn again between finding and pressing is found again.
        let press = || async {
            let element = self.find(xpath).await?;
            match self.press_where_it_was(&element).await {
                Err(error) if is_stale(&error) => Ok(false),
                pressed => Ok(pressed?),
            }
        };
        until(&format!("{} presses {xpath}", self.name), press, |pressed| *pressed).await?;
        Ok(())
    }

    /// Whether the press got to it: while a page is still filling, what one aims at moves, and the driver presses and lets
    /// go where it was.
    async fn press_where_it_was(&self, element: &WebElement) -> WebDriverResult<bool> {
        // An option is chosen at its list.
        const LISTEN: &str = "window.reached = false;
            (arguments[0].closest('select') ?? arguments[0]).addEventListener('click', () => window.reached = true, { capture: true, once: true })";
        let driver = &self.browser.driver;
        driver.execute(LISTEN, vec![element.to_json()?]).await?;
        element.click().await?;
        // A page that came in its place doesn't know of it.
        let missed = driver.execute("return window.reached === false", Vec::new()).await?;
        Ok(missed.json() != &Value::Bool(true))
    }

    /// Waits until there is such an element; says what was on the screen if there never is.
    pub async fn find(&self, xpath: &str) -> Result<WebElement> {
        let what = format!("{} finds {xpath}", self.name);
        let look = || async { Ok(self.browser.driver.find_all(By::XPath(xpath)).await?.into_iter().next()) };
        match until(&what, look, Option::is_some).await {
            Ok(found) => found.context(what),
            Err(error) => Err(error.context(format!("{} saw {:?}", self.name, self.screen().await?))),
        }
    }

    /// All text that is on the screen.
    pub async fn screen(&self) -> Result<String> {
        Ok(self.browser.run("return document.body.innerText").await?.as_str().unwrap_or_default().to_owned())
    }

    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        Ok(self.browser.driver.screenshot(file).await?)
    }

    /// Closes the browser, which must have had nothing to complain of but what the test is about: a network that was
    /// not there, and what the server refused.
    pub async fn leave(self) -> Result<()> {
        let expected = [
            "ERR_INTERNET_DISCONNECTED",
            "ERR_CONNECTION_REFUSED",
            "with a status of 4",
            "HTTP Authentication failed",
        ];
        let mut complaints = self.browser.complaints().await?;
        complaints
            .retain(|line| line.contains("SEVERE") && !expected.iter().any(|known| line.contains(known)));
        ensure!(complaints.is_empty(), "{}'s browser complains: {complaints:#?}", self.name);
        Ok(())
    }
}

fn is_stale(error: &WebDriverError) -> bool {
    let text = format!("{error:?}");
    ["StaleElement", "ClickIntercepted", "NotInteractable"].iter().any(|kind| text.contains(kind))
}
