//! What is sent later. It is scheduled as anything is written, with the network or without; what the server has is changed
//! by asking it.

use kith_shared::{ClientId, ConversationId, Millis};

use super::{Engine, rest};
use crate::state::{Failure, Later};

type Result<T> = std::result::Result<T, Failure>;

impl Engine {
    /// Has a text sent at a time.
    pub fn schedule(&self, conversation: ConversationId, text: String, at: Millis) {
        self.write(conversation, self.typed(conversation, text), |later| later.at = Some(at));
        self.sync_draft(conversation);
    }

    /// Takes back what would be sent later. What the server has is gone once it says so.
    ///
    /// # Errors
    /// What the server refused, or that it can't be reached; so below.
    pub async fn unschedule(&self, later: &Later) -> Result<()> {
        if !later.handed_over {
            self.discard(later.client_id);
            return Ok(());
        }
        rest::take_back_scheduled(later.client_id).await
    }

    /// Puts a text before what stands in the composer.
    pub fn take_up(&self, conversation: ConversationId, said: String) {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation) else { return };
        let draft = if view.draft.is_empty() { said } else { format!("{said}\n{}", view.draft) };
        self.set_draft(conversation, draft);
    }

    /// Sends now what the server would send later.
    pub async fn send_now(&self, client_id: ClientId) -> Result<()> {
        rest::send_scheduled(client_id).await
    }
}
