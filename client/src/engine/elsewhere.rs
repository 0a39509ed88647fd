//! Bringing single messages: those that are answered or pinned, and that are shown where they do not stand.

use kith_shared::json;
use kith_shared::message::{Message, Page, PageQuery, Version};
use kith_shared::{ConversationId, Seq};
use wasm_bindgen_futures::spawn_local;

use super::{Engine, rest};
use crate::state::{Action, Failure, Span};

impl Engine {
    /// What a message said before it was edited, oldest first.
    ///
    /// # Errors
    /// What the server refused, or that it can't be reached.
    pub async fn versions(&self, conversation: ConversationId, seq: Seq) -> Result<Vec<Version>, Failure> {
        Ok(rest::versions(conversation, seq).await?.versions)
    }

    /// Brings what rows and pins show and this device lacks. Each once: what failed is tried again when the network is back.
    pub fn bring_elsewhere(&self, conversation: ConversationId, rows: Span) {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation) else { return };
        let asked = &self.0.elsewhere;
        let mut missing = view.missing_elsewhere(rows);
        missing.retain(|seq| !asked.borrow().contains(&(conversation, *seq)));
        if missing.is_empty() {
            return;
        }
        asked.borrow_mut().extend(missing.iter().map(|seq| (conversation, *seq)));
        let engine = self.clone();
        spawn_local(async move {
            let mut messages = Vec::with_capacity(missing.len());
            for seq in &missing {
                messages.extend(engine.message(conversation, *seq).await);
            }
            let brought = |seq| messages.iter().any(|message: &Message| message.seq == seq);
            engine.0.elsewhere.borrow_mut().retain(|(id, seq)| *id != conversation || !brought(*seq));
            if !messages.is_empty() {
                engine.dispatch(Action::Elsewhere { conversation, messages });
            }
        });
    }

    /// One message, from Device Storage or the server.
    async fn message(&self, conversation: ConversationId, seq: Seq) -> Option<Message> {
        if let Some(device) = self.0.storage.device() {
            let kept = device.messages(conversation, seq, seq).await.unwrap_or_else(|error| {
                self.storage_failed(&error);
                Vec::new()
            });
            if let Some(message) = kept.into_iter().next() {
                return Some(message);
            }
        }
        let query = PageQuery { after: Some(seq.previous()), limit: Some(1), ..PageQuery::default() };
        let text = rest::messages(conversation, &query).await.ok()?;
        let page: Page = json::read(&text).ok()?;
        page.messages.into_iter().find(|message| message.seq == seq)
    }
}
