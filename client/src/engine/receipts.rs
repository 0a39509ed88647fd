//! Telling the server what was received: once it is stored, and once for all that comes at about the same time.

use std::cell::{Cell, RefCell};

use gloo_timers::future::TimeoutFuture;
use kith_shared::ConversationId;
use kith_shared::frame::ClientFrame;
use wasm_bindgen_futures::spawn_local;

use super::Engine;

/// What comes within it is told of together.
const GATHER_MS: u32 = 400;

#[derive(Default)]
pub(super) struct Receipts {
    due: RefCell<Vec<ConversationId>>,
    gathering: Cell<bool>,
}

impl Engine {
    pub(super) fn confirm_soon(&self, conversation: ConversationId) {
        let receipts = &self.0.receipts;
        let mut due = receipts.due.borrow_mut();
        if !due.contains(&conversation) {
            due.push(conversation);
        }
        if !receipts.gathering.replace(true) {
            let engine = self.clone();
            spawn_local(async move { engine.confirm().await });
        }
    }

    async fn confirm(&self) {
        TimeoutFuture::new(GATHER_MS).await;
        while self.0.storage.is_writing() {
            TimeoutFuture::new(GATHER_MS).await;
        }
        self.0.receipts.gathering.set(false);
        let (state, due) = (self.state(), self.0.receipts.due.take());
        let Some(me) = state.me() else { return };
        for conversation in due {
            // What was read meanwhile is known, and what can't be told now is found again by comparing with the next
            // welcome.
            let received = state.conversations.get(&conversation).and_then(|view| view.received(me));
            if let Some(seq) = received {
                self.0.connection.send(ClientFrame::Received { conversation, seq });
            }
        }
    }
}
