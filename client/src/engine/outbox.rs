//! Sending what was written: in order, each once stored, a few under way at a time.

use std::cell::RefCell;

use gloo_timers::future::TimeoutFuture;
use kith_shared::ClientId;
use kith_shared::frame::ServerFrame;
use kith_shared::problem::Code;
use wasm_bindgen_futures::spawn_local;

use super::Engine;
use crate::device::Write;

/// Messages sent and not answered yet.
const WINDOW: usize = 32;
/// How long a server that is too busy for a message is left alone with it.
const BUSY_PAUSE_MS: u32 = 2_000;

#[derive(Default)]
pub(super) struct Outbox {
    /// Written, and not in Device Storage yet: were it sent now and the tab killed, its answer would find nobody.
    unstored: RefCell<Vec<ClientId>>,
    /// Sent over this connection.
    under_way: RefCell<Vec<ClientId>>,
}

impl Outbox {
    pub(super) fn unstored(&self, client_id: ClientId) {
        self.unstored.borrow_mut().push(client_id);
    }

    /// These writes are done, or will never be: there is nothing more to wait for.
    pub(super) fn stored(&self, writes: &[Write]) {
        let mut unstored = self.unstored.borrow_mut();
        for write in writes {
            if let Write::Outgoing(outgoing) = write {
                unstored.retain(|client_id| *client_id != outgoing.client_id);
            }
        }
    }

    /// A new connection has been sent nothing.
    pub(super) fn reset(&self) {
        self.under_way.borrow_mut().clear();
    }

    pub(super) fn forget(&self, client_id: ClientId) {
        self.under_way.borrow_mut().retain(|under_way| *under_way != client_id);
    }
}

impl Engine {
    /// Sends what may be sent now.
    pub(super) fn send_outbox(&self) {
        if !self.0.connection.is_welcome() {
            return;
        }
        self.upload_soon();
        for outgoing in self.state().outbox() {
            let client_id = outgoing.client_id;
            // What waits for files is overtaken.
            if !outgoing.is_complete() {
                continue;
            }
            // What was written first goes first: one that isn't stored yet holds up those behind it.
            if self.0.outbox.unstored.borrow().contains(&client_id) {
                return;
            }
            let mut under_way = self.0.outbox.under_way.borrow_mut();
            if under_way.contains(&client_id) {
                continue;
            }
            if under_way.len() >= WINDOW || !self.0.connection.send(outgoing.frame()) {
                return;
            }
            under_way.push(client_id);
        }
    }

    /// A message the server could not take just now is sent again in a while.
    pub(super) fn retry_if_busy(&self, frame: &ServerFrame) {
        let ServerFrame::Error { code: Code::Busy | Code::Internal, client_id: Some(client_id), .. } = *frame
        else {
            return;
        };
        let engine = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(BUSY_PAUSE_MS).await;
            engine.0.outbox.forget(client_id);
            engine.send_outbox();
            engine.0.settings.forget(client_id);
            engine.send_settings();
        });
    }
}
