//! Writing to Device Storage behind the state: what gathers while one transaction runs goes into the next.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::{Engine, browser};
use crate::device::{Device, DeviceError, Write};
use crate::state::{Action, Notice};

/// The open database, and what waits to be written to it.
#[derive(Default)]
pub(super) struct Storage {
    device: RefCell<Option<Rc<Device>>>,
    waiting: RefCell<Vec<Write>>,
    writing: Cell<bool>,
}

impl Storage {
    /// The database, unless nobody is logged in or the browser refused it.
    pub(super) fn device(&self) -> Option<Rc<Device>> {
        self.device.borrow().clone()
    }

    /// The database from now on; the one before is closed once nobody uses it.
    pub(super) fn set_device(&self, device: Option<Device>) {
        self.waiting.borrow_mut().clear();
        *self.device.borrow_mut() = device.map(Rc::new);
    }
}

impl Engine {
    /// Has something written soon.
    pub(super) fn store(&self, write: Write) {
        let storage = &self.0.storage;
        storage.waiting.borrow_mut().push(write);
        if !storage.writing.replace(true) {
            let engine = self.clone();
            spawn_local(async move { engine.write_waiting().await });
        }
    }

    async fn write_waiting(&self) {
        let storage = &self.0.storage;
        loop {
            let writes = storage.waiting.take();
            if writes.is_empty() {
                break;
            }
            if let Some(device) = storage.device()
                && let Err(error) = device.write(&writes).await
            {
                self.storage_failed(&error);
            }
            self.0.outbox.stored(&writes);
            self.send_outbox();
        }
        storage.writing.set(false);
    }

    /// Kith goes on without what could not be stored, and says so.
    pub(super) fn storage_failed(&self, error: &DeviceError) {
        browser::warn(&error.to_string());
        self.dispatch(Action::Notice(Some(Notice::StorageUnavailable)));
    }
}
