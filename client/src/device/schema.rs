//! What the database looks like.
//!
//! The stores below are the newest version's. Opening an older database makes what it lacks and takes away what is no
//! longer among them, in one transaction, with all that is in the others left as it is. A change of what stands in a
//! record needs no version: a field added later has a default, and a record that can't be read is fetched again.
//!
//! | version | what came with it |
//! | --- | --- |
//! | 1 | messages, conversations, outbox, drafts, meta |
//! | 2 | messages by age, so that the oldest can go where there is no more room |
//! | 3 | search: what messages are found by |
//! | 4 | messages by when they disappear |
//! | 5 | files, and what is known of each; search anew, with what messages carry |
//! | 6 | packs of stickers |
//! | 7 | what pushes brought while the app was closed |

use kith_shared::UserId;
use rexie::{Index, ObjectStore, Rexie, RexieBuilder};

pub(super) const MESSAGES: &str = "messages";
pub(super) const CONVERSATIONS: &str = "conversations";
pub(super) const OUTBOX: &str = "outbox";
pub(super) const DRAFTS: &str = "drafts";
/// Single values by name.
pub(super) const META: &str = "meta";
/// What messages can be found by, by conversation and block; a block that is not there is to be read anew.
pub(super) const SEARCH: &str = "search_texts";
/// Packs of stickers, as archives, by their ids.
pub(super) const PACKS: &str = "packs";
/// What the service worker leaves for the app, by conversation and message.
pub(super) const PUSHED: &str = "pushed";
pub(super) const STORES: [&str; 8] = [MESSAGES, CONVERSATIONS, OUTBOX, DRAFTS, META, SEARCH, PACKS, PUSHED];

/// What is in files, by their names.
pub(super) const FILES: &str = "files";
/// What is known of them.
pub(super) const KEPT: &str = "kept";
pub(super) const FILE_STORES: [&str; 2] = [FILES, KEPT];

/// Messages by when they were sent.
pub(super) const BY_AGE: &str = "sent_at";
/// Those that disappear, by when they do.
pub(super) const BY_EXPIRY: &str = "expires_at";

pub(super) const CONTACTS: &str = "contacts";
pub(super) const SETTINGS: &str = "settings";
pub(super) const SCHEDULE: &str = "schedule";
/// What the service worker says, in the user's language.
pub(super) const PUSH_TEXTS: &str = "push_texts";
/// Another number whenever something is made searchable.
pub(super) const SEARCHABLE: &str = "searchable";

/// Raised with every change of the stores below, which has its line above.
const VERSION: u32 = 7;

pub(super) fn name(user: UserId) -> String {
    format!("kith-{user}")
}

pub(super) fn newest(name: &str) -> RexieBuilder {
    Rexie::builder(name)
        .version(VERSION)
        .add_object_store(
            ObjectStore::new(MESSAGES)
                .key_path_array(["conversation", "seq"])
                .add_index(Index::new(BY_AGE, "sent_at"))
                .add_index(Index::new(BY_EXPIRY, "expires_at")),
        )
        .add_object_store(ObjectStore::new(CONVERSATIONS))
        .add_object_store(ObjectStore::new(OUTBOX).key_path("client_id"))
        .add_object_store(ObjectStore::new(DRAFTS))
        .add_object_store(ObjectStore::new(META))
        .add_object_store(ObjectStore::new(SEARCH))
        .add_object_store(ObjectStore::new(FILES))
        .add_object_store(ObjectStore::new(KEPT))
        .add_object_store(ObjectStore::new(PACKS))
        .add_object_store(ObjectStore::new(PUSHED))
}
