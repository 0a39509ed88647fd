//! What somebody looks at. The server is told, so that it wakes no device that shows a message; and of several tabs one
//! shows what comes elsewhere.

use std::cell::Cell;

use kith_shared::ConversationId;
use kith_shared::frame::ClientFrame;
use web_sys::VisibilityState;

use super::tabs::relay;
use super::{Engine, browser};
use crate::state::Action;

/// The dialog that is looked at, if it is one.
type Looked = Option<ConversationId>;

#[derive(Default)]
pub(super) struct Attention {
    /// What somebody looks at in another tab.
    other: Cell<Option<Looked>>,
    /// What the server was told last over this connection.
    told: Cell<Option<Option<Looked>>>,
}

impl Engine {
    /// Somebody may look at this tab now, or no longer, or at something else in it.
    pub(super) fn attend(&self) {
        let visible = is_visible();
        if visible {
            self.0.attention.other.set(None);
        }
        self.set_attentive(visible);
        let looked = self.state().route.conversation().filter(|_| visible);
        let about = looked.map(|conversation| conversation.to_string()).unwrap_or_default();
        self.tell(relay::FRONT, &about, if visible { "1" } else { "" });
        self.tell_attention();
    }

    /// Another tab is looked at, or no longer.
    pub(super) fn heard_attention(&self, looked: Option<Looked>) {
        self.0.attention.other.set(looked);
        // Of two windows beside each other, the one that was looked at last shows what comes.
        self.set_attentive(looked.is_none() && is_visible());
        self.tell_attention();
    }

    /// Whoever connected is asked what this device shows.
    pub(super) fn tell_attention_anew(&self) {
        self.0.attention.told.set(None);
        self.tell_attention();
    }

    /// Whether somebody looks at any tab of the app.
    pub(super) fn is_looked_at(&self) -> bool {
        self.state().attentive || self.0.attention.other.get().is_some()
    }

    fn set_attentive(&self, attentive: bool) {
        if self.state().attentive != attentive {
            self.dispatch(Action::Attentive(attentive));
        }
    }

    fn tell_attention(&self) {
        let (state, attention) = (self.state(), &self.0.attention);
        let looked = if state.attentive { Some(state.route.conversation()) } else { attention.other.get() };
        if attention.told.get() != Some(looked) && self.0.tabs.leads() {
            let (conversation, visible) = (looked.flatten(), looked.is_some());
            if self.0.connection.send(ClientFrame::Attending { conversation, visible }) {
                attention.told.set(Some(looked));
            }
        }
    }
}

fn is_visible() -> bool {
    let document = browser::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}
