//! Device Storage that is older, newer, broken, full of other things or gone: nobody is locked out, and what was not sent
//! yet is the last to be lost.
#![cfg(target_arch = "wasm32")]
// clippy.toml allows it in tests, but does not know these for tests.
#![allow(clippy::unwrap_used)]

mod common;

use std::rc::Rc;

use common::{dialog, message, somebody, text};
use js_sys::JSON;
use kith_client::device::{Device, DeviceError, Write};
use kith_client::state::{ConversationView, Outgoing};
use kith_shared::conversation::{Conversation, ConversationKind};
use kith_shared::message::Head;
use kith_shared::{ClientId, ConversationId, Seq, UserId};
use rexie::{Index, ObjectStore, Rexie, RexieBuilder, TransactionMode};
use serde::Serialize;
use uuid::Uuid;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn outgoing(conversation: ConversationId) -> Outgoing {
    let client_id = ClientId(Uuid::now_v7());
    Outgoing::new(conversation, client_id, text("hi"), 1, 1)
}

fn held(id: ConversationId) -> Write {
    let conversation = Conversation {
        id,
        kind: ConversationKind::Direct,
        title: None,
        description: None,
        avatar: None,
        expire_after: None,
        revision: 0,
        created_at: 1,
        members: Vec::new(),
        head: Head::default(),
        last_message: None,
        unread: 0,
        mentions: 0,
        writable: true,
        pins: Vec::new(),
        requests: 0,
    };
    Write::Conversation(Box::new(ConversationView::new(conversation).held))
}

fn value(value: &impl Serialize) -> JsValue {
    JSON::parse(&kith_shared::json::write(value).unwrap()).unwrap()
}

fn name(user: UserId) -> String {
    format!("kith-{user}")
}

/// The database as version 1 of it was.
fn version_1(user: UserId) -> RexieBuilder {
    Rexie::builder(&name(user))
        .version(1)
        .add_object_store(ObjectStore::new("messages").key_path_array(["conversation", "seq"]))
        .add_object_store(ObjectStore::new("conversations"))
        .add_object_store(
            ObjectStore::new("outbox").key_path("client_id").add_index(Index::new("place", "place")),
        )
        .add_object_store(ObjectStore::new("drafts"))
        .add_object_store(ObjectStore::new("meta"))
}

async fn put(db: &Rexie, store: &str, value: &JsValue, key: Option<&JsValue>) {
    let transaction = db.transaction(&[store], TransactionMode::ReadWrite).unwrap();
    transaction.store(store).unwrap().put(value, key).await.unwrap();
    assert!(transaction.done().await.unwrap().is_committed());
}

#[wasm_bindgen_test]
async fn what_version_1_kept_is_there_after_the_upgrade() {
    let (user, conversation) = (somebody(), dialog());
    let (written, kept) = (outgoing(conversation), message(conversation, 7, "hi"));
    let old = version_1(user).build().await.unwrap();
    put(&old, "messages", &value(&kept), None).await;
    put(&old, "outbox", &value(&written), None).await;
    put(&old, "drafts", &"half a th".into(), Some(&conversation.to_string().into())).await;
    old.close();
    let device = Device::open(user).await.unwrap();
    let stored = device.load().await.unwrap();
    assert_eq!((stored.outbox, stored.drafts), (vec![written], vec![(conversation, "half a th".to_owned())]));
    assert_eq!(device.messages(conversation, Seq(1), Seq(9)).await.unwrap(), [kept]);
    device.drop_oldest().await.unwrap();
    assert_eq!(device.counts().await.unwrap()[0], 0, "the old message has its place by age");
}

#[wasm_bindgen_test]
async fn an_upgrade_while_another_tab_has_the_database_open_hangs_neither() {
    let user = somebody();
    let other_tab = version_1(user).build().await.unwrap();
    let device = Device::open(user).await.unwrap();
    device.write(&[Write::Outgoing(Rc::new(outgoing(dialog())))]).await.unwrap();
    let closed = other_tab.transaction(&["outbox"], TransactionMode::ReadOnly);
    assert!(closed.is_err(), "the older one has let go of it");
}

#[wasm_bindgen_test]
async fn a_tab_that_is_asleep_keeps_the_database_and_nobody_waits_for_ever() {
    let user = somebody();
    version_1(user).build().await.unwrap().close();
    // Hears of nothing.
    let asleep = idb::Factory::new().unwrap().open(&name(user), Some(1)).unwrap().await.unwrap();
    assert!(matches!(Device::open(user).await, Err(DeviceError::Busy)));
    asleep.close();
    Device::open(user).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_newer_versions_database_is_told_from_a_broken_one_and_left_alone() {
    let user = somebody();
    let later = || Rexie::builder(&name(user)).version(99).add_object_store(ObjectStore::new("later"));
    later().build().await.unwrap().close();
    assert!(matches!(Device::open(user).await, Err(DeviceError::Newer)));
    let later = later().build().await.unwrap();
    assert_eq!(later.store_names(), ["later"]);
    later.close();
}

#[wasm_bindgen_test]
async fn a_record_that_can_not_be_read_is_left_out_and_the_others_are_there() {
    let (user, conversation) = (somebody(), dialog());
    let written = outgoing(conversation);
    let device = Device::open(user).await.unwrap();
    let writes = [
        Write::Message(Rc::new(message(conversation, 1, "hi"))),
        Write::Outgoing(Rc::new(written.clone())),
        held(conversation),
    ];
    device.write(&writes).await.unwrap();
    let db = Rexie::builder(&name(user)).build().await.unwrap();
    let broken = format!(r#"{{"conversation":"{conversation}","seq":2,"client_id":"?","place":0}}"#);
    let broken = JSON::parse(&broken).unwrap();
    put(&db, "messages", &broken, None).await;
    put(&db, "outbox", &broken, None).await;
    put(&db, "conversations", &broken, Some(&"?".into())).await;
    put(&db, "meta", &broken, Some(&"contacts".into())).await;
    db.close();
    let stored = device.load().await.unwrap();
    assert_eq!((stored.outbox, stored.conversations.len()), (vec![written], 1));
    assert_eq!(device.messages(conversation, Seq(1), Seq(2)).await.unwrap().len(), 1);
}

#[wasm_bindgen_test]
async fn a_database_without_its_stores_is_made_anew_with_what_was_not_sent() {
    let (user, conversation) = (somebody(), dialog());
    let written = outgoing(conversation);
    let broken = Rexie::builder(&name(user)).version(3).add_object_store(
        ObjectStore::new("outbox").key_path("client_id").add_index(Index::new("place", "place")),
    );
    let broken = broken.build().await.unwrap();
    put(&broken, "outbox", &value(&written), None).await;
    broken.close();
    let device = Device::open(user).await.unwrap();
    assert_eq!(device.load().await.unwrap().outbox, [written]);
}

#[wasm_bindgen_test]
async fn a_database_deleted_underneath_is_closed_and_can_be_opened_again() {
    let (user, conversation) = (somebody(), dialog());
    let device = Device::open(user).await.unwrap();
    Rexie::delete(&name(user)).await.unwrap();
    let write = [Write::Outgoing(Rc::new(outgoing(conversation)))];
    assert!(matches!(device.write(&write).await, Err(DeviceError::Closed)));
    let again = Device::open(user).await.unwrap();
    again.write(&write).await.unwrap();
    assert_eq!(again.load().await.unwrap().outbox.len(), 1);
}

#[wasm_bindgen_test]
async fn clearing_keeps_what_was_not_sent_and_drafts() {
    let (user, conversation) = (somebody(), dialog());
    let device = Device::open(user).await.unwrap();
    let writes = [
        held(conversation),
        Write::Message(Rc::new(message(conversation, 1, "hi"))),
        Write::Outgoing(Rc::new(outgoing(conversation))),
        Write::Draft { conversation, text: "half a th".to_owned() },
    ];
    device.write(&writes).await.unwrap();
    device.clear().await.unwrap();
    assert_eq!(device.counts().await.unwrap(), [0, 0, 1, 1]);
}
