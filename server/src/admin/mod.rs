//! `kith admin`: what who runs a server does to it, on its database, whether it runs or not.

mod quota;
mod registration;
mod reset_password;
mod users;

use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};

use self::quota::Quota;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::registration::Registration;

#[derive(Args)]
pub struct Admin {
    /// Folder with the server's database.
    #[arg(long, env = "KITH_DATA", default_value = "data", value_name = "FOLDER", global = true)]
    data: PathBuf,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List all users: when they registered, when they last came or went, how many sessions they have.
    Users {
        /// One JSON object a line, times in milliseconds since the Unix epoch.
        #[arg(long)]
        json: bool,
    },
    /// Give a user a new password, print it once, and end all of their sessions.
    ///
    /// A server that runs closes their connections within two seconds. Their bots keep their tokens.
    ResetPassword {
        /// Whose, in upper or lower case.
        username: String,
    },
    /// Show who may register, or set it.
    Registration {
        /// Who may from now on; shown where it is left out.
        mode: Option<Registration>,
    },
    /// Show how much room one user's files may take together, or set it.
    ///
    /// Nothing is removed that takes more already; nothing is added to it.
    Quota {
        /// How much from now on, in megabytes, or `none` for no limit; shown where it is left out.
        #[arg(value_name = "MEGABYTES|none", value_parser = Quota::parse)]
        quota: Option<Quota>,
    },
}

/// Does it, and prints what there is to say of it.
///
/// # Errors
/// What keeps it from being done, to be told to who asked.
pub async fn run(admin: Admin) -> Result<()> {
    let store = Store::open_existing(&admin.data).await?;
    let done = match admin.command {
        Command::Users { json } => users::list(&store, json).await,
        Command::ResetPassword { username } => reset_password::reset(&store, &username).await,
        Command::Quota { quota } => quota::show_or_set(&store, quota).await,
        Command::Registration { mode } => registration::show_or_set(&store, mode).await,
    };
    store.close().await;
    print(&done?)
}

fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever reads has read enough, as `head` does.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| Error::Io("the answer can't be printed".to_owned(), error)),
    }
}
