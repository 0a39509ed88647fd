//! Messages that carry files: kept on the device first, then written.

use kith_shared::limits::ATTACHMENTS;
use kith_shared::media::Attachment;
use kith_shared::message::Body;
use kith_shared::{ClientId, ConversationId, FileId, Millis};
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::super::tabs::relay;
use super::super::{Engine, browser};
use super::{Prepared, tus};
use crate::state::{Action, Failure, Kept, Outgoing, Upload};

/// A file that no message names after this long, in milliseconds, was chosen in a tab that did not live to write it.
const FORGOTTEN: Millis = 3_600_000;

impl Engine {
    /// Sends files with a text, in their order; more than a message carries are several messages, the text with the first.
    ///
    /// # Errors
    /// [`Failure::Full`], when there is no room for them on this device; nothing is sent then.
    pub async fn send_files(
        &self,
        conversation: ConversationId,
        mut text: String,
        files: Vec<Prepared>,
    ) -> Result<(), Failure> {
        let mut parts = Vec::new();
        let mut files = files.into_iter().peekable();
        while files.peek().is_some() {
            let part: Vec<_> = files.by_ref().take(ATTACHMENTS).collect();
            parts.push(self.keep_prepared(conversation, part).await?);
        }
        for attachments in parts {
            let mut body = self.typed(conversation, std::mem::take(&mut text));
            let uploads = attachments.iter().flat_map(Attachment::files).map(Upload::new).collect();
            if let Body::Text { files, .. } = &mut body {
                *files = attachments;
            }
            self.write(conversation, body, |outgoing| outgoing.uploads = uploads);
        }
        self.load_newest(conversation);
        self.sync_draft(conversation);
        self.ask_to_keep();
        Ok(())
    }

    async fn keep_prepared(
        &self,
        conversation: ConversationId,
        files: Vec<Prepared>,
    ) -> Result<Vec<Attachment>, Failure> {
        let (mut kept, mut attachments) = (Vec::new(), Vec::with_capacity(files.len()));
        let mut keep = |blob: &Blob, thumb: bool| {
            let (file, size, used) = (made_up(), blob.size() as i64, self.now());
            kept.push((Kept { file, size, used, conversation, thumb, unsent: true }, blob.clone()));
            file
        };
        for mut prepared in files {
            prepared.attachment.file = keep(&prepared.blob, false);
            prepared.attachment.thumb = prepared.thumb.as_ref().map(|thumb| keep(thumb, true));
            attachments.push(prepared.attachment);
        }
        self.keep_unsent(kept).await?;
        Ok(attachments)
    }

    /// Holds up what a message carries, or goes on with it.
    pub fn pause_sending(&self, client_id: ClientId, paused: bool) {
        self.tell(relay::PAUSED, &client_id.to_string(), if paused { "1" } else { "0" });
        self.paused(client_id, paused);
    }

    pub(in crate::engine) fn paused(&self, client_id: ClientId, paused: bool) {
        self.dispatch(Action::Paused { client_id, paused });
        if paused {
            self.stop_upload(|under_way| under_way == client_id);
        }
    }

    /// A message was given up: so is all of it that was on its way.
    pub(in crate::engine) fn drop_files_of(&self, outgoing: &Outgoing) {
        self.stop_upload(|under_way| under_way == outgoing.client_id);
        let uploads: Vec<_> = outgoing.uploads.iter().filter_map(|upload| upload.upload).collect();
        let files: Vec<_> = outgoing.body.files().iter().flat_map(Attachment::files).collect();
        self.0.media.held.borrow_mut().retain(|(held, _)| !files.contains(held));
        let engine = self.clone();
        spawn_local(async move {
            if let Some(device) = engine.0.storage.device() {
                // What is passed on is a file that others have sent: that stays.
                let unsent = |kept: &Kept| kept.unsent && files.contains(&kept.file);
                if let Err(error) = device.drop_files_if(unsent).await {
                    browser::warn(&error.to_string());
                }
            }
            for upload in uploads {
                tus::give_up(upload).await;
            }
        });
    }

    /// The server has a message: what it carries is kept as all that was seen is.
    pub(in crate::engine) fn files_sent(&self, outgoing: &Outgoing) {
        let files: Vec<_> = outgoing.body.files().iter().flat_map(Attachment::files).collect();
        self.0.media.held.borrow_mut().retain(|(held, _)| !files.contains(held));
        let engine = self.clone();
        spawn_local(async move {
            if let Some(device) = engine.0.storage.device()
                && let Err(error) = device.note_files(&files, |kept| kept.unsent = false).await
            {
                browser::warn(&error.to_string());
            }
        });
    }

    /// Takes away what was chosen in a tab that did not live to write its message.
    pub(in crate::engine) fn settle_files(&self) {
        let engine = self.clone();
        spawn_local(async move { engine.drop_forgotten().await });
    }

    async fn drop_forgotten(&self) {
        let Some(device) = self.0.storage.device() else { return };
        let state = self.state();
        let written = state.conversations.values().flat_map(|view| &view.outgoing);
        let named: Vec<FileId> =
            written.flat_map(|outgoing| outgoing.body.files()).flat_map(Attachment::files).collect();
        let forgotten =
            |kept: &Kept| kept.unsent && kept.used < self.now() - FORGOTTEN && !named.contains(&kept.file);
        // Where it fails, the next opening tries again.
        let _ = device.drop_files_if(forgotten).await;
    }
}

/// A name for a file until the server gives it one. It can't be that of another: too many are possible.
fn made_up() -> FileId {
    let mut name = [0; 32];
    if let Some(crypto) = browser::window().and_then(|window| window.crypto().ok()) {
        // Only more than 65,536 bytes at once are refused.
        let _ = crypto.get_random_values_with_u8_array(&mut name);
    }
    FileId(name)
}
