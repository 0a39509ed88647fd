//! Which voice messages the user has heard, on any of their devices.

use kith_shared::{ConversationId, Seq, json, setting};

use super::super::Engine;
use crate::state::Ranges;

/// A setting has room for some more.
const RANGES: usize = 500;

impl Engine {
    pub fn has_listened(&self, conversation: ConversationId, seq: Seq) -> bool {
        self.listened(conversation).covers(seq, seq)
    }

    /// The user hears a voice message.
    pub fn mark_listened(&self, conversation: ConversationId, seq: Seq) {
        let mut listened = self.listened(conversation);
        if listened.covers(seq, seq) {
            return;
        }
        listened.insert(seq, seq);
        listened.close_oldest(RANGES);
        if let Ok(value) = json::write(&listened) {
            self.set(setting::listened(conversation), Some(value));
        }
    }

    fn listened(&self, conversation: ConversationId) -> Ranges {
        let state = self.state();
        let value = state.settings.get(&setting::listened(conversation));
        value.and_then(|value| json::read(value).ok()).unwrap_or_default()
    }
}
