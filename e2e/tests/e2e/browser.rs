//! A Chromium of its own for each person, driven over WebDriver.

use std::io::{BufRead, BufReader};
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;

/// What a browser needs to run where there is no screen, no sandbox and no internet.
const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    // A microphone that hears a beep every second, and needs no leave to.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
];

/// How often chromedriver is started until it listens.
const STARTS: usize = 3;

/// The width at which a screen shows one pane, and one at which it shows two; and their heights.
pub const PHONE: (u32, u32) = (390, 844);
pub const DESKTOP: (u32, u32) = (1280, 800);

pub struct Browser {
    /// Never dropped: its own way of tidying up waits two minutes for an answer when the test has failed.
    pub driver: ManuallyDrop<WebDriver>,
    offline: AtomicBool,
    _processes: Processes,
    _profile: TempDir,
}

impl Browser {
    pub async fn open((width, height): (u32, u32)) -> Result<Self> {
        let (mut processes, address) = chromedriver()?;
        let profile = tempfile::tempdir()?;
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(&tool("KITH_CHROMIUM")?.to_string_lossy())?;
        for flag in FLAGS {
            wanted.add_arg(flag)?;
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        wanted.add_arg(&format!("--window-size={width},{height}"))?;
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let driver = WebDriver::new(&address, wanted).await.context("Chromium can't be started")?;
        let driver = ManuallyDrop::new(driver);
        processes.chromium = driver.capabilities().get("goog:processID").and_then(Value::as_u64);
        let browser =
            Self { driver, offline: AtomicBool::new(false), _processes: processes, _profile: profile };
        browser.resize((width, height)).await?;
        Ok(browser)
    }

    /// Makes the page exactly so large: a window has edges, and Chromium a narrowest one.
    pub async fn resize(&self, (width, height): (u32, u32)) -> Result<()> {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await
    }

    pub async fn dark(&self, dark: bool) -> Result<()> {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.cdp("Emulation.setEmulatedMedia", features).await
    }

    /// Takes the network away, or gives it back.
    pub async fn offline(&self, offline: bool) -> Result<()> {
        self.offline.store(offline, Ordering::Relaxed);
        self.cdp("Network.enable", json!({})).await?;
        let conditions =
            json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.cdp("Network.emulateNetworkConditions", conditions).await
    }

    /// Loads the page again. Of a network that was taken away Chromium 148 still carries nothing then, but says in the
    /// new page that it is there: it is told once more.
    pub async fn refresh(&self) -> Result<()> {
        self.driver.refresh().await?;
        if self.offline.load(Ordering::Relaxed) { self.offline(true).await } else { Ok(()) }
    }

    /// Runs a script in every page before the page's own.
    pub async fn before_pages(&self, script: &str) -> Result<()> {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await
    }

    pub async fn cdp(&self, method: &str, parameters: Value) -> Result<()> {
        self.driver.cdp().send_raw(method, parameters).await.with_context(|| method.to_owned())?;
        Ok(())
    }

    /// What a script gives back.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.driver.execute(script, Vec::new()).await?.json().clone())
    }

    /// What the browser complained of: policy violations, errors, panics.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let log = self.driver.browser_log().await?;
        Ok(log.into_iter().map(|entry| format!("{entry:?}")).collect())
    }
}

/// chromedriver, and the Chromium it started, which would outlive it.
struct Processes {
    chromedriver: Child,
    chromium: Option<u64>,
}

impl Drop for Processes {
    fn drop(&mut self) {
        let chromedriver = u64::from(self.chromedriver.id());
        let both = self.chromium.into_iter().chain([chromedriver]).map(|id| id.to_string());
        // What has ended already can't be ended, and need not be.
        let _ = Command::new("kill").args(both).status();
        let _ = self.chromedriver.wait();
    }
}

pub fn tool(name: &str) -> Result<PathBuf> {
    let path = std::env::var_os(name)
        .with_context(|| format!("run by `cargo xtask test e2e`, which sets {name}"))?;
    Ok(path.into())
}

/// Starts chromedriver on a free port; gives its address.
fn chromedriver() -> Result<(Processes, String)> {
    let mut said = String::new();
    // The port it finds free may be taken before it listens on it: then it ends, and finds another one.
    for _ in 0..STARTS {
        let mut command = Command::new(tool("KITH_CHROMEDRIVER")?);
        let mut child = command.arg("--port=0").stdout(Stdio::piped()).spawn().context("chromedriver")?;
        let stdout = child.stdout.take().context("chromedriver has no stdout")?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
                return Ok((Processes { chromedriver: child, chromium: None }, address));
            }
            said.push_str(&line);
        }
        child.wait()?;
    }
    anyhow::bail!("chromedriver did not start: {said}")
}
