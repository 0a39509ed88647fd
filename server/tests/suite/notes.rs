//! Notes to self: a direct dialog with one member.

use kith_shared::conversation::{Conversation, ConversationKind};
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::problem::Code;
use kith_shared::search::SearchResults;
use kith_shared::{Seq, routes, setting};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Person, TestServer, read, refused};

#[tokio::test]
async fn notes_to_self_are_one_dialog_on_all_of_ones_devices_and_nobody_elses() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let (mut phone, mut leos) = (mia.connect().await, leo.connect().await);
    let mut laptop = server.log_in("mia").await.connect().await;
    let notes = mia.notes().await;
    assert_eq!((notes.kind, notes.members.len(), notes.writable), (ConversationKind::Direct, 1, true));
    assert_eq!(mia.notes().await.id, notes.id, "there is one");
    assert_ne!(leo.notes().await.id, notes.id);
    for device in [&mut phone, &mut laptop] {
        assert_eq!(device.conversation().await.id, notes.id);
    }
    let sent = phone.write(notes.id, "buy string").await;
    phone.acknowledged(sent).await;
    assert_eq!(laptop.message().await, (Seq(1), "buy string".to_owned()));
    let sent = leos.write(notes.id, "let me see").await;
    assert_eq!(leos.error().await, (Code::ConversationNotFound, Some(sent)));
    refused(leo.ask(Method::GET, &routes::messages(notes.id), None).await, Code::ConversationNotFound).await;
}

#[tokio::test]
async fn notes_to_self_are_never_unread_can_be_found_and_set_but_not_left() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let notes = mia.notes().await.id;
    let mut phone = mia.connect().await;
    let sent = phone.write(notes, "@mia buys string").await;
    phone.acknowledged(sent).await;
    let seen = mia.conversation(notes).await;
    assert_eq!((seen.unread, seen.mentions, seen.head.seq), (0, 0, Seq(1)));
    let found: SearchResults = mia.get(&format!("{}?q=string&in={notes}", routes::SEARCH)).await;
    assert_eq!(found.messages.len(), 1);
    for key in [setting::pin(notes), setting::archive(notes), setting::mute(notes)] {
        let body = json!({"key": key, "value": "1"});
        let answer = mia.ask(Method::PATCH, routes::SETTINGS, Some(body)).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    refused(mia.ask(Method::DELETE, &routes::membership(notes), None).await, Code::NotAGroup).await;
    let body = json!({"users": [leo.id()]});
    refused(mia.post(&routes::members(notes), body).await, Code::NotAGroup).await;
    // After a restart of the device it is among what it is welcomed with, and writable.
    let mut again = mia.connect_unwelcomed().await;
    let ServerFrame::Welcome { conversations, .. } = again.hear().await else { panic!("no welcome") };
    let state = conversations.iter().find(|state| state.conversation == notes).expect("it is there");
    assert!(state.writable && state.reads.len() == 1);
    again.say(&ClientFrame::Read { conversation: notes, seq: Seq(1) }).await;
    again.pong().await;
}

impl Person {
    async fn notes(&self) -> Conversation {
        read(self.post(routes::CONVERSATIONS_DIRECT, json!({"user": self.id()})).await, StatusCode::OK).await
    }
}
