//! Device Storage in a real browser: what is written is there again after closing and opening.
#![cfg(target_arch = "wasm32")]
// clippy.toml allows it in tests, but does not know these for tests.
#![allow(clippy::unwrap_used)]

mod common;

use std::rc::Rc;

use common::{dialog, message, somebody, text};
use kith_client::device::{Device, Write};
use kith_client::state::{Counted, Held, Outgoing, Ranges};
use kith_shared::conversation::{Conversation, ConversationKind};
use kith_shared::message::{Head, Message};
use kith_shared::{Change, ClientId, ConversationId, PackId, Seq, UserId};
use uuid::Uuid;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Before any message, and after all of them.
const ALL: (Seq, Seq) = (Seq(0), Seq(i64::MAX >> 12));

fn outgoing(conversation: ConversationId, place: i64, written_at: i64) -> Rc<Outgoing> {
    Rc::new(Outgoing::new(conversation, ClientId(Uuid::now_v7()), text("hi"), written_at, place))
}

fn held(id: ConversationId, ranges: Ranges) -> Held {
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
        head: Head { seq: Seq(450), change: Change(460) },
        last_message: None,
        unread: 3,
        mentions: 0,
        writable: true,
        pins: Vec::new(),
        requests: 0,
    };
    let unread = [Seq(449), Seq(450)].into();
    let (mentions, change) = (vec![Seq(450)], Change(455));
    Held { conversation, change, ranges, unread, mentions, count: Counted::default() }
}

async fn open(user: UserId) -> Device {
    Device::open(user).await.unwrap()
}

/// The outbox as it was written.
async fn in_place(device: &Device) -> Vec<Outgoing> {
    let mut outbox = device.load().await.unwrap().outbox;
    outbox.sort_by_key(|outgoing| outgoing.place);
    outbox
}

/// What the device holds after the app was closed and opened again.
async fn reopen(device: Device, user: UserId) -> Device {
    drop(device);
    open(user).await
}

async fn seqs(device: &Device, conversation: ConversationId, (from, to): (Seq, Seq)) -> Vec<i64> {
    let found = device.messages(conversation, from, to).await.unwrap();
    found.iter().map(|message| message.seq.0).collect()
}

#[wasm_bindgen_test]
async fn messages_come_back_in_order_after_reopening_whatever_order_they_were_written_in() {
    let (user, conversation, other) = (somebody(), dialog(), dialog());
    let device = open(user).await;
    let mut writes: Vec<_> = [10, 2, 100, 9, 1]
        .map(|seq| Write::Message(Rc::new(message(conversation, seq, &seq.to_string()))))
        .into();
    writes.push(Write::Message(Rc::new(message(other, 3, "3"))));
    device.write(&writes).await.unwrap();
    let device = reopen(device, user).await;
    assert_eq!(seqs(&device, conversation, ALL).await, [1, 2, 9, 10, 100], "by number, not by text");
    assert_eq!(seqs(&device, conversation, (Seq(2), Seq(10))).await, [2, 9, 10]);
    assert_eq!(seqs(&device, other, ALL).await, [3], "another dialog's stay apart");
}

#[wasm_bindgen_test]
async fn a_message_comes_back_whole_and_its_change_replaces_it() {
    let (user, conversation) = (somebody(), dialog());
    let device = open(user).await;
    let first = message(conversation, 1, "1");
    let edited =
        Message { change: Change(2), body: text("edited — «ещё раз» 🦉"), ..first.clone() };
    device.write(&[Write::Message(Rc::new(first))]).await.unwrap();
    device.write(&[Write::Message(Rc::new(edited.clone()))]).await.unwrap();
    let device = reopen(device, user).await;
    assert_eq!(device.messages(conversation, ALL.0, ALL.1).await.unwrap(), [edited]);
}

#[wasm_bindgen_test]
async fn an_older_change_that_comes_late_does_not_undo_a_newer_one() {
    let (user, conversation) = (somebody(), dialog());
    let device = open(user).await;
    let first = message(conversation, 1, "1");
    let edited = Message { change: Change(2), body: text("edited"), ..first.clone() };
    device.write(&[Write::Message(Rc::new(edited.clone()))]).await.unwrap();
    device.write(&[Write::Message(Rc::new(first.clone()))]).await.unwrap();
    assert_eq!(device.messages(conversation, ALL.0, ALL.1).await.unwrap(), [edited]);
    // Nor when both are written at once.
    let (first, edited) =
        (Message { seq: Seq(2), ..first.clone() }, Message { seq: Seq(2), change: Change(3), ..first });
    let both = [Write::Message(Rc::new(edited.clone())), Write::Message(Rc::new(first))];
    device.write(&both).await.unwrap();
    assert_eq!(device.messages(conversation, Seq(2), Seq(2)).await.unwrap(), [edited]);
}

#[wasm_bindgen_test]
async fn what_was_written_offline_survives_a_reload_and_knows_the_order_it_was_written_in() {
    let (user, conversation) = (somebody(), dialog());
    let device = open(user).await;
    // The clock stepped back between the first and the others.
    let written = [(1, 900), (2, 100), (3, 500)].map(|(place, at)| outgoing(conversation, place, at));
    for index in [2, 0, 1] {
        device.write(&[Write::Outgoing(written[index].clone())]).await.unwrap();
    }
    // Writing it again, as a crash in between may make one do, is writing it once.
    device.write(&[Write::Outgoing(written[1].clone())]).await.unwrap();
    let device = reopen(device, user).await;
    let outbox = in_place(&device).await;
    assert_eq!(outbox, written.each_ref().map(|outgoing| (**outgoing).clone()));
    device.write(&[Write::DropOutgoing(written[0].client_id)]).await.unwrap();
    let device = reopen(device, user).await;
    let left: Vec<_> = in_place(&device).await.iter().map(|outgoing| outgoing.place).collect();
    assert_eq!(left, [2, 3], "an acknowledged one is gone");
}

#[wasm_bindgen_test]
async fn held_ranges_and_marks_are_remembered_with_the_hole_between_them() {
    let (user, conversation) = (somebody(), dialog());
    let device = open(user).await;
    let mut ranges = Ranges::default();
    ranges.insert(Seq(1), Seq(10));
    ranges.insert(Seq(351), Seq(450));
    let kept = held(conversation, ranges);
    device.write(&[Write::Conversation(Box::new(kept.clone()))]).await.unwrap();
    let device = reopen(device, user).await;
    let found = device.load().await.unwrap().conversations;
    assert_eq!(found, [kept]);
    assert!(!found[0].ranges.covers(Seq(10), Seq(351)), "a hole stays a hole");
}

#[wasm_bindgen_test]
async fn a_draft_is_kept_and_an_empty_one_is_none() {
    let (user, one, two) = (somebody(), dialog(), dialog());
    let device = open(user).await;
    let draft = |conversation, text: &str| Write::Draft { conversation, text: text.to_owned() };
    device.write(&[draft(one, "half a th"), draft(two, "x"), draft(two, "")]).await.unwrap();
    let device = reopen(device, user).await;
    assert_eq!(device.load().await.unwrap().drafts, [(one, "half a th".to_owned())]);
}

#[wasm_bindgen_test]
async fn logging_out_leaves_nothing_behind() {
    let (user, conversation) = (somebody(), dialog());
    let device = open(user).await;
    let writes = [
        Write::Message(Rc::new(message(conversation, 1, "1"))),
        Write::Conversation(Box::new(held(conversation, Ranges::default()))),
        Write::Outgoing(outgoing(conversation, 1, 1)),
        Write::Draft { conversation, text: "half a th".to_owned() },
    ];
    device.write(&writes).await.unwrap();
    device.wipe().await.unwrap();
    let device = reopen(device, user).await;
    assert_eq!(device.load().await.unwrap(), kith_client::state::Stored::default());
    assert!(seqs(&device, conversation, ALL).await.is_empty());
}

#[wasm_bindgen_test]
async fn two_people_on_one_device_never_see_each_others() {
    let (mia, leo, conversation) = (somebody(), somebody(), dialog());
    let (mias, leos) = (open(mia).await, open(leo).await);
    let writes = [
        Write::Message(Rc::new(message(conversation, 1, "1"))),
        Write::Outgoing(outgoing(conversation, 1, 1)),
    ];
    mias.write(&writes).await.unwrap();
    assert!(seqs(&leos, conversation, ALL).await.is_empty());
    assert!(leos.load().await.unwrap().outbox.is_empty());
    leos.wipe().await.unwrap();
    assert_eq!(seqs(&mias, conversation, ALL).await, [1], "nor does one's logging out take the other's");
    assert_eq!(mias.load().await.unwrap().outbox.len(), 1);
}

#[wasm_bindgen_test]
async fn what_disappears_is_gone_when_its_time_has_come_and_is_found_no_more() {
    let (me, id) = (somebody(), dialog());
    let device = open(me).await;
    let goes =
        |seq, at| Write::Message(Rc::new(Message { expires_at: Some(at), ..message(id, seq, "a secret") }));
    let stays = Write::Message(Rc::new(message(id, 3, "no secret")));
    device.write(&[goes(1, 1_000), goes(2, 2_000), stays]).await.unwrap();
    device.index((id, 0)).await.unwrap();
    device.expire(999).await.unwrap();
    assert_eq!(bodies(&device, id).await, ["a secret", "a secret", "no secret"].map(Some));
    device.expire(1_000).await.unwrap();
    assert_eq!(bodies(&device, id).await, [None, Some("a secret"), Some("no secret")]);
    assert_eq!(device.unindexed(vec![(id, 0)]).await.unwrap(), [(id, 0)], "its block is to be read anew");

    // What was under way before it disappeared does not bring it back; the server's version takes its place.
    device.write(&[goes(1, 1_000)]).await.unwrap();
    assert_eq!(bodies(&device, id).await[0], None);
    let newer =
        Message { change: Change(9), body: kith_shared::message::Body::Expired, ..message(id, 1, "") };
    device.write(&[Write::Message(Rc::new(newer.clone()))]).await.unwrap();
    assert_eq!(device.messages(id, Seq(1), Seq(1)).await.unwrap(), [newer]);
}

async fn bodies(device: &Device, id: ConversationId) -> Vec<Option<&'static str>> {
    let kept = device.messages(id, ALL.0, ALL.1).await.unwrap();
    let said =
        |message: Message| ["a secret", "no secret"].into_iter().find(|said| message.body == text(said));
    kept.into_iter().map(said).collect()
}

#[wasm_bindgen_test]
async fn packs_of_stickers_are_there_again_byte_for_byte_and_others_than_those_one_has_go() {
    let user = somebody();
    let [first, second] = [1_u8, 2].map(|seed| (PackId(Uuid::now_v7()), vec![seed; 70_000]));
    let device = open(user).await;
    for (id, archive) in [&first, &second] {
        device.put_pack(*id, archive).await.unwrap();
    }
    // An archive takes the place of the one before.
    device.put_pack(second.0, &[3; 10]).await.unwrap();
    drop(device);
    let device = open(user).await;
    assert_eq!(device.packs().await.unwrap(), [first.1.clone(), vec![3; 10]]);
    device.keep_packs(&[first.0]).await.unwrap();
    assert_eq!(device.packs().await.unwrap(), [first.1]);
    device.clear().await.unwrap();
    assert_eq!(device.packs().await.unwrap(), Vec::<Vec<u8>>::new());
}
