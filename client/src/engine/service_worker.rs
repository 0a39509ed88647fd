//! The service worker that opens the app without the network, and fetches new versions of it.

use js_sys::Object;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{Engine, browser};
use crate::state::Action;

const WORKER: &str = "/service_worker.js";

/// Registers it. Where the browser has none, or not here, Kith works on without.
pub fn register() {
    let Some(container) = browser::service_workers() else { return };
    // While one develops it is a module of several files, of which the build makes one script.
    let registered = if cfg!(debug_assertions) {
        let options = Object::new();
        // A plain object takes any property.
        let _ = js_sys::Reflect::set(&options, &"type".into(), &"module".into());
        container.register_with_options(WORKER, options.unchecked_ref())
    } else {
        container.register(WORKER)
    };
    spawn_local(async move {
        if let Err(error) = JsFuture::from(registered).await {
            web_sys::console::warn_1(&error);
        }
    });
}

impl Engine {
    /// The page offers a new version once it is whole (`boot/start.js`).
    pub(super) fn listen_for_updates(&self) {
        let engine = self.clone();
        browser::on_window("update", move |_| engine.dispatch(Action::Updated));
    }

    /// Loads the page again with the new version.
    pub fn take_update(&self) {
        browser::say("take_update");
    }
}
