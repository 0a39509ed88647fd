//! What the engine needs of the browser around it.

use gloo_timers::callback::{Interval, Timeout};
use kith_shared::Millis;
use uuid::{Builder, Uuid};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget, ServiceWorkerContainer, Window};

use super::Engine;
use crate::state::Action;

/// "Today" and "5 minutes ago" are looked at again this often, in milliseconds.
const TICK: u32 = 30_000;
/// What disappears later is looked for later, in milliseconds: a timer holds no more than 24 days.
const LONGEST_WAIT: Millis = 3_600_000;

pub(super) fn window() -> Option<Window> {
    web_sys::window()
}

/// Now, by this device's clock.
pub(super) fn now() -> Millis {
    js_sys::Date::now() as Millis
}

/// A new UUIDv7. Its random part is the browser's own, which is less to download than the library's way to it.
pub(super) fn new_uuid() -> Uuid {
    let mut random = [0; 10];
    if let Some(crypto) = window().and_then(|window| window.crypto().ok()) {
        // Only more than 65,536 bytes at once are refused.
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    Builder::from_unix_timestamp_millis(now().unsigned_abs(), &random).into_uuid()
}

/// Whether the device believes it has a network.
pub(super) fn online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// The address of a socket on the page's own server.
pub(super) fn socket_url(path: &str) -> String {
    let location = window().map(|window| window.location());
    let part = |get: fn(&web_sys::Location) -> Result<String, JsValue>| {
        location.as_ref().and_then(|location| get(location).ok()).unwrap_or_default()
    };
    let scheme = if part(web_sys::Location::protocol) == "https:" { "wss" } else { "ws" };
    format!("{scheme}://{}{path}", part(web_sys::Location::host))
}

/// Starts anew, with the newest version there is.
pub(super) fn reload() {
    // Only a document that is not shown can't be.
    let _ = window().map(|window| window.location().reload());
}

/// Whether this is Safari, on whatever device: it alone removes what a site has stored when nobody comes for a week.
pub(super) fn forgets_the_unused() -> bool {
    let vendor = window().and_then(|window| js_sys::Reflect::get(&window.navigator(), &"vendor".into()).ok());
    vendor.and_then(|vendor| vendor.as_string()).is_some_and(|vendor| vendor.starts_with("Apple"))
}

/// For whoever looks into the browser's console.
pub(super) fn warn(text: &str) {
    web_sys::console::warn_1(&JsValue::from_str(text));
}

/// Tells the page something, by an event of the window.
pub(super) fn say(event: &str) {
    if let (Some(window), Ok(event)) = (window(), Event::new(event)) {
        // Only an event that is under way already can't be sent.
        let _ = window.dispatch_event(&event);
    }
}

/// Hears an event of the window for as long as the app runs.
pub(super) fn on_window(event: &str, heard: impl FnMut(Event) + 'static) {
    if let Some(window) = window() {
        listen(&window, event, heard);
    }
}

/// What service workers are reached by; none where the browser has none, or not here.
pub(super) fn service_workers() -> Option<ServiceWorkerContainer> {
    let navigator = window()?.navigator();
    let has = js_sys::Reflect::has(&navigator, &"serviceWorker".into()).unwrap_or(false);
    has.then(|| navigator.service_worker())
}

/// Minutes the device's clock is ahead of UTC, now.
pub(super) fn utc_offset() -> i64 {
    -js_sys::Date::new_0().get_timezone_offset() as i64
}

pub(super) fn listen(target: &EventTarget, event: &str, heard: impl FnMut(Event) + 'static) {
    let heard = Closure::<dyn FnMut(Event)>::new(heard);
    if target.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref()).is_ok() {
        // The engine lives as long as the page: so does what it hears with.
        heard.forget();
    }
}

impl Engine {
    /// Hears of the network coming and going, of being looked at again, and of time going by.
    pub(super) fn listen(&self) {
        let page = window();
        let document = page.as_ref().and_then(Window::document).map(EventTarget::from);
        let (window, document) = (page.as_deref(), document.as_ref());
        // Only other tabs' changes of what is stored are told.
        self.on(window, "storage", Self::identity_changed);
        self.on(window, "online", Self::connect_now);
        self.on(window, "offline", Self::connect_now);
        // Who leaves for good is not always heard leaving: a phone ends what is out of sight.
        self.on(window, "pagehide", Self::remember_first_screen);
        self.on(document, "visibilitychange", Self::remember_first_screen);
        self.on(window, "focus", Self::attend);
        self.on(document, "visibilitychange", Self::attend);
        self.on(window, "pagehide", Self::pause);
        self.on(window, "pageshow", Self::resume);
        self.on(document, "visibilitychange", Self::connect_now);
        self.on(document, "freeze", Self::pause);
        self.on(document, "resume", Self::resume);
        let engine = self.clone();
        Interval::new(TICK, move || {
            engine.dispatch(Action::Tick { now: engine.now() });
            engine.expire_stored();
            engine.open_storage_again();
        })
        .forget();
    }

    fn on(&self, target: Option<&EventTarget>, event: &str, heard: fn(&Self)) {
        if let Some(target) = target {
            let engine = self.clone();
            listen(target, event, move |_| heard(&engine));
        }
    }

    /// Looks again when the next message that is at hand disappears.
    pub(super) fn watch_expiry(&self) {
        let due = self.state().next_expiry();
        let mut watched = self.0.expiry.borrow_mut();
        if watched.as_ref().map(|(due, _)| *due) == due {
            return;
        }
        *watched = due.map(|due| {
            let (engine, wait) = (self.clone(), (due - self.now()).clamp(0, LONGEST_WAIT));
            let timeout = Timeout::new(wait as u32, move || {
                engine.0.expiry.take();
                engine.dispatch(Action::Tick { now: engine.now() });
                engine.expire_stored();
            });
            (due, timeout)
        });
    }

    /// Looks again when the next typing line ends.
    pub(super) fn watch_typing(&self) {
        let state = self.state();
        let Some(end) = state.next_typing_end() else { return };
        let wait = u32::try_from(end - state.now).unwrap_or(0);
        let engine = self.clone();
        Timeout::new(wait, move || {
            // By the clock the end was set with.
            engine.dispatch(Action::Tick { now: end });
        })
        .forget();
    }
}
