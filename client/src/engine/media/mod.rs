//! The Media Storage client library: bringing files to the server, having them from it, and the Media Cache between.

mod avatar;
mod cache;
mod digest;
mod download;
mod listened;
mod moving;
mod outgoing;
mod picture;
mod prepare;
mod record;
mod rules;
mod tus;
mod upload;
mod watch;

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use kith_shared::{ClientId, FileId};
use web_sys::{AbortController, Blob};

pub use prepare::{Picked, Prepared, Preview};
pub use record::Recorder;
pub(super) use tus::bring;
pub(super) use upload::step;
pub use watch::{FileState, Want, Watch};

/// What is under way with files.
#[derive(Default)]
pub(super) struct Media {
    watched: RefCell<Vec<watch::Watched>>,
    /// To be looked for together.
    wanted: RefCell<Vec<Want>>,
    /// What is drawn with the dialog that was opened last.
    at_hand: RefCell<Vec<Watch>>,
    /// The next watcher's number.
    next: Cell<u32>,
    /// Files that wait to be brought and can't be stored.
    held: RefCell<Vec<(FileId, Blob)>>,
    /// Files that were looked at, to be written down soon.
    looked_at: RefCell<Vec<FileId>>,
    writes_down: RefCell<Option<Timeout>>,
    /// One file is brought at a time.
    uploading: Cell<bool>,
    /// Whose file that is, and what ends it.
    under_way: RefCell<Option<(ClientId, AbortController)>>,
}
