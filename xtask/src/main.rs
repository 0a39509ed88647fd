//! Kith's chores, each saying what it does while it does it. `cargo xtask --help` lists them.

mod bench;
mod check;
mod client;
mod debian;
mod end_to_end;
mod finish;
mod fuzz;
mod process;
mod project;
mod say;
mod server;
mod size;
mod stickers;
mod test;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
Kith's chores. Everything they need and do not find is installed first, in a pinned version.

Usage: cargo xtask <COMMAND>

Commands:
  run [-- OPTIONS]        Build client and server and start Kith on http://127.0.0.1:8080, data in ./data.
                          OPTIONS go to `kith serve`: `cargo xtask run -- --listen 127.0.0.1:9000`;
                          `cargo xtask run -- --help` lists them. What has not changed is not built again.
  build                   Build client and server, and leave all there is to deploy in target/release/kith.
  test [PART]             Run every test, or one part of them, and close with `N passed, N failed`:
                            native  the crates' own tests, the server's against real ports
                            wasm    Device Storage in headless Chromium
                            e2e     people in real browsers against a real server
  check                   Format, clippy for both targets, and cargo-deny: licences, bans, sources, advisories.
  size                    What a first visit loads: each file raw, gzip and brotli, against the aim.
  bench                   The load benchmark with its floors, then the sizes.
  bench media             Files brought and had, 1 GiB and fifty at once, with their floors: how fast, in what memory.
  bench scale             10,000 devices that come back at once, 500 people as they are, and what a message costs as there
                          is more; drawn in docs/plots.
  bench push              Pushes alone: how soon their requests leave, and what they cost those who are connected.
  bench client            How fast the client is in headless Chromium, against its aims, then the sizes.
  fuzz TARGET [SECONDS]   Feed what Kith reads by itself with anything at all, for a minute or so many seconds:
                            archive a pack of stickers
                            format  what a message's text looks like
                            headers what requests for files say of them
                            json    what a client reads of JSON
                            page    a page that a message links to
                            picture photos that are made bare, and the few bytes that stand for one
  stickers [NAME | X.png] Draw the stickers that come with Kith, or a sheet of them to look at.

Needed beforehand: Rust from rustup, and a C compiler. On Debian everything else is installed with apt-get (through
sudo when not root); elsewhere you are told what to install.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] | ["help" | "--help" | "-h", ..] | [_, "--help" | "-h"] => print!("{HELP}"),
        ["run", "--", options @ ..] => return server::run(options),
        ["run"] => return server::run(&[]),
        ["build"] => server::build()?,
        ["test"] => return test::run(&test::Part::ALL),
        ["test", part] => return test::run(&[part.parse()?]),
        ["check"] => check::run()?,
        ["size"] => size::run()?,
        ["bench"] => bench::server()?,
        ["bench", "media"] => bench::media()?,
        ["bench", "scale"] => bench::scale()?,
        ["bench", "push"] => bench::push()?,
        ["bench", "client"] => bench::client()?,
        ["stickers", names @ ..] => stickers::draw(names)?,
        ["fuzz", target] => fuzz::run(target, 60)?,
        ["fuzz", target, seconds] => fuzz::run(target, seconds.parse()?)?,
        ["run", ..] => {
            bail!("what is for `kith serve` stands after `--`: cargo xtask run -- --listen 127.0.0.1:9000")
        }
        [unknown, ..] => {
            bail!("`{unknown}` with these arguments is no chore; `cargo xtask --help` lists them")
        }
    }
    Ok(ExitCode::SUCCESS)
}
