//! How the app looks: what the user has chosen follows them, and stands where the page finds it before it is painted
//! (`boot/look.js`).

use web_sys::Event;

use super::{Engine, browser};
use crate::device;

/// The page hears by it that it is to look again.
const EVENT: &str = "look";

impl Engine {
    /// Shows what the settings say, if it is not what is shown.
    pub(super) fn show_look(&self) {
        if device::remember_look(&self.state().settings.look()) {
            look_again();
        }
    }
}

/// Nobody is logged in any more: the page looks as the device does.
pub(super) fn forget_look() {
    device::forget();
    look_again();
}

fn look_again() {
    if let (Some(window), Ok(event)) = (browser::window(), Event::new(EVENT)) {
        // Only an event that is under way already can't be sent.
        let _ = window.dispatch_event(&event);
    }
}
