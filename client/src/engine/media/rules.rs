//! What comes to this device by itself, and how much stays: the user's word, or what fits the device.

use js_sys::Reflect;
use kith_shared::media::Attachment;

use super::super::usage::quota;
use super::super::{Engine, browser};
use crate::device;
use crate::state::Rules;

impl Engine {
    pub async fn rules(&self) -> Rules {
        match device::recall_rules() {
            Some(rules) => rules,
            None => Rules::new(quota().await),
        }
    }

    pub async fn set_rules(&self, rules: Rules) {
        device::remember_rules(&rules);
        self.make_room(rules.budget).await;
    }

    /// Whether a file is to come without being asked for.
    pub fn brings(&self, file: &Attachment) -> bool {
        let rules = device::recall_rules().unwrap_or_else(|| Rules::new(None));
        rules.brings(file, saves_data())
    }
}

/// Whether the user has asked their browser to save data.
fn saves_data() -> bool {
    let connection =
        browser::window().and_then(|window| Reflect::get(&window.navigator(), &"connection".into()).ok());
    let saves = connection.and_then(|connection| Reflect::get(&connection, &"saveData".into()).ok());
    saves.is_some_and(|saves| saves.is_truthy())
}
