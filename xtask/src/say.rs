//! What is being done, and for how long already.

use std::fmt::Display;
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Instant;

static START: OnceLock<Instant> = OnceLock::new();

/// Announces a step: `==> [  12 s] building the client`.
pub fn step(what: impl Display) {
    let seconds = START.get_or_init(Instant::now).elapsed().as_secs();
    let (bold, plain) = if std::io::stderr().is_terminal() { ("\x1b[1;32m", "\x1b[0m") } else { ("", "") };
    eprintln!("{bold}==>{plain} [{seconds:>4} s] {what}");
}
