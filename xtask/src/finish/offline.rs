//! Which files the app is opened with, online the first time and offline ever after.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::{PAGE, minify, read, replace_once, write};
use crate::client;

const WORKER: &str = "service_worker.js";
/// What it is made of.
const WORKER_PARTS: &str = "worker";
/// Only asked for by somebody who installs the app, and then by the device, not by the page.
const FOR_INSTALLING: [&str; 4] = ["icon_192.png", "icon_512.png", "icon_maskable_512.png", "touch_icon.png"];

/// The paths of what a first visit loads: the page and all that the service worker keeps, and itself.
pub fn first_visit(dist: &Path) -> Result<Vec<String>> {
    let mut names = kept(dist)?;
    names.push(WORKER.to_owned());
    Ok(names.iter().map(|name| format!("/{name}")).collect())
}

/// Tells the service worker the files of this version, and gives the version a name that changes with any of them.
pub fn list_files(staging: &Path) -> Result<()> {
    let worker = read(&staging.join(WORKER)).context("index.html has trunk copy client/service_worker.js")?;
    let worker = minify::worker(staging, &with_files(&worker, staging)?)?;
    let parts = staging.join(WORKER_PARTS);
    fs::remove_dir_all(&parts).with_context(|| format!("{} can't be removed", parts.display()))?;
    write(&staging.join(WORKER), worker)
}

fn with_files(worker: &str, staging: &Path) -> Result<String> {
    let (mut paths, mut hash) = (Vec::new(), Sha256::new());
    for name in kept(staging)? {
        let file = staging.join(&name);
        let bytes = fs::read(&file).with_context(|| format!("{} can't be read", file.display()))?;
        hash.update(format!("{name}\0{}\0", bytes.len()));
        hash.update(bytes);
        // The page is asked for by its address.
        paths.push(format!("\"/{}\"", if name == PAGE { "" } else { &name }));
    }
    let version = client::hex(&hash.finalize()[..8]);
    let worker =
        replace_once(worker, "const FILES = [];", &format!("const FILES = [{}];", paths.join(", ")))?;
    replace_once(&worker, "const VERSION = \"dev\";", &format!("const VERSION = \"{version}\";"))
}

/// The names of the files the service worker keeps.
fn kept(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in client::files(folder)? {
        let name = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        let of_worker = name == WORKER || name.starts_with(&format!("{WORKER_PARTS}/"));
        if !of_worker && !FOR_INSTALLING.contains(&name.as_str()) {
            names.push(name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVELOPMENT: &str = "const VERSION = \"dev\";\nconst FILES = [];\n";

    fn folder(page: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("index.html", page), ("client-0f.js", "1;"), ("touch_icon.png", "1"), (WORKER, DEVELOPMENT)]
        {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn the_service_worker_learns_what_the_page_takes_and_a_version_that_follows_it() {
        let worker = |page: &str| with_files(DEVELOPMENT, folder(page).path()).unwrap();
        assert!(worker("1").contains("const FILES = [\"/client-0f.js\", \"/\"];"), "{}", worker("1"));
        assert_eq!(worker("1"), worker("1"));
        assert_ne!(worker("1"), worker("2"));
        assert!(with_files("const FILES = [];", folder("1").path()).is_err());
    }

    #[test]
    fn a_first_visit_loads_the_worker_too_but_not_what_is_for_installing() {
        let paths = first_visit(folder("1").path()).unwrap();
        assert_eq!(paths, ["/client-0f.js", "/index.html", "/service_worker.js"]);
    }
}
