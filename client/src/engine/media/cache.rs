//! The Media Cache: what was seen stays on the device, as much as the user lets it.

use gloo_timers::callback::Timeout;
use kith_shared::{ConversationId, FileId};
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::super::{Engine, browser};
use super::Want;
use crate::device::DeviceError;
use crate::state::{Failure, Kept, LARGEST, room_for};

/// How long what came and what was looked at waits to be dealt with together with more of it, in milliseconds.
const SOON: u32 = 2_000;

impl Engine {
    /// What is in a file, if this device has it.
    pub(super) async fn kept_file(&self, file: FileId) -> Option<Blob> {
        self.kept_files(&[file]).await.pop().flatten()
    }

    /// What is in files, of those that this device has.
    pub(super) async fn kept_files(&self, files: &[FileId]) -> Vec<Option<Blob>> {
        let stored = match self.0.storage.device() {
            Some(device) => device.files(files).await.inspect_err(|error| browser::warn(&error.to_string())),
            None => Ok(Vec::new()),
        };
        let mut stored = stored.unwrap_or_default();
        stored.resize(files.len(), None);
        for (file, _) in files.iter().zip(&stored).filter(|(_, stored)| stored.is_some()) {
            self.looked_at(*file);
        }
        let held = self.0.media.held.borrow();
        let held = |file: &FileId| held.iter().find(|(held, _)| held == file).map(|(_, blob)| blob.clone());
        files.iter().zip(stored).map(|(file, stored)| held(file).or(stored)).collect()
    }

    /// Keeps what came from the server. Where there is no room for it, it comes again.
    pub(super) async fn keep_file(&self, want: Want, blob: &Blob) {
        let size = blob.size() as i64;
        let (Some(device), true) = (self.0.storage.device(), size <= LARGEST) else { return };
        let Want { file, conversation, thumb, .. } = want;
        let kept = Kept { file, size, used: self.now(), conversation, thumb, unsent: false };
        if let Err(error) = device.put_files(&[(kept, blob.clone())]).await {
            browser::warn(&error.to_string());
        }
        self.write_down_soon();
    }

    /// Takes away what was not looked at for longest, until what stays is no more than `budget` bytes.
    pub(in crate::engine) async fn make_room(&self, budget: i64) {
        let Some(device) = self.0.storage.device() else { return };
        let gone = async {
            let gone = room_for(budget, device.kept_files().await?, |kept| self.is_pinned(kept));
            if gone.is_empty() { Ok(()) } else { device.drop_files(&gone).await }
        };
        if let Err(error) = gone.await {
            browser::warn(&error.to_string());
        }
    }

    /// Whether a message that is pinned carries it, as far as that is at hand.
    fn is_pinned(&self, kept: &Kept) -> bool {
        let state = self.state();
        let Some(view) = state.conversations.get(&kept.conversation) else { return false };
        let pinned = view.held.conversation.pins.iter().filter_map(|seq| view.at_hand(*seq));
        let mut files = pinned.flat_map(|message| message.body.files());
        files.any(|attachment| attachment.files().any(|file| file == kept.file))
    }

    fn looked_at(&self, file: FileId) {
        self.0.media.looked_at.borrow_mut().push(file);
        self.write_down_soon();
    }

    fn write_down_soon(&self) {
        let mut writes_down = self.0.media.writes_down.borrow_mut();
        if writes_down.is_none() {
            let engine = self.clone();
            *writes_down = Some(Timeout::new(SOON, move || {
                engine.0.media.writes_down.take();
                spawn_local(async move { engine.write_down().await });
            }));
        }
    }

    async fn write_down(&self) {
        let (files, now) = (self.0.media.looked_at.take(), self.now());
        if let Some(device) = self.0.storage.device() {
            // What is not known to have been looked at goes sooner, that is all.
            let _ = device.note_files(&files, |kept| kept.used = now).await;
        }
        // After many have come, not after each: it is found out by going through all that is kept.
        self.make_room(self.rules().await.budget).await;
    }

    /// What the Media Cache holds of each conversation, in bytes, the most first.
    ///
    /// # Errors
    /// [`Failure::Storage`], when nothing can be stored; so for the one below.
    pub async fn kept_by_conversation(&self) -> Result<Vec<(ConversationId, i64)>, Failure> {
        let device = self.0.storage.device().ok_or(Failure::Storage)?;
        let mut sums: Vec<(ConversationId, i64)> = Vec::new();
        for kept in device.kept_files().await? {
            match sums.iter_mut().find(|(conversation, _)| *conversation == kept.conversation) {
                Some((_, sum)) => *sum += kept.size,
                None => sums.push((kept.conversation, kept.size)),
            }
        }
        sums.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
        Ok(sums)
    }

    /// Takes away what the Media Cache holds of a conversation; what is unsent stays.
    pub async fn free_conversation(&self, conversation: ConversationId) -> Result<(), Failure> {
        let device = self.0.storage.device().ok_or(Failure::Storage)?;
        Ok(device.drop_files_if(|kept| kept.conversation == conversation && !kept.unsent).await?)
    }

    /// Stores files that are on their way out; where there is no room, what the server has too makes some.
    ///
    /// # Errors
    /// [`Failure::Full`], when that was not enough; [`Failure::Storage`], when nothing can be stored.
    pub(super) async fn keep_unsent(&self, files: Vec<(Kept, Blob)>) -> Result<(), Failure> {
        let Some(device) = self.0.storage.device() else {
            // Another tab would look for them in vain.
            if self.0.tabs.follows() {
                return Err(Failure::Storage);
            }
            self.0.media.held.borrow_mut().extend(files.into_iter().map(|(kept, blob)| (kept.file, blob)));
            return Ok(());
        };
        match device.put_files(&files).await {
            Err(DeviceError::Failed(_) | DeviceError::Broken) => {
                self.make_room(0).await;
                device.put_files(&files).await.map_err(|_| Failure::Full)?;
            }
            done => done?,
        }
        Ok(())
    }
}
