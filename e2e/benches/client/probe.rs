//! Looking into the page from inside it.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::past::Past;
use crate::person::Person;
use crate::wait::until;

/// How long the page before has for going, so that it takes no part in what is measured.
const REST: Duration = Duration::from_secs(1);
const TIMES_SLOWER: f64 = 4.0;

/// Puts a measure's script into every page from now on, before what is in the page itself; opens the app anew with it.
pub async fn install(past: &Past, person: &Person, script: &str) -> Result<()> {
    let source = concat!("{\n", include_str!("probe.js"), "\n}").to_owned() + "\n{\n" + script + "\n}";
    person.browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await?;
    open_anew(past, person).await
}

/// Opens the app as one does in a new tab, from an empty page.
pub async fn open_anew(past: &Past, person: &Person) -> Result<()> {
    person.open("about:blank").await?;
    tokio::time::sleep(REST).await;
    person.open(&past.server.url("/")).await
}

/// Waits until a script gives something, and gives that.
pub async fn result<T: DeserializeOwned>(person: &Person, script: &str) -> Result<T> {
    let look = || person.browser.run(script);
    Ok(serde_json::from_value(until(script, look, |seen| !seen.is_null()).await?)?)
}

/// Waits until Device Storage holds so many messages.
pub async fn stored(person: &Person, messages: usize) -> Result<()> {
    records(person, "messages", messages).await
}

/// Waits until a store of it holds so many records.
pub async fn records(person: &Person, store: &str, records: usize) -> Result<()> {
    let look = || async {
        let count = "probe.stored(arguments[0]).then(arguments[1])";
        Ok(person.browser.driver.execute_async(count, vec![Value::from(store)]).await?.json().clone())
    };
    until(&format!("{store} has all records"), look, |held| *held == records).await?;
    Ok(())
}

/// Waits until the app can be opened without the network.
pub async fn installed(person: &Person) -> Result<()> {
    let ready = "navigator.serviceWorker.ready.then(() => arguments[0]())";
    person.browser.driver.execute_async(ready, Vec::new()).await?;
    Ok(())
}

/// Has its processor be as slow as an old phone's from now on.
pub async fn slow_down(person: &Person) -> Result<()> {
    person.browser.cdp("Emulation.setCPUThrottlingRate", json!({"rate": TIMES_SLOWER})).await?;
    Ok(())
}

/// What the page's scripts, their buffers, its document and the client's module take, in bytes.
pub async fn memory(person: &Person) -> Result<f64> {
    let usage: Value = person.browser.driver.cdp().send_raw("Runtime.getHeapUsage", json!({})).await?;
    let module: f64 = result(person, "return probe.module?.buffer.byteLength ?? null").await?;
    let mut sum = module;
    for part in ["usedSize", "backingStorageSize", "embedderHeapUsedSize"] {
        sum += usage.get(part).and_then(Value::as_f64).with_context(|| format!("no {part} in {usage}"))?;
    }
    Ok(sum)
}
