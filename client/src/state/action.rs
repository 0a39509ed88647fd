//! Everything that can happen, and the next state it makes.

use kith_shared::Millis;

use super::State;

/// Something that happened. Made by the engine, from the network, Device Storage or the user.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Time went on.
    Tick { now: Millis },
}

impl State {
    /// The state after `action`.
    pub fn apply(&mut self, action: Action) {
        match action {
            Action::Tick { now } => self.now = now,
        }
    }
}
