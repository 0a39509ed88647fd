//! What other apps have shared with Kith: the service worker keeps it until its user has chosen where it goes.

use kith_shared::{ConversationId, UserId};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, FormData};

use super::{Engine, rest};
use crate::state::Route;

#[derive(Clone, Default)]
pub struct Shared {
    pub text: String,
    pub files: Vec<File>,
}

impl Shared {
    fn read(form: &FormData) -> Self {
        let mut lines = Vec::<String>::new();
        for name in ["title", "text", "url"] {
            let said = form.get(name).as_string().unwrap_or_default().trim().to_owned();
            // Apps say the same in several places.
            if !said.is_empty() && !lines.iter().any(|line| line.contains(&said)) {
                lines.push(said);
            }
        }
        let files = form.get_all("files").into_iter().filter_map(|file| file.dyn_into().ok());
        // A form without one has one without a name.
        let files = files.filter(|file: &File| !file.name().is_empty());
        Self { text: lines.join("\n"), files: files.collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.files.is_empty()
    }
}

impl Engine {
    /// What waits; nothing where nothing does.
    pub async fn shared(&self) -> Shared {
        match rest::shared().await {
            Ok(form) => Shared::read(&form),
            Err(_) => Shared::default(),
        }
    }

    /// Goes to a dialog with it: what was said stands in the composer, and the files above it.
    pub fn share_into(&self, conversation: ConversationId, shared: Shared) {
        let Shared { text, files } = shared;
        if !text.is_empty() {
            let state = self.state();
            let draft = state.conversations.get(&conversation).map(|view| view.draft.clone());
            let draft = draft.filter(|draft| !draft.is_empty()).map(|draft| draft + "\n");
            self.set_draft(conversation, draft.unwrap_or_default() + &text);
        }
        self.0.shared.replace(Some((conversation, files)));
        self.replace(Route::Dialog(conversation));
        spawn_local(async {
            // Where it can't be removed it is offered again.
            let _ = rest::forget_shared().await;
        });
    }

    /// The same, with somebody one may have no dialog with yet.
    pub fn share_with(&self, user: UserId, shared: Shared) {
        let engine = self.clone();
        spawn_local(async move {
            match engine.open_direct(user).await {
                Ok(dialog) => engine.share_into(dialog, shared),
                Err(failure) => engine.heard_failure(failure),
            }
        });
    }

    /// Files that were shared into this dialog and are not shown yet.
    pub fn take_shared_files(&self, conversation: ConversationId) -> Vec<File> {
        let shared = self.0.shared.take();
        shared.filter(|(to, _)| *to == conversation).map(|(_, files)| files).unwrap_or_default()
    }
}
