//! Installing the app: where the browser offers it, it is offered once to who comes back, and always in the settings.

use kith_shared::Millis;

use super::{Engine, browser};
use crate::device;
use crate::state::{Action, Install};

const DAY: Millis = 24 * 3_600_000;
/// Days on which one was here before it is worth a word.
const DAYS: u32 = 3;

impl Engine {
    /// The page keeps the browser's offer (`boot/install.js`).
    pub(super) fn listen_for_installing(&self) {
        let engine = self.clone();
        let days = device::days_here(browser::now() / DAY);
        browser::on_window("installable", move |_| {
            let offered = days.is_some_and(|days| days >= DAYS);
            engine.dispatch(Action::Install(if offered { Install::Offered } else { Install::Possible }));
        });
        let engine = self.clone();
        browser::on_window("appinstalled", move |_| engine.dispatch(Action::Install(Install::No)));
    }

    /// Has the browser ask its user.
    pub fn install(&self) {
        self.dispatch(Action::Install(Install::No));
        browser::say("install");
    }

    /// It is offered in the settings alone from now on.
    pub fn refuse_install(&self) {
        device::offer_no_more();
        self.dispatch(Action::Install(Install::Possible));
    }
}
