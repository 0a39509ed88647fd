//! Writing to Device Storage behind the state: what gathers while one transaction runs goes into the next.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use kith_shared::contact::Contacts;
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
    opening: Cell<bool>,
    /// What is wrong was said; it is said once.
    said: Cell<bool>,
    /// A newer version of the app has the database: this one must be loaded again to read it.
    newer: Cell<bool>,
}

impl Storage {
    /// The database, unless nobody is logged in or the browser refused it.
    pub(super) fn device(&self) -> Option<Rc<Device>> {
        self.device.borrow().clone()
    }

    /// Whether something is not written yet.
    pub(super) fn is_writing(&self) -> bool {
        self.writing.get()
    }

    /// The database from now on; the one before is closed once nobody uses it.
    pub(super) fn set_device(&self, device: Option<Device>) {
        self.waiting.borrow_mut().clear();
        self.said.set(false);
        self.newer.set(false);
        *self.device.borrow_mut() = device.map(Rc::new);
    }
}

impl Engine {
    /// Has something written soon.
    pub(super) fn store(&self, write: Write) {
        let storage = &self.0.storage;
        {
            let mut waiting = storage.waiting.borrow_mut();
            // While much comes, a conversation is due again with every message: once is enough, in time and in memory.
            if !matches!(write, Write::Message(_)) {
                waiting.retain(|earlier| !write.replaces(earlier));
            }
            waiting.push(write);
        }
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
                && let Err(error) = self.write_all(&device, &writes).await
            {
                self.storage_failed(&error);
            }
            if writes.iter().any(|write| matches!(write, Write::Message(_))) {
                self.index_soon();
            }
            self.0.outbox.stored(&writes);
            self.send_outbox();
        }
        storage.writing.set(false);
    }

    /// Takes what has disappeared by now out of Device Storage.
    pub(super) fn expire_stored(&self) {
        let engine = self.clone();
        spawn_local(async move {
            if let Some(device) = engine.0.storage.device()
                && let Err(error) = device.expire(engine.now()).await
            {
                engine.storage_failed(&error);
            }
        });
    }

    /// Where there is no room, old messages make some, and it is tried once more.
    async fn write_all(&self, device: &Device, writes: &[Write]) -> Result<(), DeviceError> {
        match device.write(writes).await {
            Err(DeviceError::Failed(_) | DeviceError::Broken) => {
                self.make_room(0).await;
                device.drop_oldest().await?;
                device.write(writes).await
            }
            done => done,
        }
    }

    /// Kith goes on without what could not be stored, and says so, unless it can be opened again at once.
    pub(super) fn storage_failed(&self, error: &DeviceError) {
        browser::warn(&error.to_string());
        let storage = &self.0.storage;
        // Let go of, so that it is opened again in a while, and filled with what is at hand.
        let was_open = storage.device.take().is_some();
        if matches!(error, DeviceError::Closed) && was_open {
            self.open_storage_again();
            return;
        }
        storage.newer.set(matches!(error, DeviceError::Newer));
        if !storage.said.replace(true) {
            let notice = match error {
                DeviceError::Newer => Notice::StorageNewer,
                _ if was_open => Notice::StorageFull,
                _ => Notice::StorageUnavailable,
            };
            self.dispatch(Action::Notice(Some(notice)));
        }
    }

    /// Opens the database again where it was refused, closed or deleted, and fills it with what is at hand.
    pub(super) fn open_storage_again(&self) {
        let storage = &self.0.storage;
        let Some(user) = self.state().me() else { return };
        let wanted = storage.device().is_none() && !storage.newer.get() && !self.0.logging_out.get();
        if !wanted || storage.opening.replace(true) {
            return;
        }
        let engine = self.clone();
        spawn_local(async move {
            let opened = Device::open(user).await;
            let storage = &engine.0.storage;
            storage.opening.set(false);
            match opened {
                // Somebody else may have come meanwhile.
                _ if engine.state().me() != Some(user) || storage.device().is_some() => {}
                Ok(device) => {
                    *storage.device.borrow_mut() = Some(Rc::new(device));
                    engine.store_all();
                    // What it holds of the outbox was not read yet where it could not be opened at the start.
                    engine.restore_outbox().await;
                }
                Err(error) => engine.storage_failed(&error),
            }
        });
    }

    fn store_all(&self) {
        let state = self.state();
        for view in state.conversations.values() {
            view.outgoing.iter().for_each(|outgoing| self.store(Write::Outgoing(outgoing.clone())));
            if !view.draft.is_empty() {
                self.store(Write::Draft { conversation: view.id(), text: view.draft.clone() });
            }
            if !self.0.tabs.follows() {
                self.store(Write::Conversation(Box::new(view.held.clone())));
                view.messages.iter().for_each(|message| self.store(Write::Message(message.clone())));
            }
        }
        if !self.0.tabs.follows() {
            self.store_contacts();
        }
    }

    pub(super) fn store_contacts(&self) {
        let contacts = self.state().contacts.to_vec();
        self.store(Write::Contacts(Contacts { contacts, online: Vec::new() }));
    }

    /// Brings what Device Storage has of the outbox, and this tab has not.
    pub(super) async fn restore_outbox(&self) {
        if let Some(device) = self.0.storage.device() {
            match device.outbox().await {
                Ok(outbox) => self.take_outbox(outbox),
                Err(error) => self.storage_failed(&error),
            }
        }
    }
}
