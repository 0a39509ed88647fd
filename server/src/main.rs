//! The `kith` command.

mod command;

use std::process::ExitCode;

use clap::Parser;
use kith_server::error::Error;
use kith_server::memory;

use self::command::Cli;

fn main() -> ExitCode {
    memory::give_back();
    let command = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime
        .map_err(|error| Error::Io("the runtime can't start".to_owned(), error))
        .and_then(|runtime| runtime.block_on(command.run()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kith: {error}");
            ExitCode::FAILURE
        }
    }
}
