//! The service worker that opens the app without the network.

use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::browser;

/// Registers it. Where the browser has none, or not here, Kith works on without.
pub fn register() {
    let Some(window) = browser::window() else { return };
    if !js_sys::Reflect::has(&window.navigator(), &"serviceWorker".into()).unwrap_or(false) {
        return;
    }
    let registered = window.navigator().service_worker().register("/service_worker.js");
    spawn_local(async move {
        if let Err(error) = JsFuture::from(registered).await {
            web_sys::console::warn_1(&error);
        }
    });
}
