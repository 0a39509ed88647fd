//! How the app looks: what the user has chosen follows them, and stands where the page finds it before it is painted
//! (`boot/look.js`).

use super::{Engine, browser};
use crate::device;

/// The page hears by it that it is to look again.
const EVENT: &str = "look";

impl Engine {
    /// Shows what the settings say, if it is not what is shown.
    pub(super) fn show_look(&self) {
        if device::remember_look(&self.state().settings.look()) {
            browser::say(EVENT);
        }
    }
}

/// Nobody is logged in any more: the page looks as the device does.
pub(super) fn forget_look() {
    device::forget();
    browser::say(EVENT);
}
