//! Previews of the pages one links to while one writes: asked for once one stops typing, and gone along with when one
//! sends. What is not there by then is not waited for.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use kith_shared::ConversationId;
use kith_shared::json;
use kith_shared::preview::Preview;
use wasm_bindgen_futures::spawn_local;

use super::tabs::relay;
use super::{Engine, rest};
use crate::state::{Action, Failure, Linked};

/// How long nothing is typed before a page is asked for: half an address is another one.
const PAUSE_MS: u32 = 600;

#[derive(Default)]
pub(super) struct Previews {
    /// Fires when one has stopped typing; a new one takes its place.
    soon: RefCell<Option<Timeout>>,
    /// The page that is asked for just now.
    asking: RefCell<Option<String>>,
}

impl Engine {
    pub(super) fn preview_soon(&self, conversation: ConversationId) {
        let wanted = self.is_connected() && self.state().to_preview(conversation).is_some();
        let soon = wanted.then(|| {
            let engine = self.clone();
            Timeout::new(PAUSE_MS, move || spawn_local(async move { engine.preview(conversation).await }))
        });
        *self.0.previews.soon.borrow_mut() = soon;
    }

    async fn preview(&self, conversation: ConversationId) {
        let asked = self.state().to_preview(conversation).map(str::to_owned);
        let Some(url) = asked.filter(|url| *self.0.previews.asking.borrow() != Some(url.clone())) else {
            return;
        };
        self.0.previews.asking.replace(Some(url.clone()));
        let answer = rest::preview(&url).await;
        self.0.previews.asking.replace(None);
        match answer {
            Ok(preview) => self.set_linked(conversation, url, Some(preview)),
            Err(Failure::Refused(_)) => self.set_linked(conversation, url, None),
            // It is asked for again with the next key.
            Err(_) => {}
        }
    }

    /// The user wants this page's preview left out.
    pub fn leave_preview_out(&self, conversation: ConversationId, url: String) {
        self.set_linked(conversation, url, None);
    }

    fn set_linked(&self, conversation: ConversationId, url: String, preview: Option<Preview>) {
        let linked = Linked { url, preview: preview.map(Box::new) };
        if let Ok(text) = json::write(&linked) {
            self.tell(relay::LINKED, &conversation.to_string(), &text);
        }
        self.dispatch(Action::Linked { conversation, linked });
    }
}
