//! What trunk's build lacks: one small file of each kind instead of many, a page without inline script, the list of emoji,
//! and a service worker that knows its files.

mod emoji;
mod language;
mod minify;
mod names;
mod offline;
mod page;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::{client, project};

pub use offline::first_visit;

const PAGE: &str = "index.html";
/// The client asks for it by this name.
const EMOJI: &str = "emoji.txt";
/// It starts the app, in the user's language.
const START: &str = "start.js";
const LANGUAGE: &str = "language.js";
/// The service worker opens it by this name.
const REPLY_PAGE: &str = "reply.html";
const REPLY_SCRIPT: &str = "reply.js";

/// Finishes what trunk left in `dist`. Development does without: it has no Content-Security-Policy, no offline files
/// and no emoji to pick.
pub fn run(dist: &Path) -> Result<()> {
    let parts = page::take_apart(&read(&dist.join(PAGE))?)?;
    let boot = boot(dist, &parts.boot)?;
    let style = style(dist, &parts.styles)?;
    let wasm = wasm(dist, &parts)?;
    let script = script(dist, &parts.glue, &wasm)?;
    write(&dist.join(PAGE), page::put_together(&parts.page, &boot, &style, &wasm, &script)?)?;
    write(&dist.join(EMOJI), emoji::list())?;
    reply(dist, &boot, &style)?;
    offline::list_files(dist)
}

/// What runs before the page is painted, as one file.
fn boot(dist: &Path, names: &[String]) -> Result<String> {
    add(dist, "js", minify::plain(&take(dist, names)?)?.as_bytes())
}

/// All styles as one file, in the page's order: a request costs more than what is in most of them.
fn style(dist: &Path, names: &[String]) -> Result<String> {
    add(dist, "css", minify::style(&take(dist, names)?)?.as_bytes())
}

/// What is in these files, which are no more.
fn take(dist: &Path, names: &[String]) -> Result<String> {
    let mut all = String::new();
    for name in names {
        all.push_str(&read(&dist.join(name))?);
        fs::remove_file(dist.join(name))?;
    }
    Ok(all)
}

/// The module optimised, and its names short, in the glue too.
fn wasm(dist: &Path, parts: &page::Parts) -> Result<String> {
    let (wasm, glue) = (dist.join(&parts.wasm), dist.join(&parts.glue));
    minify::module(&wasm)?;
    let bytes = fs::read(&wasm).with_context(|| format!("{} can't be read", wasm.display()))?;
    let (bytes, short) = names::shorten(&bytes, &read(&glue)?)?;
    write(&glue, short)?;
    fs::remove_file(wasm)?;
    add(dist, "wasm", &bytes)
}

/// The glue, and what starts the app with it, as one file.
fn script(dist: &Path, glue: &str, wasm: &str) -> Result<String> {
    let start = format!(
        "import init from \"./{glue}\";\nimport {{ start }} from \"./{START}\";\n\
         start(() => init({{ module_or_path: \"/{wasm}\" }}), {{ {} }});\n",
        languages(dist)?.join(", ")
    );
    let script = minify::script(dist, &start)?;
    for used in [glue, START, LANGUAGE] {
        fs::remove_file(dist.join(used))?;
    }
    add(dist, "js", script.as_bytes())
}

/// A file for the texts of each language but the one in the module, as what JavaScript finds it by.
fn languages(dist: &Path) -> Result<Vec<String>> {
    let others = language::others(&project::root().join("client/locales"))?;
    let file =
        |(name, lines): (String, String)| Ok(format!("{name}: \"/{}\"", add(dist, "txt", lines.as_bytes())?));
    others.into_iter().map(file).collect()
}

/// The window in which one answers a notification: with the app's styles, and its own script made small.
fn reply(dist: &Path, boot: &str, style: &str) -> Result<()> {
    let (page, script) = (dist.join(REPLY_PAGE), dist.join(REPLY_SCRIPT));
    let text = replace_once(&read(&page)?, "/client.css", &format!("/{style}"))?;
    write(&page, replace_once(&text, "/look.js", &format!("/{boot}"))?)?;
    write(&script, minify::script(dist, &read(&script)?)?)
}

/// Adds a file of the client, named by its hash, by which the server knows one that never changes.
fn add(dist: &Path, extension: &str, bytes: &[u8]) -> Result<String> {
    let name = format!("client-{}.{extension}", client::hex(&Sha256::digest(bytes)[..8]));
    write(&dist.join(&name), bytes)?;
    Ok(name)
}

/// What is to be replaced has to be there, and to be meant.
fn replace_once(text: &str, what: &str, with: &str) -> Result<String> {
    let found = text.matches(what).count();
    ensure!(found == 1, "`{what}` is there {found} times instead of once");
    Ok(text.replacen(what, with, 1))
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
    fn a_file_is_named_by_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let name = |bytes: &[u8]| add(folder.path(), "js", bytes).unwrap();
        assert_eq!(name(b"1"), name(b"1"));
        assert_ne!(name(b"1"), name(b"2"));
        assert_eq!(fs::read(folder.path().join(name(b"1"))).unwrap(), b"1");
    }
}
