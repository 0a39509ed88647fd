//! How much Device Storage takes, what can be done about it, and whether the browser keeps it.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Engine, browser};
use crate::device::{self, Counts, DeviceError, Write};
use crate::state::{Action, Failure};

// By hand: where there is no such thing, as on a page that is not secure, it is an error and not a crash.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "storage"])]
    async fn estimate() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["navigator", "storage"])]
    async fn persist() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["navigator", "storage"])]
    async fn persisted() -> Result<JsValue, JsValue>;
}

/// What this device keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Of all users of this device together, the app's own files with them; `None` where the browser does not say.
    pub bytes: Option<f64>,
    pub counts: Counts,
}

/// What the browser lets Kith store, in bytes, if it says.
pub(super) async fn quota() -> Option<i64> {
    estimated("quota").await.map(|quota| quota as i64)
}

async fn estimated(what: &str) -> Option<f64> {
    Reflect::get(&estimate().await.ok()?, &what.into()).ok()?.as_f64()
}

impl Engine {
    /// # Errors
    /// [`Failure::Storage`], when nothing can be stored; so for all below.
    pub async fn usage(&self) -> Result<Usage, Failure> {
        let device = self.0.storage.device().ok_or(Failure::Storage)?;
        let counts = device.counts().await?;
        Ok(Usage { bytes: estimated("usage").await, counts })
    }

    /// Removes from this device what the server has too.
    pub async fn clear_storage(&self) -> Result<(), Failure> {
        let device = self.0.storage.device().ok_or(Failure::Storage)?;
        device.clear().await?;
        // By these the service worker knows that somebody is still logged in.
        self.leave_texts().await;
        // Where something was written and not sent, the conversation is needed to show it.
        for view in self.state().conversations.values() {
            if !view.outgoing.is_empty() || !view.draft.is_empty() {
                self.store(Write::Conversation(Box::new(view.held.clone())));
            }
        }
        Ok(())
    }

    /// Asks the browser to keep what is stored, once: when somebody has written something here, they mean to come back.
    pub(super) fn ask_to_keep(&self) {
        if !device::asked_to_keep() {
            let engine = self.clone();
            spawn_local(async move {
                drop(persist().await);
                engine.look_whether_kept().await;
            });
        }
    }

    /// Finds out whether this browser removes what is stored when nobody comes for a week.
    pub(super) async fn look_whether_kept(&self) {
        if browser::forgets_the_unused() {
            let kept = persisted().await.is_ok_and(|kept| kept.is_truthy());
            self.dispatch(Action::StorageKept(kept));
        }
    }
}

impl From<DeviceError> for Failure {
    fn from(_: DeviceError) -> Self {
        Self::Storage
    }
}
