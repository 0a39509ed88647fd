//! How fast, how small.

use anyhow::Result;

use crate::{end_to_end, process, say, server, size, tools};

/// The server's, with messages.
pub fn server() -> Result<()> {
    measure("load", &[])?;
    size::report()
}

/// The server's, with files.
pub fn media() -> Result<()> {
    measure("media", &[])
}

/// The server's, as there is more of everything.
pub fn scale() -> Result<()> {
    measure("scale", &[])
}

/// The server's, with pushes alone.
pub fn push() -> Result<()> {
    measure("load", &["--", "push"])
}

fn measure(bench: &str, arguments: &[&str]) -> Result<()> {
    tools::for_server()?;
    // Before measuring: nothing else is to run meanwhile.
    server::build()?;
    say::step(format_args!("measuring the {bench} benchmark"));
    process::run(
        process::cargo().args(["bench", "--package", "kith-server", "--bench", bench]).args(arguments),
    )
}

/// The client's, in a real browser.
pub fn client() -> Result<()> {
    let cargo = &mut end_to_end::cargo()?;
    say::step("measuring the client in headless Chromium");
    // What drives the browser need not be fast, and the tests have compiled it so already.
    process::run(cargo.args(["bench", "--workspace", "--bench", "client", "--profile", "dev"]))?;
    size::report()
}
