//! Building the client, when what it is made of has changed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{finish, process, project, say, tools};

/// Everything the built client depends on.
const SOURCES: [&str; 9] = [
    "client",
    "markup",
    "shared",
    "xtask/src/finish",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
];

/// Builds the standard library for the client too, without what a panic would say: a browser shows it nowhere, and it is
/// a tenth of the download. The compiler calls all of that unstable; its version is pinned.
const SMALL_STANDARD_LIBRARY: [(&str, &str); 5] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    ("CARGO_UNSTABLE_PANIC_IMMEDIATE_ABORT", "true"),
    ("CARGO_PROFILE_CLIENT_PANIC", "immediate-abort"),
];

/// Leaves the released client in `dist/`.
pub fn build() -> Result<()> {
    let stamp_file = project::target().join("client.stamp");
    let sources = fingerprint(project::root(), &SOURCES)?;
    // What is in dist/ counts too: `trunk serve` leaves its development build there.
    let stamp = |built: String| format!("{sources} {built}");
    let known = fs::read_to_string(&stamp_file).unwrap_or_default();
    if known == stamp(fingerprint(project::root(), &["dist"])?) {
        return Ok(());
    }
    tools::for_client()?;
    say::step("building the client");
    let trunk = &mut process::command("trunk");
    trunk.args(["build", "--release", "--offline", "--skip-version-check"]);
    trunk.envs(SMALL_STANDARD_LIBRARY);
    trunk.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags());
    // trunk knows only "true" and "false" for it, where others set "1".
    process::run(trunk.env_remove("NO_COLOR"))?;
    // Half of it is worse than nothing: the server would take it in.
    let dist = project::root().join("dist");
    finish::run(&dist).inspect_err(|_| drop(fs::remove_dir_all(&dist)))?;
    let built = stamp(fingerprint(project::root(), &["dist"])?);
    fs::create_dir_all(project::target())?;
    fs::write(&stamp_file, built).with_context(|| format!("{} can't be written", stamp_file.display()))
}

/// The compiler's. `{:?}` says nothing, and where libraries are on this machine is left out: it would make everybody's
/// download another one on each machine.
fn flags() -> String {
    let registries = process::cargo_home().map(|cargo| cargo.join("registry/src"));
    let registries = registries.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten();
    let folders = registries.flatten().map(|entry| entry.path()).chain(tools::standard_library());
    let remap = |flags, folder: PathBuf| format!("{flags} --remap-path-prefix={}/=", folder.display());
    folders.fold("-Zfmt-debug=none".to_owned(), remap)
}

/// A hash over files and folders, names and contents; what is not there counts as empty.
pub fn fingerprint(root: &Path, parts: &[&str]) -> Result<String> {
    let mut hash = Sha256::new();
    for part in parts {
        for file in files(&root.join(part))? {
            let bytes = fs::read(&file).with_context(|| format!("{} can't be read", file.display()))?;
            let name = file.strip_prefix(root)?.to_string_lossy();
            hash.update(format!("{name}\0{}\0", bytes.len()));
            hash.update(bytes);
        }
    }
    Ok(hex(&hash.finalize()))
}

/// The files at or below a path, in the order of their names; hidden ones are not ours.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("{} can't be read", path.display()))? {
            let entry = entry?;
            if !entry.file_name().to_string_lossy().starts_with('.') {
                found.append(&mut files(&entry.path())?);
            }
        }
    }
    found.sort();
    Ok(found)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_changes_with_a_name_and_with_a_content_and_with_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let now = || fingerprint(folder.path(), &["."]).unwrap();
        let empty = now();
        fs::write(file("a"), "1").unwrap();
        let first = now();
        assert_ne!(first, empty);
        fs::write(file("a"), "2").unwrap();
        assert_ne!(now(), first);
        fs::rename(file("a"), file("b")).unwrap();
        fs::write(file("b"), "1").unwrap();
        assert_ne!(now(), first);
        fs::rename(file("b"), file("a")).unwrap();
        fs::write(file(".hidden"), "x").unwrap();
        assert_eq!(now(), first);
    }
}
