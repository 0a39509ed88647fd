//! What works on a server's data, whether the server runs or not: backups, exports and imports.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use kith_server::backup::{self, Manifest, Place};
use kith_server::error::{Error, Result};
use kith_server::export::{self, Of};
use kith_server::import::{self, Format};
use kith_shared::ConversationId;

/// Where the server keeps what it has.
#[derive(Args)]
struct At {
    /// The server's folder for the database, and for files.
    #[arg(long, env = "KITH_DATA", default_value = "data", value_name = "FOLDER")]
    data: PathBuf,

    /// Where the server keeps files, where that is not in the folder: as for `kith serve`.
    #[arg(long, env = "KITH_MEDIA", value_name = "FOLDER|URL")]
    media: Option<String>,
}

impl From<At> for Place {
    fn from(At { data, media }: At) -> Self {
        Self { data, media }
    }
}

#[derive(Args)]
pub struct Copied {
    /// The backup's folder.
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,

    #[command(flatten)]
    at: At,
}

#[derive(Args)]
pub struct Exports {
    #[command(flatten)]
    of: Exported,

    /// Where to put it: a folder that is empty, or not there yet.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    #[command(flatten)]
    at: At,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Exported {
    /// Whose data: their profile, contacts, sessions, settings, and all conversations they are in.
    #[arg(long, value_name = "USERNAME")]
    user: Option<String>,

    /// Which conversation, whoever is in it.
    #[arg(long, value_name = "ID")]
    conversation: Option<ConversationId>,
}

#[derive(Args)]
pub struct Imports {
    /// Whose export it is.
    #[arg(value_name = "FORMAT")]
    format: ImportFormat,

    /// The export: its folder, or a zip archive of it.
    #[arg(value_name = "PATH")]
    path: PathBuf,

    #[command(flatten)]
    at: At,
}

#[derive(Clone, Copy, ValueEnum)]
enum ImportFormat {
    Slack,
    Mattermost,
    Telegram,
}

impl ImportFormat {
    fn format(self) -> Format {
        match self {
            Self::Slack => Format::Slack,
            Self::Mattermost => Format::Mattermost,
            Self::Telegram => Format::Telegram,
        }
    }
}

pub async fn back_up(Copied { backup, at }: Copied) -> Result<()> {
    let (made, copied) = backup::make(&at.into(), &backup).await?;
    println!("{} in {}; {copied} files are new", counted(&made), backup.display());
    Ok(())
}

pub async fn put_back(Copied { backup, at }: Copied) -> Result<()> {
    let place = Place::from(at);
    let restored = backup::restore(&backup, &place).await?;
    println!("{} are back in {}", counted(&restored), place.data.display());
    Ok(())
}

fn counted(Manifest { users, messages, files, bytes, .. }: &Manifest) -> String {
    format!("{users} users, {messages} messages and {files} files of {} MB", bytes.div_ceil(1_000_000))
}

pub async fn take_out(Exports { of, folder, at }: Exports) -> Result<()> {
    let of = match (of.user, of.conversation) {
        (Some(user), _) => Of::User(user),
        (None, Some(conversation)) => Of::Conversation(conversation),
        (None, None) => return Err(Error::Missing("--user or --conversation")),
    };
    let made = export::make(&at.into(), &of, &folder).await?;
    println!(
        "{} conversations, {} messages and {} files are in {}",
        made.conversations,
        made.messages,
        made.files,
        folder.display()
    );
    if made.missing_files > 0 {
        println!("{} files that messages name are nowhere", made.missing_files);
    }
    Ok(())
}

pub async fn bring_in(Imports { format, path, at }: Imports) -> Result<()> {
    let brought = import::bring(&at.into(), format.format(), &path).await?;
    println!("{brought}");
    Ok(())
}
