//! What a change has to pass besides the tests.

use anyhow::Result;

use crate::{process, say, tools};

pub fn run() -> Result<()> {
    say::step("checking the format");
    process::run(process::cargo().args(["fmt", "--all", "--check"]))?;
    say::step("clippy, native");
    tools::for_server()?;
    clippy(&["--workspace"])?;
    // `--all-targets` leaves out what `cargo test` and `cargo bench` alone do not run.
    clippy(&["--package", "kith-e2e", "--test", "e2e", "--bench", "client"])?;
    say::step("clippy, WebAssembly");
    tools::wasm_target()?;
    clippy(&["--package", "kith-client", "--package", "kith-shared", "--target", "wasm32-unknown-unknown"])?;
    deny()
}

fn clippy(packages: &[&str]) -> Result<()> {
    let clippy = &mut process::cargo();
    process::run(clippy.arg("clippy").args(packages).args(["--all-targets", "--", "--deny", "warnings"]))
}

fn deny() -> Result<()> {
    tools::cargo_deny()?;
    say::step("cargo-deny: licences, bans, sources");
    process::run(process::cargo().args(["deny", "check", "licenses", "bans", "sources"]))?;
    // Fetched apart from checking, so that a network that is not there and a finding are told from each other.
    if process::output(process::cargo().args(["deny", "fetch", "db"])).is_none() {
        say::step("cargo-deny: the advisory database can't be reached: advisories are NOT checked");
        return Ok(());
    }
    say::step("cargo-deny: advisories");
    process::run(process::cargo().args(["deny", "check", "--disable-fetch", "advisories"]))
}
