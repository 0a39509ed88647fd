//! What trunk's build lacks: a page without inline script, and a service worker that knows its files.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use crate::client;

const PAGE: &str = "index.html";
const WORKER: &str = "service_worker.js";
/// Only the script that `trunk serve` adds, to reload the page, has this in it.
const DEVELOPMENT: &str = ".well-known/trunk/ws";

/// Called by trunk as its `post_build` hook.
pub fn run() -> Result<()> {
    let staging = env::var_os("TRUNK_STAGING_DIR").context("this is a hook of trunk's: see Trunk.toml")?;
    finish(&PathBuf::from(staging))
}

/// Development has no Content-Security-Policy and no offline files: there everything stays as it is.
fn finish(staging: &Path) -> Result<()> {
    let page = read(&staging.join(PAGE))?;
    if page.contains(DEVELOPMENT) {
        return Ok(());
    }
    let (page, scripts) = without_inline_scripts(&page)?;
    for (name, script) in scripts {
        write(&staging.join(name), &script)?;
    }
    write(&staging.join(PAGE), &page)?;
    list_files(staging)
}

/// The page with each inline module script in a file of its own, and those files. Their names carry their hash.
fn without_inline_scripts(page: &str) -> Result<(String, Vec<(String, String)>)> {
    let (mut done, mut rest, mut scripts) = (String::new(), page, Vec::new());
    while let Some(start) = rest.find("<script") {
        let (before, from) = rest.split_at(start);
        let open = from.find('>').context("a <script> of index.html has no end")?;
        let (tag, body) = from.split_at(open + 1);
        let close = body.find("</script>").context("a <script> of index.html is not closed")?;
        let (script, after) = body.split_at(close);
        done.push_str(before);
        if script.trim().is_empty() {
            done.push_str(tag);
        } else {
            ensure!(
                tag.contains("module"),
                "index.html has an inline script, which the policy forbids: {tag}"
            );
            let script = format!("{}\n", script.trim());
            let name = format!("boot-{}.js", short_hash(script.as_bytes()));
            done.push_str(&format!("<script type=\"module\" src=\"/{name}\">"));
            scripts.push((name, script));
        }
        rest = after;
    }
    done.push_str(rest);
    Ok((without_nonces(&done), scripts))
}

/// A nonce is for a server that makes one for each answer; ours names files instead.
fn without_nonces(page: &str) -> String {
    let mut parts = page.split(" nonce=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| done + part.split_once('"').map_or("", |(_, after)| after))
}

/// Tells the service worker the files of this version, and gives the version a name that changes with any of them.
fn list_files(staging: &Path) -> Result<()> {
    let worker = read(&staging.join(WORKER)).context("index.html has trunk copy client/service_worker.js")?;
    let (mut names, mut hash) = (Vec::new(), Sha256::new());
    for file in client::files(staging)? {
        let name = file.strip_prefix(staging)?.to_string_lossy().replace('\\', "/");
        if name != WORKER {
            let bytes = fs::read(&file).with_context(|| format!("{} can't be read", file.display()))?;
            hash.update(format!("{name}\0{}\0", bytes.len()));
            hash.update(bytes);
            names.push(format!("\"/{name}\""));
        }
    }
    let version = client::hex(&hash.finalize()[..8]);
    let worker =
        replace_once(&worker, "const FILES = [];", &format!("const FILES = [{}];", names.join(", ")))?;
    let worker =
        replace_once(&worker, "const VERSION = \"dev\";", &format!("const VERSION = \"{version}\";"))?;
    write(&staging.join(WORKER), &worker)
}

fn replace_once(text: &str, what: &str, with: &str) -> Result<String> {
    let found = text.matches(what).count();
    if found != 1 {
        bail!("{WORKER} has `{what}` {found} times instead of once");
    }
    Ok(text.replacen(what, with, 1))
}

/// As long as trunk's own hashes, by which the server knows a file that never changes.
fn short_hash(bytes: &[u8]) -> String {
    client::hex(&Sha256::digest(bytes)[..8])
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: &str = "<!DOCTYPE html><html><head>\
        <link rel=\"modulepreload\" href=\"/client-0f.js\" nonce=\"n\" crossorigin=\"anonymous\"></head><body>\n\
        <script type=\"module\" nonce=\"n\">\nimport init from '/client-0f.js';\nawait init();\n</script>\
        <script src=\"/other.js\"></script></body></html>";

    fn staging(page: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(PAGE), page).unwrap();
        fs::write(folder.path().join("client-0f.js"), "export default 1;").unwrap();
        let worker = "// worker\nconst VERSION = \"dev\";\nconst FILES = [];\n";
        fs::write(folder.path().join(WORKER), worker).unwrap();
        folder
    }

    #[test]
    fn the_page_keeps_its_preloads_and_its_script_moves_to_a_file() {
        let folder = staging(BUILT);
        finish(folder.path()).unwrap();
        let page = fs::read_to_string(folder.path().join(PAGE)).unwrap();
        let boot = client::files(folder.path()).unwrap().remove(0);
        let name = boot.file_name().unwrap().to_str().unwrap();
        assert_eq!(
            page,
            format!(
                "<!DOCTYPE html><html><head>\
                 <link rel=\"modulepreload\" href=\"/client-0f.js\" crossorigin=\"anonymous\"></head><body>\n\
                 <script type=\"module\" src=\"/{name}\"></script><script src=\"/other.js\"></script></body></html>"
            )
        );
        let script = fs::read_to_string(&boot).unwrap();
        assert_eq!(script, "import init from '/client-0f.js';\nawait init();\n");
    }

    #[test]
    fn the_service_worker_learns_every_file_but_itself_and_a_version_that_follows_them() {
        let version = |page: &str| {
            let folder = staging(page);
            finish(folder.path()).unwrap();
            let worker = fs::read_to_string(folder.path().join(WORKER)).unwrap();
            assert!(worker.contains("const FILES = [\"/boot-"), "{worker}");
            assert!(worker.contains(".js\", \"/client-0f.js\", \"/index.html\"];"), "{worker}");
            assert!(!worker.contains("service_worker.js"), "{worker}");
            worker.lines().find(|line| line.starts_with("const VERSION")).unwrap().to_owned()
        };
        assert_eq!(version(BUILT), version(BUILT));
        assert_ne!(version(BUILT), version(&BUILT.replace("<body>", "<body class=\"new\">")));
    }

    #[test]
    fn development_is_left_alone() {
        let page = BUILT.replace("</body>", "<script>new WebSocket('.well-known/trunk/ws')</script></body>");
        let folder = staging(&page);
        finish(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join(PAGE)).unwrap(), page);
        assert!(fs::read_to_string(folder.path().join(WORKER)).unwrap().contains("\"dev\""));
    }

    #[test]
    fn a_script_that_can_not_move_stops_the_build() {
        let folder = staging("<html><body><script>alert(1)</script></body></html>");
        assert!(finish(folder.path()).unwrap_err().to_string().contains("inline script"));
    }
}
