//! Starting other programs, and finding them.

use std::env;
use std::ffi::OsString;
use std::iter;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project;

/// A command in the workspace's folder that finds what `cargo install` has put aside.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(find(program).unwrap_or_else(|| program.into()));
    command.current_dir(project::root()).env("PATH", path());
    command
}

/// The very cargo this was started with.
pub fn cargo() -> Command {
    command(&env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
}

/// Runs to the end; failing is an error that names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} can't be started", show(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", show(command));
    }
    Ok(())
}

/// What the command prints, if it can be started and succeeds.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
pub fn show(command: &Command) -> String {
    let words = iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    format!("`{}`", words.join(" "))
}

/// Where the program is.
pub fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&path()).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Where cargo keeps what it installs and downloads.
pub fn cargo_home() -> Option<PathBuf> {
    let given = env::var_os("CARGO_HOME").map(PathBuf::from);
    given.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

/// The search path: npm's programs before the shell's, which may be older, and cargo's own after them.
fn path() -> OsString {
    let npm = project::npm().join("node_modules/.bin");
    let cargo = cargo_home();
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = iter::once(npm).chain(env::split_paths(&path)).chain(cargo.map(|home| home.join("bin")));
    env::join_paths(folders).unwrap_or(path)
}
