//! What trunk's build lacks: one small file of each kind instead of many, a page without inline script, and a service
//! worker that knows its files.

mod minify;
mod names;
mod offline;
mod page;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{client, tools};

pub use offline::first_visit;

const PAGE: &str = "index.html";
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
    tools::for_finishing()?;
    let parts = page::take_apart(&page)?;
    let style = style(staging, &parts.styles)?;
    let wasm = wasm(staging, &parts)?;
    let script = script(staging, &parts.glue, &wasm)?;
    write(&staging.join(PAGE), page::put_together(&parts.page, &style, &wasm, &script)?)?;
    offline::list_files(staging)
}

/// All styles as one file, in the page's order: a request costs more than what is in most of them.
fn style(staging: &Path, names: &[String]) -> Result<String> {
    let mut all = String::new();
    for name in names {
        all.push_str(&read(&staging.join(name))?);
        fs::remove_file(staging.join(name))?;
    }
    add(staging, "css", minify::style(&all)?.as_bytes())
}

/// The module optimised, and its names short, in the glue too.
fn wasm(staging: &Path, parts: &page::Parts) -> Result<String> {
    let (wasm, glue) = (staging.join(&parts.wasm), staging.join(&parts.glue));
    minify::module(&wasm)?;
    let bytes = fs::read(&wasm).with_context(|| format!("{} can't be read", wasm.display()))?;
    let (bytes, short) = names::shorten(&bytes, &read(&glue)?)?;
    write(&glue, short)?;
    fs::remove_file(wasm)?;
    add(staging, "wasm", &bytes)
}

/// The glue, and what starts the app with it, as one file.
fn script(staging: &Path, glue: &str, wasm: &str) -> Result<String> {
    let start = format!("import init from \"./{glue}\";\nawait init({{ module_or_path: \"/{wasm}\" }});\n");
    let script = minify::script(staging, &start)?;
    fs::remove_file(staging.join(glue))?;
    add(staging, "js", script.as_bytes())
}

/// Adds a file of the client, named by its hash, by which the server knows one that never changes.
fn add(staging: &Path, extension: &str, bytes: &[u8]) -> Result<String> {
    let name = format!("client-{}.{extension}", client::hex(&Sha256::digest(bytes)[..8]));
    write(&staging.join(&name), bytes)?;
    Ok(name)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("{} can't be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let page = "<html><body><script>new WebSocket('.well-known/trunk/ws')</script></body></html>";
        fs::write(folder.path().join(PAGE), page).unwrap();
        finish(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join(PAGE)).unwrap(), page);
    }

    #[test]
    fn a_file_is_named_by_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let name = |bytes: &[u8]| add(folder.path(), "js", bytes).unwrap();
        assert_eq!(name(b"1"), name(b"1"));
        assert_ne!(name(b"1"), name(b"2"));
        assert_eq!(fs::read(folder.path().join(name(b"1"))).unwrap(), b"1");
    }
}
