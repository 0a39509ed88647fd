//! What the `kith` command understands, and whom it hands that to.

mod data;
mod serve;

use clap::{Parser, Subcommand};
use kith_server::admin::{self, Admin};
use kith_server::error::Result;

use self::data::{Copied, Exports, Imports};
use self::serve::Serve;

/// Kith: a chat of your own, server and browser client in one binary.
#[derive(Parser)]
#[command(name = "kith", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server.
    ///
    /// Everything it keeps is in one folder; nothing else has to run. Open the printed address in a browser, register,
    /// and invite a friend by link. SIGINT (Ctrl C) or SIGTERM stops it gracefully: connections are told to come back,
    /// and what was taken is written.
    Serve(Box<Serve>),
    /// Copy the database and all files into a folder, while the server runs or not.
    ///
    /// Into the same folder again, only files that are new are copied. What is there holds the server's secrets: keep it
    /// as safe as the server.
    Backup(Copied),
    /// Put a backup back, where there is no database yet.
    Restore(Copied),
    /// Look after a server: its users, their passwords, who may register.
    ///
    /// It works on the database in the data folder, whether the server runs or not; a server that runs goes by it at once.
    Admin(Admin),
    /// Take out what the server has of a person, or of a conversation, as JSON and files, while the server runs or not.
    Export(Exports),
    /// Bring in people, rooms, messages and files from another chat, while the server runs or not.
    ///
    /// Again, it brings what is not here yet. Devices that are connected learn of it when they connect again. Who is new
    /// here has no password until `kith admin reset-password` gives them one.
    Import(Imports),
}

impl Cli {
    /// Does what was asked for.
    pub async fn run(self) -> Result<()> {
        match self.command {
            Command::Serve(options) => serve::run(*options).await,
            Command::Admin(admin) => admin::run(admin).await,
            Command::Backup(options) => data::back_up(options).await,
            Command::Restore(options) => data::put_back(options).await,
            Command::Export(options) => data::take_out(options).await,
            Command::Import(options) => data::bring_in(options).await,
        }
    }
}
