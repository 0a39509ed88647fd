//! What drives real browsers against the built server: the end-to-end tests, and the client's benchmark.

use std::process::Command;

use anyhow::Result;

use crate::{process, project, server, tools};

/// Builds the server; gives a cargo command that is told where it is, and where the browser is. It is to be run with
/// `--workspace`, so that what native tests have compiled serves here too.
pub fn cargo() -> Result<Command> {
    let browser = tools::browser()?;
    server::build()?;
    let mut cargo = process::cargo();
    cargo.env("KITH_BIN", project::kith()).env("KITH_TARGET", project::target());
    cargo.env("KITH_CHROMIUM", browser.chromium).env("KITH_CHROMEDRIVER", browser.chromedriver);
    Ok(cargo)
}
