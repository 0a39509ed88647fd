//! The browser client of Kith.
//!
//! One direction: browser event → engine → action → state → UI. `state` knows no browser, `ui` knows no storage and no
//! network, `engine` owns both.

pub mod state;
