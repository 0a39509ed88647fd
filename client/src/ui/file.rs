//! A file at hand, for as long as a widget shows it.

use yew::prelude::*;

use super::local::use_local;
use crate::engine::{Engine, FileState, Want, Watch};

/// Where a file is; the widget is drawn again when it has come further. Nothing is looked for where nothing is wanted.
#[hook]
pub fn use_file(engine: &Engine, want: Option<Want>) -> FileState {
    let watch = use_local(|| None::<Watch>);
    {
        let engine = engine.clone();
        use_effect_with(want.map(|want| want.file), move |_| {
            let changed = watch.clone();
            let watched = want.map(|want| engine.watch_file(want, move || changed.set(|_| ())));
            drop(watch.note(|watch| std::mem::replace(watch, watched)));
            watch.set(|_| ());
            move || drop(watch.note(Option::take))
        });
    }
    want.map_or(FileState::Absent, |want| engine.file_state(want.file))
}
