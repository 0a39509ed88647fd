//! The browser client of Kith.
//!
//! One direction: browser event → engine → action → state → UI. `state` knows no browser, `ui` knows no storage and no
//! network, `engine` owns both. Outside a browser only `state` exists, for its tests.

/// As fast as the one Rust brings, and a third of its size.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[cfg(target_arch = "wasm32")]
pub mod device;
#[cfg(target_arch = "wasm32")]
pub mod engine;
#[cfg(target_arch = "wasm32")]
pub mod fold;
#[cfg(target_arch = "wasm32")]
pub mod i18n;
pub mod state;
#[cfg(target_arch = "wasm32")]
pub mod ui;
