//! Keeping what is stored searchable, behind the writing, and searching: here, and on the server.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use kith_shared::message::Message;
use kith_shared::search::{SearchQuery, SearchResults};
use wasm_bindgen_futures::spawn_local;

use super::{Engine, browser, rest};
use crate::device::DeviceError;
use crate::state::Failure;

/// How long after something was written it is made searchable, in milliseconds: more may follow.
const SETTLED: u32 = 1_500;
/// How long there is nothing done between two blocks: the screen comes first.
const REST: u32 = 30;
/// How long after a search what it read stays in memory at least, in milliseconds.
const SEARCHING: u32 = 60_000;
/// Blocks a search waits for: what came a moment ago is found.
const AT_ONCE: usize = 4;

#[derive(Default)]
pub(super) struct Index {
    due: Cell<bool>,
    /// Somebody searched, and what was read for it is in memory.
    searched: Cell<bool>,
    forgetting: Cell<bool>,
    working: Cell<bool>,
}

impl Engine {
    /// Has what was written made searchable in a while.
    pub(super) fn index_soon(&self) {
        let index = &self.0.index;
        index.due.set(true);
        if !self.0.tabs.follows() && !index.working.replace(true) {
            let engine = self.clone();
            spawn_local(async move {
                let index = &engine.0.index;
                while index.due.get() {
                    TimeoutFuture::new(SETTLED).await;
                    index.due.set(false);
                    engine.index(usize::MAX).await;
                }
                index.working.set(false);
            });
        }
    }

    /// What can't be made searchable is found by the server, so nobody is bothered.
    async fn index(&self, most: usize) {
        if let Err(error) = self.try_index(most).await {
            browser::warn(&error.to_string());
        }
    }

    async fn try_index(&self, most: usize) -> Result<(), DeviceError> {
        let Some(device) = self.0.storage.device() else { return Ok(()) };
        let blocks = device.unindexed(self.state().held_blocks()).await?;
        for block in blocks.into_iter().take(most) {
            // Nothing is written any more to what its user has left.
            if !self.0.storage.device().is_some_and(|now| Rc::ptr_eq(&now, &device)) {
                break;
            }
            device.index(block).await?;
            if most > AT_ONCE {
                TimeoutFuture::new(REST).await;
            }
        }
        Ok(())
    }

    /// The newest messages on this device that are what is asked for, newest first.
    pub async fn search_stored(&self, query: &SearchQuery, most: usize) -> Vec<Message> {
        self.index(AT_ONCE).await;
        let Some(device) = self.0.storage.device() else { return Vec::new() };
        self.forget_later();
        device.find(query, most).await.unwrap_or_else(|error| {
            browser::warn(&error.to_string());
            Vec::new()
        })
    }

    /// Somebody is about to search.
    pub fn prepare_search(&self) {
        self.forget_later();
        if let Some(device) = self.0.storage.device() {
            spawn_local(async move {
                // What goes wrong is told by the search.
                let _ = device.prepare_search().await;
            });
        }
    }

    fn forget_later(&self) {
        let index = &self.0.index;
        index.searched.set(true);
        if !index.forgetting.replace(true) {
            let engine = self.clone();
            spawn_local(async move {
                let index = &engine.0.index;
                while index.searched.take() {
                    TimeoutFuture::new(SEARCHING).await;
                }
                engine.0.storage.device().iter().for_each(|device| device.forget_texts());
                index.forgetting.set(false);
            });
        }
    }

    /// What the server has of it, a page from the newest on.
    ///
    /// # Errors
    /// What the server refused, or that it can't be reached.
    pub async fn search_server(&self, query: &SearchQuery) -> Result<SearchResults, Failure> {
        rest::search(query).await
    }
}
