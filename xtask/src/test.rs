//! The whole test suite, and its closing line.

use std::io::{BufRead, BufReader, Write};
use std::ops::AddAssign;
use std::process::{Command, ExitCode, Stdio};
use std::str::FromStr;

use anyhow::{Context, Error, Result, bail};

use crate::{end_to_end, process, say, tools};

#[derive(Clone, Copy, Debug)]
pub enum Part {
    Native,
    Wasm,
    EndToEnd,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Native, Self::Wasm, Self::EndToEnd];
}

impl FromStr for Part {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "native" => Ok(Self::Native),
            "wasm" => Ok(Self::Wasm),
            "e2e" => Ok(Self::EndToEnd),
            _ => bail!("`{name}` is no part of the tests: native, wasm or e2e"),
        }
    }
}

/// Runs the parts, each to its end whatever the others do. A part that could not run, or found nothing to run, counts
/// as one failed test: the closing line never looks better than what happened.
pub fn run(parts: &[Part]) -> Result<ExitCode> {
    let mut sum = Counts::default();
    for part in parts {
        let counts = match part {
            Part::Native => native(),
            Part::Wasm => wasm(),
            Part::EndToEnd => end_to_end(),
        };
        sum += counts.unwrap_or_else(|error| {
            eprintln!("error: {part:?}: {error:#}");
            Counts { passed: 0, failed: 1 }
        });
    }
    say::step("done");
    println!("{} passed, {} failed", sum.passed, sum.failed);
    Ok(if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn native() -> Result<Counts> {
    tools::for_server()?;
    let client = tools::tus_client()?;
    say::step("native tests");
    let cargo = &mut process::cargo();
    count(cargo.args(["test", "--workspace", "--no-fail-fast"]).env("KITH_TUS_CLIENT", client))
}

fn wasm() -> Result<Counts> {
    tools::for_wasm_tests()?;
    let browser = tools::browser()?;
    say::step("tests in headless Chromium");
    let wasm_pack = &mut process::command("wasm-pack");
    wasm_pack.args(["test", "--headless", "--chrome", "--chromedriver"]).arg(browser.chromedriver);
    count(wasm_pack.arg("client"))
}

fn end_to_end() -> Result<Counts> {
    let axe = tools::axe()?;
    let cargo = &mut end_to_end::cargo()?;
    say::step("people in real browsers");
    cargo.args(["test", "--workspace", "--test", "e2e", "--no-fail-fast", "--", "--test-threads=1"]);
    count(cargo.env("KITH_AXE", axe))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs tests, showing what they print, and counts them.
fn count(command: &mut Command) -> Result<Counts> {
    let shown = process::show(command);
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("{shown} can't be started"))?;
    let mut counts = Counts::default();
    if let Some(stdout) = child.stdout.take() {
        let (mut stdout, mut line) = (BufReader::new(stdout), Vec::new());
        while stdout.read_until(b'\n', &mut line)? > 0 {
            std::io::stdout().write_all(&line)?;
            counts += result(&String::from_utf8_lossy(&line)).unwrap_or_default();
            line.clear();
        }
    }
    let status = child.wait()?;
    if counts.failed == 0 && !status.success() {
        // It did not compile, or a test took its process with it.
        eprintln!("error: {shown} failed ({status})");
        counts.failed = 1;
    } else if counts == Counts::default() {
        bail!("{shown} ran no test");
    }
    Ok(counts)
}

/// What `test result: ok. 3 passed; 0 failed; …` says.
fn result(line: &str) -> Option<Counts> {
    let (_, result) = line.split_once("test result: ")?;
    let number = |name: &str| {
        let before = result.split(name).next().filter(|before| before.len() < result.len())?;
        before.trim().rsplit(' ').next()?.parse().ok()
    };
    Some(Counts { passed: number("passed")?, failed: number("failed;")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_from_libtest_and_from_wasm_bindgen_test_in_colour_or_not() {
        let counts = |passed, failed| Some(Counts { passed, failed });
        let ok =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(result(ok), counts(12, 0));
        let failed =
            "test result: \u{1b}[31mFAILED\u{1b}(B\u{1b}[m. 3 passed; 2 failed; 0 ignored; 0 filtered out";
        assert_eq!(result(failed), counts(3, 2));
        assert_eq!(result("test result_is_read ... ok"), None);
        assert_eq!(result("12 passed; 0 failed"), None);
    }
}
