//! What users keep to themselves, whatever the clients of others ask.

use kith_shared::contact::Contacts;
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::Seen;
use kith_shared::setting::{OFF, PRESENCE, READ, TYPING};
use kith_shared::{ConversationId, Seq, UserId, routes};
use serde_json::json;

use crate::harness::{Person, Socket, TestServer};
use crate::marks::marks;
use crate::presence::last_seen;

#[tokio::test]
async fn who_hides_their_presence_is_never_seen_coming_or_going() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    leo.set(PRESENCE, json!(OFF)).await;
    let mut mias = mia.connect().await;
    let tablet = server.log_in("leo").await;
    let mut leos = tablet.connect().await;
    assert_eq!(online(&mia).await, [NOBODY; 2]);
    assert_eq!(last_seen(&mia, &leo).await, None);
    // Whoever is told why a connection ends has left.
    tablet.post(routes::LOG_OUT, json!({})).await;
    leos.close_code().await;
    assert_eq!(last_seen(&mia, &leo).await, None);
    assert!(presence(&mias.heard().await).is_empty());
}

#[tokio::test]
async fn hiding_ones_presence_while_there_is_seen_as_going_and_showing_it_as_coming() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let tablet = server.log_in("leo").await;
    assert_eq!(mias.presence().await, (leo.id(), true, None));
    // Over the socket, and by another device over REST.
    leos.set(PRESENCE, Some(OFF)).await;
    leos.setting().await;
    assert_eq!(mias.presence().await, (leo.id(), false, None), "nor is it told when that was");
    assert_eq!(online(&mia).await, [NOBODY; 2]);
    let second = tablet.connect().await;
    tablet.set(PRESENCE, json!(null)).await;
    assert_eq!(mias.presence().await, (leo.id(), true, None));
    assert_eq!(online(&mia).await, [vec![leo.id()], vec![leo.id()]]);
    drop((leos, second));
    let (_, is_online, at) = mias.presence().await;
    assert!(!is_online && at.is_some());
    assert_eq!(last_seen(&mia, &leo).await, at);

    leo.set(PRESENCE, json!(OFF)).await;
    assert_eq!(mias.presence().await, (leo.id(), false, None), "what was told is taken back");
    assert_eq!(last_seen(&mia, &leo).await, None);
    leo.set(PRESENCE, json!("on")).await;
    assert_eq!(mias.presence().await, (leo.id(), false, at), "any other value tells it");
}

#[tokio::test]
async fn a_second_device_shows_nobody_who_hides() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let mut mias = mia.connect().await;
    leo.set(PRESENCE, json!(OFF)).await;
    let _first = leo.connect().await;
    let _second = server.log_in("leo").await.connect().await;
    assert_eq!(online(&mia).await, [NOBODY; 2]);
    let told = presence(&mias.heard().await);
    assert!(told.iter().all(|online| !online), "{told:?}");
}

#[tokio::test]
async fn who_hides_that_they_are_typing_is_not_told_of_in_dialogs_or_groups() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let group = mia.groups("Walks", &[&leo]).await.id;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let mut tablet = server.log_in("leo").await.connect().await;
    tablet.set(TYPING, Some(OFF)).await;
    tablet.setting().await;
    for device in [&mut leos, &mut tablet] {
        types(device, dialog).await;
        types(device, group).await;
    }
    assert!(!mias.heard().await.iter().any(is_typing));
    leo.set(TYPING, json!(null)).await;
    types(&mut leos, group).await;
    assert!(mias.heard().await.iter().any(is_typing));

    // Also by a connection that came after.
    leo.set(TYPING, json!(OFF)).await;
    drop((leos, tablet));
    let mut leos = leo.connect().await;
    types(&mut leos, dialog).await;
    assert!(!mias.heard().await.iter().any(is_typing));
}

#[tokio::test]
async fn who_hides_how_far_they_have_read_tells_it_their_own_devices_alone() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let mut tablet = server.log_in("leo").await.connect().await;
    for text in ["one", "two", "three"] {
        let sent = mias.write(dialog, text).await;
        mias.acknowledged(sent).await;
    }
    reads(&mut leos, dialog, &leo, 1).await;
    let received = |seq| ServerFrame::Received { conversation: dialog, user: leo.id(), seq: Seq(seq) };
    leos.set(READ, Some(OFF)).await;
    leos.setting().await;
    mias.heard().await;
    assert_eq!(marks(&mia, dialog, &leo).await, [(0, 1); 2], "nor what they had read before");

    leos.say(&ClientFrame::Received { conversation: dialog, seq: Seq(2) }).await;
    leos.hear_until(|frame| (frame == received(2)).then_some(())).await;
    reads(&mut leos, dialog, &leo, 2).await;
    let read = ServerFrame::Read { conversation: dialog, user: leo.id(), seq: Seq(2) };
    tablet.hear_until(|frame| (frame == read).then_some(())).await;
    assert_eq!(mias.heard().await, [received(2)], "reading what was received tells nothing more");
    reads(&mut leos, dialog, &leo, 3).await;
    assert_eq!(mias.heard().await, [received(3)], "what was read was received");
    assert_eq!(marks(&mia, dialog, &leo).await, [(0, 3); 2]);
    assert_eq!(marks(&leo, dialog, &leo).await, [(3, 3); 2]);

    leo.set(READ, json!(null)).await;
    assert_eq!(marks(&mia, dialog, &leo).await, [(3, 3); 2]);
}

#[tokio::test]
async fn who_hides_how_far_they_have_read_is_not_among_those_who_have_seen_it() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let group = mia.groups("Walks", &[&leo]).await.id;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    for conversation in [dialog, group] {
        let sent = mias.write(conversation, "hello").await;
        let seq = mias.acknowledged(sent).await.seq;
        reads(&mut leos, conversation, &leo, seq.0).await;
        let seen = async || mia.get::<Seen>(&routes::seen(conversation, seq)).await.users;
        assert_eq!(seen().await, [leo.id()]);
        leo.set(READ, json!(OFF)).await;
        assert_eq!(seen().await, []);
        leo.set(READ, json!(null)).await;
        assert_eq!(seen().await, [leo.id()]);
    }
}

const NOBODY: [UserId; 0] = [];

/// Who is there, by the contacts and by a welcome.
async fn online(person: &Person) -> [Vec<UserId>; 2] {
    let Contacts { online, .. } = person.get(routes::CONTACTS).await;
    let mut socket = person.connect_unwelcomed().await;
    let ServerFrame::Welcome { online: welcomed, .. } = socket.hear().await else { panic!("no welcome") };
    [online, welcomed]
}

fn presence(heard: &[ServerFrame]) -> Vec<bool> {
    let online = |frame: &ServerFrame| match frame {
        ServerFrame::Presence { online, .. } => Some(*online),
        _ => None,
    };
    heard.iter().filter_map(online).collect()
}

fn is_typing(frame: &ServerFrame) -> bool {
    matches!(frame, ServerFrame::Typing { .. })
}

/// Types, and waits until that was taken.
async fn types(socket: &mut Socket, conversation: ConversationId) {
    socket.say(&ClientFrame::Typing { conversation }).await;
    socket.pong().await;
}

/// Reads, and waits until that is durable.
async fn reads(socket: &mut Socket, conversation: ConversationId, who: &Person, seq: i64) {
    let read = ServerFrame::Read { conversation, user: who.id(), seq: Seq(seq) };
    socket.say(&ClientFrame::Read { conversation, seq: Seq(seq) }).await;
    socket.hear_until(|frame| (frame == read).then_some(())).await;
}
