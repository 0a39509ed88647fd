//! How fast, how small.

use anyhow::Result;

use crate::{process, say, server, size, tools};

pub fn run() -> Result<()> {
    tools::for_server()?;
    // Before measuring: nothing else is to run meanwhile.
    server::build()?;
    say::step("measuring the load benchmark");
    process::run(process::cargo().args(["bench", "--package", "kith-server", "--bench", "load"]))?;
    size::report()
}
