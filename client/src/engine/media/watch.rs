//! Files that are shown: each is looked for once, however many show it, and its address lives as long as it is shown.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use kith_shared::media::FileKind;
use kith_shared::{ConversationId, FileId};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, Url};

use super::super::Engine;

/// How many files at the end of a dialog one sees at once, about.
const SEEN: usize = 4;
/// How long the others wait for those to be painted, in milliseconds.
const PAUSE: u32 = 50;

/// A file somebody wants to show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Want {
    pub file: FileId,
    /// Where it is seen.
    pub conversation: ConversationId,
    pub thumb: bool,
    /// It comes without being asked for.
    pub comes: bool,
}

/// Where a file is.
#[derive(Clone, Debug, PartialEq)]
pub enum FileState {
    Looking,
    /// Not on this device; it comes when one asks for it.
    Absent,
    Loading,
    /// Under an address of this page's own.
    Here(Rc<str>),
    /// It could not be had.
    Failed,
}

pub(super) struct Watched {
    want: Want,
    state: FileState,
    watchers: Vec<(u32, Rc<dyn Fn()>)>,
}

/// As long as this is kept, the file is shown.
pub struct Watch {
    engine: Engine,
    file: FileId,
    number: u32,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.engine.unwatch(self.file, self.number);
    }
}

impl Engine {
    /// Looks for a file, and calls `changed` whenever that has come further.
    pub fn watch_file(&self, want: Want, changed: impl Fn() + 'static) -> Watch {
        self.watch(want, Rc::new(changed), || {
            self.look_for(want);
            FileState::Looking
        })
    }

    /// `begun` says where the file is if nobody watches it yet.
    fn watch(&self, want: Want, changed: Rc<dyn Fn()>, begun: impl FnOnce() -> FileState) -> Watch {
        let media = &self.0.media;
        let number = media.next.get();
        media.next.set(number + 1);
        let watcher = (number, changed);
        let mut watched = media.watched.borrow_mut();
        match watched.iter_mut().find(|watched| watched.want.file == want.file) {
            Some(watched) => watched.watchers.push(watcher),
            None => watched.push(Watched { want, state: begun(), watchers: vec![watcher] }),
        }
        Watch { engine: self.clone(), file: want.file, number }
    }

    /// Looks for the photos at the end of a dialog before that is drawn, so that they are drawn with it. They are held until
    /// another dialog is opened.
    pub(in crate::engine) async fn hold_photos(&self, conversation: ConversationId) {
        let wanted = self.photos_at_end(conversation);
        let found = if wanted.is_empty() { Vec::new() } else { self.kept_files(&wanted).await };
        let found = wanted.into_iter().zip(found).filter_map(|(file, found)| Some((file, found?)));
        let hold = |(file, blob): (FileId, Blob)| {
            let want = Want { file, conversation, thumb: false, comes: false };
            self.watch(want, Rc::new(|| ()), || self.address(&blob))
        };
        let held = found.map(hold).collect();
        // What was held before may be watched by itself again: the old ones go last.
        drop(self.0.media.at_hand.replace(held));
    }

    fn photos_at_end(&self, conversation: ConversationId) -> Vec<FileId> {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation) else { return Vec::new() };
        let newest = view.messages.iter().rev().take(SEEN).flat_map(|message| message.body.files());
        let photos = newest.filter(|file| file.kind == FileKind::Photo);
        photos.take(SEEN).map(|photo| photo.file).collect()
    }

    /// Where a file is that is watched.
    pub fn file_state(&self, file: FileId) -> FileState {
        let watched = self.0.media.watched.borrow();
        let found = watched.iter().find(|watched| watched.want.file == file);
        found.map_or(FileState::Looking, |found| found.state.clone())
    }

    /// Has a file brought that is watched.
    pub fn load_file(&self, file: FileId) {
        let want = self.0.media.watched.borrow().iter().find(|it| it.want.file == file).map(|it| it.want);
        if let Some(want) = want.filter(|_| self.file_state(file) != FileState::Loading) {
            self.look_for(Want { comes: true, ..want });
        }
    }

    /// What is drawn together is looked for together, the newest first: that is where one looks. Showing the others at the same
    /// time would hold those up.
    fn look_for(&self, want: Want) {
        let mut wanted = self.0.media.wanted.borrow_mut();
        wanted.push(want);
        if wanted.len() == 1 {
            let engine = self.clone();
            spawn_local(async move {
                let mut wanted = engine.0.media.wanted.take();
                let seen = wanted.split_off(wanted.len().saturating_sub(SEEN));
                engine.find(seen).await;
                if !wanted.is_empty() {
                    TimeoutFuture::new(PAUSE).await;
                    engine.find(wanted).await;
                }
            });
        }
    }

    async fn find(&self, wanted: Vec<Want>) {
        let files: Vec<FileId> = wanted.iter().map(|want| want.file).collect();
        for (want, found) in wanted.into_iter().zip(self.kept_files(&files).await) {
            match found {
                Some(blob) => self.file_is(want.file, self.address(&blob)),
                None if want.comes => {
                    let engine = self.clone();
                    spawn_local(async move { engine.have(want).await });
                }
                None => self.file_is(want.file, FileState::Absent),
            }
        }
    }

    async fn have(&self, want: Want) {
        self.file_is(want.file, FileState::Loading);
        let state = match self.download(want).await {
            Ok(blob) => self.address(&blob),
            Err(_) => FileState::Failed,
        };
        self.file_is(want.file, state);
    }

    fn address(&self, blob: &Blob) -> FileState {
        Url::create_object_url_with_blob(blob).map_or(FileState::Failed, |url| FileState::Here(url.into()))
    }

    /// Where a file is now, for whoever shows it.
    fn file_is(&self, file: FileId, state: FileState) {
        let mut watched = self.0.media.watched.borrow_mut();
        let Some(place) = watched.iter().position(|watched| watched.want.file == file) else {
            // Nobody waited for it.
            free(&state);
            return;
        };
        let before = std::mem::replace(&mut watched[place].state, state);
        if !is_shown(&watched, &before) {
            free(&before);
        }
        let watchers = watched[place].watchers.clone();
        drop(watched);
        watchers.iter().for_each(|(_, changed)| changed());
    }

    /// A file that is shown has another name from now on; what shows it goes on without a gap.
    pub(super) fn renamed(&self, from: FileId, to: FileId) {
        let mut watched = self.0.media.watched.borrow_mut();
        let found = watched.iter().find(|watched| watched.want.file == from);
        let known = watched.iter().any(|watched| watched.want.file == to);
        if let Some(Watched { want, state: state @ FileState::Here(_), .. }) = found.filter(|_| !known) {
            let named =
                Watched { want: Want { file: to, ..*want }, state: state.clone(), watchers: Vec::new() };
            watched.push(named);
        }
    }

    fn unwatch(&self, file: FileId, number: u32) {
        let mut watched = self.0.media.watched.borrow_mut();
        let Some(place) = watched.iter().position(|watched| watched.want.file == file) else { return };
        watched[place].watchers.retain(|(other, _)| *other != number);
        if watched[place].watchers.is_empty() {
            let gone = watched.swap_remove(place);
            if !is_shown(&watched, &gone.state) {
                free(&gone.state);
            }
        }
    }

    /// Nobody is logged in any more.
    pub(in crate::engine) fn forget_files(&self) {
        self.0.media.held.borrow_mut().clear();
        drop(self.0.media.at_hand.take());
        self.stop_upload(|_| true);
    }
}

/// Whether something else is shown under this address.
fn is_shown(watched: &[Watched], state: &FileState) -> bool {
    watched.iter().any(|watched| watched.state == *state)
}

fn free(state: &FileState) {
    if let FileState::Here(url) = state {
        // Only what is no text is refused.
        let _ = Url::revoke_object_url(url);
    }
}
