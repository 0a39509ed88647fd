//! The user's settings on their way to the server, and drafts among them once one stops typing.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use kith_shared::{ClientId, ConversationId, json, setting};

use super::tabs::relay;
use super::{Engine, browser};
use crate::state::{Action, Pending};

/// A draft goes to the other devices when nothing was typed for this long.
const DRAFT_PAUSE_MS: u32 = 1_500;

#[derive(Default)]
pub(super) struct Sending {
    /// Sent over this connection.
    under_way: RefCell<Vec<ClientId>>,
    /// Fires when one has stopped typing; a new one takes its place.
    draft: RefCell<Option<Timeout>>,
}

impl Sending {
    pub(super) fn reset(&self) {
        self.under_way.borrow_mut().clear();
    }

    pub(super) fn forget(&self, client_id: ClientId) {
        self.under_way.borrow_mut().retain(|under_way| *under_way != client_id);
    }
}

impl Engine {
    /// Sets one of the user's settings, on all devices; without a value, removes it.
    pub fn set(&self, key: String, value: Option<String>) {
        let client_id = ClientId(browser::new_uuid());
        let pending = Pending { client_id, key, value };
        if let Ok(text) = json::write(&pending) {
            self.tell(relay::SET, "", &text);
        }
        self.dispatch(Action::Set(pending));
    }

    /// The user looks at a conversation they had marked as unread.
    pub(super) fn unmark(&self, conversation: ConversationId) {
        if self.state().conversations.get(&conversation).is_some_and(|view| view.marked_unread) {
            self.set(setting::unread(conversation), None);
        }
    }

    /// Sends what may be sent now.
    pub(super) fn send_settings(&self) {
        let settings = self.state().settings.clone();
        let mut under_way = self.0.settings.under_way.borrow_mut();
        under_way.retain(|id| settings.pending.iter().any(|pending| pending.client_id == *id));
        for pending in &settings.pending {
            if !under_way.contains(&pending.client_id) && self.0.connection.send(pending.frame()) {
                under_way.push(pending.client_id);
            }
        }
    }

    /// Gives the other devices what stands in the composer, if it is not what they have.
    pub(super) fn sync_draft(&self, conversation: ConversationId) {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation) else { return };
        if view.draft != state.synced_draft(conversation) {
            let draft = Some(view.draft.clone()).filter(|draft| !draft.is_empty());
            self.set(setting::draft(conversation), draft);
        }
    }

    /// What was typed and never given to the others, because the app was closed or offline.
    pub(super) fn sync_drafts(&self) {
        self.state().conversations.keys().for_each(|conversation| self.sync_draft(*conversation));
    }

    pub(super) fn sync_draft_soon(&self, conversation: ConversationId) {
        let engine = self.clone();
        let soon = Timeout::new(DRAFT_PAUSE_MS, move || engine.sync_draft(conversation));
        *self.0.settings.draft.borrow_mut() = Some(soon);
    }
}
