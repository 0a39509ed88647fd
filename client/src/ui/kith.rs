//! What every widget may reach: the state as it is, and the engine to call.

use std::rc::Rc;

use kith_shared::UserId;
use yew::prelude::*;

use crate::engine::Engine;
use crate::state::State;

#[derive(Clone)]
pub struct Kith {
    pub engine: Engine,
    pub state: Rc<State>,
}

impl PartialEq for Kith {
    /// A new state is another allocation: comparing what is in it would take longer than drawing it.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state) && self.engine == other.engine
    }
}

impl Kith {
    /// The user; only asked for where somebody is logged in, or about to be.
    pub fn me(&self) -> UserId {
        self.state.viewer().unwrap_or(UserId(uuid::Uuid::nil()))
    }
}

/// The app's context; draws the widget again with every new state.
#[hook]
pub fn use_kith() -> Kith {
    #[expect(clippy::expect_used, reason = "App provides it above every widget")]
    use_context::<Kith>().expect("a widget stands inside App")
}
