//! Messages that answer others, that were said before, and that were said otherwise before.

use kith_shared::frame::ClientFrame;
use kith_shared::message::{Body, Version, Versions};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Seq, limits, routes};
use reqwest::Method;
use uuid::Uuid;

use crate::harness::{Person, Socket, TestServer, refused};

#[tokio::test]
async fn a_reply_names_a_message_there_is_and_keeps_it_when_edited() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    mias.write(conversation, "At six?").await;
    mias.pong().await;
    let id = leos.says(conversation, reply("Yes", 1)).await;
    leos.acknowledged(id).await;
    let id = leos.edits(conversation, 2, "Yes!").await;
    leos.acknowledged(id).await;
    assert_eq!(mia.page(conversation, "").await.messages[1].body, reply("Yes!", 1));

    for seq in [-1, 0, 3, i64::MAX] {
        let id = leos.says(conversation, reply("to what?", seq)).await;
        assert_eq!(leos.error().await, (Code::MessageNotFound, Some(id)), "{seq}");
    }
    assert_eq!(mia.page(conversation, "").await.head.seq, Seq(2));
    // One that comes in the same moment as what it answers is found too.
    leos.write(conversation, "And").await;
    let id = leos.says(conversation, reply("so on", 3)).await;
    leos.acknowledged(id).await;
}

#[tokio::test]
async fn what_was_passed_on_says_so_and_is_nobody_s_to_edit() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    let forwarded = Body::Text {
        text: "Boats at six".to_owned(),
        reply_to: None,
        forwarded: true,
        files: Vec::new(),
        preview: None,
    };
    let id = mias.says(conversation, forwarded.clone()).await;
    mias.acknowledged(id).await;
    assert_eq!(leo.page(conversation, "").await.messages[0].body, forwarded);
    let edit = mias.edits(conversation, 1, "Boats at nine").await;
    assert_eq!(mias.error().await, (Code::NotYours, Some(edit)));
    let delete = mias.deletes(conversation, 1).await;
    mias.acknowledged(delete).await;
}

#[tokio::test]
async fn what_an_edited_message_said_before_is_there_for_members_until_it_is_deleted() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    mias.write(conversation, "helo").await;
    for text in ["hello", "hello", "hello!"] {
        let id = mias.edits(conversation, 1, text).await;
        mias.acknowledged(id).await;
    }
    let message = leo.page(conversation, "").await.messages.remove(0);
    assert_eq!(message.change, Change(3), "an edit that changes nothing is none");
    let versions = leo.versions(conversation, 1).await;
    assert_eq!(versions.iter().map(|version| version.text.as_str()).collect::<Vec<_>>(), ["helo", "hello"]);
    assert_eq!(versions[0].said_at, message.sent_at);
    assert!(versions[1].said_at >= message.sent_at && message.edited_at >= Some(versions[1].said_at));

    let ana = server.register("ana").await;
    let path = routes::versions(conversation, Seq(1));
    refused(ana.ask(Method::GET, &path, None).await, Code::ConversationNotFound).await;
    let path = routes::versions(conversation, Seq(2));
    refused(leo.ask(Method::GET, &path, None).await, Code::MessageNotFound).await;
    let delete = mias.deletes(conversation, 1).await;
    mias.acknowledged(delete).await;
    assert_eq!(leo.versions(conversation, 1).await, []);
}

#[tokio::test]
async fn of_many_versions_the_newest_are_told() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    mias.write(conversation, "0").await;
    let count = limits::VERSIONS + 5;
    let mut last = None;
    for n in 1..=count {
        last = Some(mias.edits(conversation, 1, &n.to_string()).await);
    }
    mias.acknowledged(last.unwrap()).await;
    let texts: Vec<_> = leo.versions(conversation, 1).await.into_iter().map(|version| version.text).collect();
    assert_eq!(texts, (5..count).map(|n| n.to_string()).collect::<Vec<_>>());
}

fn reply(text: &str, seq: i64) -> Body {
    Body::Text {
        text: text.to_owned(),
        reply_to: Some(Seq(seq)),
        forwarded: false,
        files: Vec::new(),
        preview: None,
    }
}

impl Socket {
    pub async fn says(&mut self, conversation: ConversationId, body: Body) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        self.say(&ClientFrame::Send { conversation, client_id, body }).await;
        client_id
    }
}

impl Person {
    async fn versions(&self, conversation: ConversationId, seq: i64) -> Vec<Version> {
        self.get::<Versions>(&routes::versions(conversation, Seq(seq))).await.versions
    }
}
