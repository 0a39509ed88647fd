//! Mounts the app.

fn main() {
    #[cfg(target_arch = "wasm32")]
    kith_client::ui::mount();
}
