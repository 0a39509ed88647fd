//! What the device shows of Kith outside of it: the number on its icon, and notifications of what was read meanwhile.

use js_sys::{Array, Promise, Reflect};
use kith_shared::ConversationId;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Notification, NotificationPermission, ServiceWorkerRegistration};

use super::{Engine, browser};

// web-sys has both among what is not stable yet, or not at all.
#[wasm_bindgen]
extern "C" {
    type Outside;
    /// Throws where there is no such thing.
    #[wasm_bindgen(method, catch, js_name = setAppBadge)]
    fn set_app_badge(this: &Outside, count: u32) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getNotifications)]
    fn get_notifications(this: &Outside) -> Result<Promise, JsValue>;
}

impl Engine {
    /// Something may have been read, here or elsewhere, or have come.
    pub(super) fn settle_outside(&self) {
        let state = self.state();
        let Some(me) = state.me() else { return };
        let unread = state.unread();
        if self.0.unread.replace(unread) == unread {
            return;
        }
        let is_unread = |muted: i64, count: i64| muted <= state.now && count > 0;
        let count =
            state.conversations.values().filter(|view| is_unread(view.muted_until, view.unread(me))).count();
        if let Some(window) = browser::window() {
            // A device that shows no number refuses, at once or later.
            if let Ok(set) = window.navigator().unchecked_ref::<Outside>().set_app_badge(count as u32) {
                spawn_local(async move { drop(JsFuture::from(set).await) });
            }
        }
        let engine = self.clone();
        spawn_local(async move { engine.close_read().await });
    }

    async fn close_read(&self) {
        let Some(registration) = registration().await.filter(|_| has_notifications()) else { return };
        let Ok(asked) = registration.unchecked_ref::<Outside>().get_notifications() else { return };
        let shown = JsFuture::from(asked).await.map(|shown| Array::from(&shown)).unwrap_or_default();
        let state = self.state();
        for notification in shown.iter() {
            let notification: Notification = notification.unchecked_into();
            let about = |name: &str| Reflect::get(&notification.data(), &name.into()).ok();
            let conversation =
                about("conversation").and_then(|id| id.as_string()?.parse::<ConversationId>().ok());
            let seq = about("seq").and_then(|seq| seq.as_f64());
            let view = conversation.and_then(|id| state.conversations.get(&id));
            let read = view.zip(state.me()).map(|(view, me)| view.read_by(me).0);
            if read.zip(seq).is_some_and(|(read, seq)| read as f64 >= seq) {
                notification.close();
            }
        }
    }
}

/// Whether the user lets Kith show notifications.
pub(super) fn is_allowed() -> bool {
    has_notifications() && Notification::permission() == NotificationPermission::Granted
}

/// Whether this browser shows notifications at all.
pub(super) fn has_notifications() -> bool {
    browser::window().is_some_and(|window| Reflect::has(&window, &"Notification".into()).unwrap_or(false))
}

/// This page's service worker, where there is one.
pub(super) async fn registration() -> Option<ServiceWorkerRegistration> {
    JsFuture::from(browser::service_workers()?.get_registration()).await.ok()?.dyn_into().ok()
}
