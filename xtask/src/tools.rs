//! The tools Kith is built and tested with: used where the right version is there, installed where it is not.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{debian, process, project, say};

const TRUNK: &str = "0.21.14";
const WASM_PACK: &str = "0.15.1";
const CARGO_DENY: &str = "0.20.2";
const AXE: &str = "4.14.1";
const TUS_CLIENT: &str = "4.3.1";
const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";
/// The oldest that reads what wasm-bindgen writes (`table.fill`).
const WASM_OPT_AT_LEAST: u32 = 117;

/// What building the server takes: SQLite is C.
pub fn for_server() -> Result<()> {
    if process::find("cc").is_some() {
        return Ok(());
    }
    if debian::is_here() {
        return debian::install(&["gcc", "libc6-dev"]);
    }
    bail!("there is no C compiler (`cc`), which building SQLite takes: install gcc or clang");
}

/// What building the client takes.
pub fn for_client() -> Result<()> {
    wasm_target()?;
    standard_library_source()?;
    wasm_bindgen()?;
    wasm_opt()?;
    npm_package("esbuild", ESBUILD)?;
    cargo_install("trunk", "trunk", TRUNK, &["--locked"])
}

/// What the wasm tests take, besides a browser.
pub fn for_wasm_tests() -> Result<()> {
    wasm_target()?;
    wasm_bindgen()?;
    cargo_install("wasm-pack", "wasm-pack", WASM_PACK, &["--locked"])
}

pub fn cargo_deny() -> Result<()> {
    cargo_install("cargo-deny", "cargo-deny", CARGO_DENY, &["--locked"])
}

pub fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    // Without rustup the toolchain is somebody else's business, and building says what is missing.
    let Some(installed) = process::output(process::command("rustup").args(["target", "list", "--installed"]))
    else {
        return Ok(());
    };
    if installed.lines().any(|line| line == TARGET) {
        return Ok(());
    }
    say::step(format_args!("adding Rust's target {TARGET}"));
    process::run(process::command("rustup").args(["target", "add", TARGET]))
}

/// Where the toolchain keeps the source of its standard library, once it is added.
pub fn standard_library() -> Option<PathBuf> {
    let sysroot = process::output(process::command("rustc").args(["--print", "sysroot"]))?;
    Some(PathBuf::from(sysroot).join("lib/rustlib/src/rust/library"))
}

/// The standard library's source, and the crates it is made with.
fn standard_library_source() -> Result<()> {
    let manifest = standard_library().context("`rustc` does not say where it is")?.join("Cargo.toml");
    if !manifest.exists() {
        say::step("adding the standard library's source, which the client is built with");
        process::run(process::command("rustup").args(["component", "add", "rust-src"]))?;
    }
    let fetch = &mut process::cargo();
    fetch.args(["fetch", "--quiet", "--locked", "--target", "wasm32-unknown-unknown", "--manifest-path"]);
    // Its manifest uses what only the compiler's makers may.
    process::run(fetch.arg(manifest).env("RUSTC_BOOTSTRAP", "1"))
}

/// A browser to test with, and its WebDriver server.
pub struct Browser {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
}

pub fn browser() -> Result<Browser> {
    let chromium = || ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(process::find);
    let chromedriver = || process::find("chromedriver");
    if (chromium().is_none() || chromedriver().is_none()) && debian::is_here() {
        debian::install(&["chromium", "chromium-driver"])?;
    }
    match (chromium(), chromedriver()) {
        (Some(chromium), Some(chromedriver)) => Ok(Browser { chromium, chromedriver }),
        (None, _) => {
            bail!("there is no Chromium: install Chromium or Google Chrome, as `chromium` or `google-chrome`")
        }
        (_, None) => bail!("there is no `chromedriver`: install the one of your Chromium's version"),
    }
}

/// axe-core's script, which looks for what keeps people with disabilities out.
pub fn axe() -> Result<PathBuf> {
    Ok(npm_package("axe-core", AXE)?.join("axe.min.js"))
}

/// A client that uploads by tus, and runs in Node.js.
pub fn tus_client() -> Result<PathBuf> {
    npm_package("tus-js-client", TUS_CLIENT)
}

/// The folder of a package of the npm registry; its programs are found by [`process::command`].
fn npm_package(name: &str, version: &str) -> Result<PathBuf> {
    let folder = project::npm();
    let package = folder.join("node_modules").join(name);
    let manifest = std::fs::read_to_string(package.join("package.json")).unwrap_or_default();
    if !manifest.contains(&format!("\"version\": \"{version}\"")) {
        if process::find("npm").is_none() {
            if !debian::is_here() {
                bail!("there is no `npm`, which {name} comes through: install Node.js");
            }
            debian::install(&["npm"])?;
        }
        say::step(format_args!("installing {name} {version} from npm"));
        std::fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
        let npm = &mut process::command("npm");
        npm.args(["install", "--save-exact", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
        process::run(npm.arg(&folder).arg(format!("{name}@{version}")))?;
    }
    Ok(package)
}

/// Has to be of the same version as the library, to the letter. Built without `--locked`, with which it does not build.
fn wasm_bindgen() -> Result<()> {
    let lock =
        std::fs::read_to_string(project::root().join("Cargo.lock")).context("Cargo.lock can't be read")?;
    let version = locked(&lock, "wasm-bindgen").context("Cargo.lock knows no wasm-bindgen")?;
    cargo_install("wasm-bindgen", "wasm-bindgen-cli", version, &[])
}

/// One that is there is used, if it is new enough.
fn wasm_opt() -> Result<()> {
    let found = version("wasm-opt").and_then(|version| version.parse::<u32>().ok());
    if found.is_some_and(|found| found >= WASM_OPT_AT_LEAST) {
        return Ok(());
    }
    npm_package("binaryen", BINARYEN).map(drop)
}

fn cargo_install(program: &str, package: &str, wanted: &str, flags: &[&str]) -> Result<()> {
    if version(program).is_some_and(|found| found == wanted) {
        return Ok(());
    }
    say::step(format_args!("installing {package} {wanted}, which takes a few minutes"));
    let install = &mut process::cargo();
    install.args(["install", package, "--force", "--version", &format!("={wanted}")]).args(flags);
    // Its own build is not this workspace's.
    process::run(install.env_remove("CARGO_TARGET_DIR"))?;
    match version(program) {
        Some(found) if found == wanted => Ok(()),
        Some(found) => {
            bail!("another {program} ({found}) stands before the installed {wanted} in PATH: remove it")
        }
        None => bail!("{package} was installed, but `{program}` does not start"),
    }
}

fn version(program: &str) -> Option<String> {
    let said = process::output(process::command(program).arg("--version"))?;
    said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned)
}

/// The version Cargo.lock has of a package.
fn locked<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_package_s_and_not_a_namesake_s() {
        let lock = "[[package]]\nname = \"wasm-bindgen-test\"\nversion = \"0.3.1\"\n\n[[package]]\n\
                    name = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked(lock, "wasm"), None);
    }
}
