//! The lock one tab of a user holds: by it, it leads.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

// web-sys has it among what is not stable yet; the browsers have had it for years.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, options: &Object, granted: &JsValue) -> Result<Promise, JsValue>;
}

/// Held, or waited for. Dropping it lets another tab have it.
pub(super) struct Lock {
    abort: AbortController,
    held: Rc<Held>,
}

#[derive(Default)]
struct Held {
    /// Ends the promise by which the browser knows that the lock is still held.
    release: RefCell<Option<Function>>,
    dropped: Cell<bool>,
}

impl Lock {
    /// Waits for the lock; `None` where the browser has no locks, or not here.
    pub(super) fn wait(name: &str, granted: impl FnOnce() + 'static) -> Option<Self> {
        let abort = AbortController::new().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"signal".into(), &abort.signal()).ok()?;
        let held = Rc::<Held>::default();
        let lock = Self { abort, held: held.clone() };
        let callback = Closure::once_into_js(move |_lock: JsValue| {
            if held.dropped.get() {
                // It came in the moment it was given up.
                return JsValue::UNDEFINED;
            }
            let until = Promise::new(&mut |done, _| *held.release.borrow_mut() = Some(done.unchecked_into()));
            granted();
            until.into()
        });
        let waiting = request(name, &options, &callback).ok()?;
        // It ends when the lock is let go of, or with an error when it is no longer waited for.
        spawn_local(async move { drop(JsFuture::from(waiting).await) });
        Some(lock)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.held.dropped.set(true);
        self.abort.abort();
        if let Some(release) = self.held.release.take() {
            // Resolving a promise does not throw.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}
