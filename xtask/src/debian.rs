//! What Debian's packages bring.

use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Result, bail};

use crate::{process, say};

pub fn is_here() -> bool {
    Path::new("/etc/debian_version").exists() && process::find("apt-get").is_some()
}

/// Installs packages without asking anything.
pub fn install(packages: &[&str]) -> Result<()> {
    static UPDATED: OnceLock<()> = OnceLock::new();
    say::step(format_args!("installing {} with apt-get", packages.join(", ")));
    if UPDATED.set(()).is_ok() {
        apt_get(&["update", "-q"])?;
    }
    apt_get(&[&["install", "-q", "-y", "--no-install-recommends"], packages].concat())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let root = process::output(process::command("id").arg("-u")).is_some_and(|id| id == "0");
    let mut command = if root {
        process::command("env")
    } else if process::find("sudo").is_some() {
        let mut command = process::command("sudo");
        command.arg("env");
        command
    } else {
        bail!("this needs root: run `apt-get {}` as root, then this again", arguments.join(" "));
    };
    process::run(command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments))
}
