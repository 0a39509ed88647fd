//! Chromium's own protocol, for what WebDriver has no words for: its service worker, and pushes into it.

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::browser::Browser;
use crate::wait::until;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A conversation with one of a browser's targets: the page, its service worker, or the browser itself.
pub struct DevTools {
    socket: Socket,
    /// The number of the last call.
    call: u64,
    /// Events that came while an answer was waited for.
    events: Vec<Value>,
}

impl DevTools {
    /// The page.
    pub async fn page(browser: &Browser) -> Result<Self> {
        Self::target(browser, "page").await
    }

    /// The service worker, once it runs.
    pub async fn worker(browser: &Browser) -> Result<Self> {
        Self::target(browser, "service_worker").await
    }

    async fn target(browser: &Browser, kind: &str) -> Result<Self> {
        let list = format!("http://{}/json/list", address(browser)?);
        let look = || async {
            let targets: Vec<Value> = serde_json::from_str(&reqwest::get(&list).await?.text().await?)?;
            let target = targets.into_iter().find(|target| target["type"] == kind);
            Ok(target.and_then(|target| target["webSocketDebuggerUrl"].as_str().map(str::to_owned)))
        };
        let url = until(&format!("there is a {kind}"), look, Option::is_some).await?.context("a target")?;
        Self::connect(&url).await
    }

    /// The browser as a whole.
    pub async fn browser(browser: &Browser) -> Result<Self> {
        let version = format!("http://{}/json/version", address(browser)?);
        let version: Value = serde_json::from_str(&reqwest::get(&version).await?.text().await?)?;
        Self::connect(version["webSocketDebuggerUrl"].as_str().context("no address of the browser's")?).await
    }

    async fn connect(url: &str) -> Result<Self> {
        let (socket, _) = connect_async(url).await.with_context(|| url.to_owned())?;
        Ok(Self { socket, call: 0, events: Vec::new() })
    }

    /// Calls a method, and gives its result.
    pub async fn call(&mut self, method: &str, params: Value) -> Result<Value> {
        self.call += 1;
        let call = json!({"id": self.call, "method": method, "params": params});
        self.socket.send(Message::text(call.to_string())).await?;
        loop {
            let said = self.hear().await?;
            if said["id"] == self.call {
                if said["error"].is_object() {
                    bail!("{method}: {}", said["error"]);
                }
                return Ok(said["result"].clone());
            }
            self.events.push(said);
        }
    }

    /// The next event of this name, of those that came since it was listened to.
    pub async fn event(&mut self, method: &str) -> Result<Value> {
        if let Some(place) = self.events.iter().position(|event| event["method"] == method) {
            return Ok(self.events.remove(place)["params"].clone());
        }
        loop {
            let said = self.hear().await?;
            if said["method"] == method {
                return Ok(said["params"].clone());
            }
            self.events.push(said);
        }
    }

    /// What an expression comes to, awaited.
    pub async fn run(&mut self, expression: &str) -> Result<Value> {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", params).await?;
        if answer["exceptionDetails"].is_object() {
            bail!("{expression}: {}", answer["exceptionDetails"]);
        }
        Ok(answer["result"]["value"].clone())
    }

    async fn hear(&mut self) -> Result<Value> {
        loop {
            if let Message::Text(text) = self.socket.next().await.context("the browser has hung up")?? {
                return Ok(serde_json::from_str(&text)?);
            }
        }
    }
}

fn address(browser: &Browser) -> Result<String> {
    let options = browser.driver.capabilities().get("goog:chromeOptions").cloned();
    let address = options.and_then(|options| Some(options["debuggerAddress"].as_str()?.to_owned()));
    address.context("Chromium says no address for its tools")
}
