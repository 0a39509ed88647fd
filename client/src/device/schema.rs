//! What the database looks like.

use kith_shared::UserId;
use rexie::{Index, ObjectStore, Rexie};

use super::Result;

pub(super) const MESSAGES: &str = "messages";
pub(super) const CONVERSATIONS: &str = "conversations";
pub(super) const OUTBOX: &str = "outbox";
pub(super) const DRAFTS: &str = "drafts";
/// Single values by name.
pub(super) const META: &str = "meta";
pub(super) const STORES: [&str; 5] = [MESSAGES, CONVERSATIONS, OUTBOX, DRAFTS, META];

/// The outbox by the order it was written in.
pub(super) const BY_PLACE: &str = "place";

pub(super) const CONTACTS: &str = "contacts";
pub(super) const SETTINGS: &str = "settings";

/// Raised with every change of the stores below.
const VERSION: u32 = 1;

pub(super) async fn open(user: UserId) -> Result<Rexie> {
    let db = Rexie::builder(&format!("kith-{user}"))
        .version(VERSION)
        .add_object_store(ObjectStore::new(MESSAGES).key_path_array(["conversation", "seq"]))
        .add_object_store(ObjectStore::new(CONVERSATIONS))
        .add_object_store(
            ObjectStore::new(OUTBOX).key_path("client_id").add_index(Index::new(BY_PLACE, "place")),
        )
        .add_object_store(ObjectStore::new(DRAFTS))
        .add_object_store(ObjectStore::new(META))
        .build()
        .await?;
    Ok(db)
}
