//! Smaller by tools that are made for it: wasm-opt and esbuild.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::{process, project};

/// What a compressed module is smallest with, found by trying. Flattened code is optimised better. Calls compress better
/// than what would be inlined for them. Functions by name stand next to those that were made of the same source, and
/// compress well there. Nothing is kept below address 1,024, where the stack would end: offsets may be folded into it.
const WASM_OPT: [&str; 17] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--always-inline-max-function-size=0",
    "--flexible-inline-max-function-size=0",
    "--one-caller-inline-max-function-size=0",
    "--low-memory-unused",
    "--reorder-functions-by-name",
    "-o",
];

/// Optimises a module in its place.
pub fn module(file: &Path) -> Result<()> {
    process::run(process::command("wasm-opt").arg(file).args(WASM_OPT).arg(file))
}

pub fn style(css: &str) -> Result<String> {
    esbuild(project::root(), &["--loader=css"], css)
}

/// A script that imports nothing.
pub fn plain(script: &str) -> Result<String> {
    esbuild(project::root(), &["--loader=js"], script)
}

/// A module's script with all it imports from `folder`.
pub fn script(folder: &Path, script: &str) -> Result<String> {
    esbuild(folder, &["--bundle", "--format=esm"], script)
}

/// A worker's script with all it imports from `folder`; no module, which not every browser runs as one.
pub fn worker(folder: &Path, script: &str) -> Result<String> {
    esbuild(folder, &["--bundle", "--format=iife"], script)
}

fn esbuild(folder: &Path, flags: &[&str], text: &str) -> Result<String> {
    let esbuild = &mut process::command("esbuild");
    esbuild.args(["--minify", "--charset=utf8", "--log-level=warning"]).args(flags).current_dir(folder);
    let mut child = esbuild.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("esbuild")?;
    // Taken, so that it is closed after: esbuild reads to the end before it writes.
    child.stdin.take().context("esbuild hears nothing")?.write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("{} failed ({})", process::show(esbuild), output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}
