//! Exports: what a server keeps of a person, or of a conversation, as JSON and files, made while it runs.
//!
//! An export's folder holds `export.json`, which is written last: where it is, the export is whole. Of a person there are
//! `profile.json`, `contacts.json`, `sessions.json` and `settings.json`; of each conversation `conversations/<id>.json`
//! and `conversations/<id>.messages.jsonl`, a message a line; and in `media/` the files they carry, by their hashes.

mod conversation;
mod files;
mod person;

use std::fs;
use std::path::Path;

use kith_shared::{ConversationId, Millis};
use serde::Serialize;

use self::files::Files;
use crate::backup::{Place, private_folder};
use crate::error::{Error, Result};
use crate::media::Storage;
use crate::store::Store;
use crate::time;

/// Whose data, or what.
#[derive(Clone, Debug)]
pub enum Of {
    /// By username.
    User(String),
    Conversation(ConversationId),
}

/// What is in an export, as `export.json` says.
#[derive(Clone, Debug, Serialize)]
pub struct Exported {
    /// The version of Kith that made it.
    pub version: String,
    pub made_at: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    pub conversations: usize,
    pub messages: u64,
    pub files: usize,
    /// Files that a message names and nobody has any more.
    pub missing_files: usize,
}

/// Takes out what a person or a conversation has, into a folder that has nothing in it. Nothing of the server's is changed.
///
/// # Errors
/// When there is no such person, conversation or database, the folder is not empty, or what the disk says.
pub async fn make(place: &Place, of: &Of, folder: &Path) -> Result<Exported> {
    let store = Store::open_to_read(&place.data)?;
    // Known before anything is made.
    let subject = subject(&store, of).await?;
    empty_folder(folder)?;
    for name in ["conversations", "media"] {
        let made = folder.join(name);
        fs::create_dir(&made).map_err(|error| Error::of_file("made", &made, error))?;
    }
    let storage = Storage::open(place.media.as_deref(), &place.data)?;
    let mut files = Files::new(&store, &storage, folder);
    let (reader, conversations) = match &subject {
        Subject::Person(user) => {
            person::write(&store, user, &mut files, folder).await?;
            (Some(user.id), store.conversation_ids(user.id).await?)
        }
        Subject::Conversation(id) => (None, vec![*id]),
    };
    let (mut written, mut messages) = (0, 0);
    for id in conversations {
        if let Some(told) = conversation::write(&store, id, reader, &mut files, folder).await? {
            (written, messages) = (written + 1, messages + told);
        }
    }
    let (user, conversation) = match subject {
        Subject::Person(user) => (Some(user.username), None),
        Subject::Conversation(id) => (None, Some(id)),
    };
    let (version, made_at) = (env!("CARGO_PKG_VERSION").to_owned(), time::now());
    let (files, missing_files) = files.counts();
    let exported = Exported {
        version,
        made_at,
        user,
        conversation,
        conversations: written,
        messages,
        files,
        missing_files,
    };
    write_json(&folder.join("export.json"), &exported)?;
    store.close().await;
    Ok(exported)
}

enum Subject {
    Person(kith_shared::user::User),
    Conversation(ConversationId),
}

async fn subject(store: &Store, of: &Of) -> Result<Subject> {
    match of {
        Of::User(name) => {
            let found = store.user_by_username(&name.to_ascii_lowercase()).await;
            match found {
                Err(Error::Refused { .. }) => Err(Error::NoSuchUser(name.clone())),
                found => found.map(Subject::Person),
            }
        }
        Of::Conversation(id) => match store.exported_conversation(*id).await? {
            Some(_) => Ok(Subject::Conversation(*id)),
            None => Err(Error::Told(format!("there is no conversation {id}"))),
        },
    }
}

fn empty_folder(folder: &Path) -> Result<()> {
    private_folder(folder)?;
    let mut there = fs::read_dir(folder).map_err(|error| Error::of_file("read", folder, error))?;
    match there.next() {
        None => Ok(()),
        Some(_) => Err(Error::Told(format!("{} is not empty", folder.display()))),
    }
}

fn write_json(file: &Path, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_vec_pretty(value)?;
    fs::write(file, text).map_err(|error| Error::of_file("written", file, error))
}
