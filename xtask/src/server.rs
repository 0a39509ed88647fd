//! Building the server with the client in it, and starting it.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::{client, process, project, say, tools};

/// Leaves the released server in `target/release/kith`.
pub fn build() -> Result<()> {
    tools::for_server()?;
    client::build()?;
    say::step("building the server");
    process::run(process::cargo().args(["build", "--release", "--package", "kith-server"]))
}

/// Builds what has changed and becomes the server: signals and the exit code are its own.
pub fn run(options: &[&str]) -> Result<ExitCode> {
    build()?;
    say::step("starting Kith; Ctrl-C stops it");
    let mut kith = Command::new(project::kith());
    let failed = kith.arg("serve").args(options).current_dir(project::root()).exec();
    Err(failed).with_context(|| format!("{} can't be started", project::kith().display()))
}
