//! Where things are.

use std::path::{Path, PathBuf};

/// The workspace's folder, wherever one calls from.
pub fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

/// The built client.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Where packages of the npm registry are installed.
pub fn npm() -> PathBuf {
    target().join("npm")
}

/// The released server.
pub fn kith() -> PathBuf {
    target().join("release/kith")
}
