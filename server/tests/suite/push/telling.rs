use std::collections::HashSet;

use kith_shared::message::Body;
use kith_shared::push::Kind;
use kith_shared::{Seq, limits, routes};
use reqwest::Method;
use serde_json::json;

use super::service::PushService;
use crate::harness::TestServer;

#[tokio::test]
async fn a_message_is_told_to_the_device_alone_and_the_push_service_learns_where_from() {
    let server = TestServer::start().await;
    let service = PushService::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let mut phone = service.device();
    leo.subscribes(&phone).await;
    let mut socket = mia.connect().await;
    socket.write(dialog, "**Six** o'clock, at the _harbour_?").await;
    let got = phone.push().await;
    let told = got.told();
    assert_eq!((told.user, told.conversation, told.seq), (leo.id(), dialog, Seq(1)));
    assert_eq!(told.title.as_deref(), Some("mia"));
    assert_eq!(told.sender.as_ref().map(|sender| sender.id), Some(mia.id()));
    assert_eq!(told.text.as_deref(), Some("Six o'clock, at the harbour?"));
    assert_eq!((told.kind, told.group, told.mention, told.unread), (Some(Kind::Text), false, false, 1));
    let page = leo.page(dialog, "").await;
    assert_eq!(told.message.as_ref(), page.messages.first(), "it is the message as it is everywhere");
    assert_eq!(told.sent_at, page.messages[0].sent_at);

    assert_eq!((got.header("content-encoding"), got.header("urgency")), ("aes128gcm", "high"));
    assert_eq!(got.header("ttl"), limits::PUSH_LIFE.as_secs().to_string());
    assert!(got.bytes <= 4_096);
    let claims = got.claims(&leo.push_state().await.key);
    assert_eq!(claims["sub"], "mailto:kith@example.org");
    let ahead = claims["exp"].as_i64().unwrap() * 1_000 - told.sent_at;
    assert!((0..=24 * 3_600 * 1_000).contains(&ahead), "a token is good for a day at most");
}

#[tokio::test]
async fn a_topic_is_a_conversations_on_one_device_and_says_nothing() {
    let server = TestServer::start().await;
    let service = PushService::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    let (mut phone, mut laptop) = (service.device(), service.device());
    leo.subscribes(&phone).await;
    let again = server.log_in("leo").await;
    assert_ne!(again.token, leo.token);
    // Everybody has the same password in these tests.
    again.subscribes(&laptop).await;
    let mut socket = mia.connect().await;
    let mut topics = Vec::new();
    for conversation in [dialog, group, dialog] {
        socket.write(conversation, "hello").await;
        for device in [&mut phone, &mut laptop] {
            let got = device.push().await;
            assert_eq!(got.told().conversation, conversation);
            topics.push(got.header("topic").to_owned());
        }
    }
    assert_eq!(topics[..2], topics[4..], "several of one dialog replace each other");
    assert_eq!(topics.iter().collect::<HashSet<_>>().len(), 4);
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    assert!(topics.iter().all(|topic| topic.len() <= 32 && topic.bytes().all(plain)), "{topics:?}");
}

#[tokio::test]
async fn a_push_shows_no_more_than_its_user_wants() {
    let server = TestServer::start().await;
    let service = PushService::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    mia.befriends(&leo).await;
    let mut phone = service.device();
    leo.subscribes(&phone).await;
    let mut socket = mia.connect().await;
    for (shows, named) in [("name", true), ("nothing", false)] {
        leo.set("push/shows", json!(shows)).await;
        let group = mia.groups("Harbour", &[&leo]).await.id;
        socket.write(group, "@leo the secret word").await;
        let got = phone.push().await;
        let told = got.told();
        assert_eq!((told.conversation, told.user), (group, leo.id()));
        assert!(!got.text.contains("secret"), "{}", got.text);
        assert_eq!((told.text, told.kind, told.message), (None, None, None));
        assert_eq!((told.title.is_some(), told.sender.is_some(), told.group), (named, named, named));
        assert_eq!(got.text.contains("Harbour") || got.text.contains("mia"), named, "{}", got.text);
    }
}

#[tokio::test]
async fn what_a_message_is_is_told_without_words_for_it() {
    let server = TestServer::start().await;
    let service = PushService::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    mia.befriends(&leo).await;
    let mut phone = service.device();
    leo.subscribes(&phone).await;
    let mut socket = mia.connect().await;
    let first = mia.groups("Polls", &[&leo]).await.id;
    let options = vec!["By train".to_owned(), "By boat".to_owned()];
    let question = "How?".to_owned();
    socket.says(first, Body::Poll { question, options, multiple: false, closed: false }).await;
    let told = phone.told().await;
    assert_eq!(
        (told.kind, told.text.as_deref(), told.title.as_deref()),
        (Some(Kind::Poll), Some("How?"), Some("Polls"))
    );
    assert!(told.group);

    let second = mia.groups("Long", &[&leo]).await.id;
    socket.write(second, &"é\"".repeat(2_000)).await;
    let got = phone.push().await;
    let told = got.told();
    assert!(got.bytes <= 4_096 && told.message.is_none());
    assert!(told.text.is_some_and(|text| text.ends_with('…') && text.len() > 1_000));
}

#[tokio::test]
async fn a_group_is_not_urgent_unless_one_is_mentioned() {
    let server = TestServer::start().await;
    let service = PushService::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    mia.befriends(&leo).await;
    let mut phone = service.device();
    leo.subscribes(&phone).await;
    let mut socket = mia.connect().await;
    for (text, urgency, mention) in
        [("hello", "normal", false), ("hello @leo", "high", true), ("hello @all", "high", true)]
    {
        let group = mia.groups("Harbour", &[&leo]).await.id;
        socket.write(group, text).await;
        let got = phone.push().await;
        assert_eq!((got.header("urgency"), got.told().mention), (urgency, mention), "{text}");
    }
}

#[tokio::test]
async fn a_message_that_disappears_is_kept_for_the_device_no_longer_than_that() {
    let server = TestServer::start().await;
    let service = PushService::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let mut phone = service.device();
    leo.subscribes(&phone).await;
    let timer = json!({"expire_after": 3_600_000});
    assert!(mia.ask(Method::PUT, &routes::timer(dialog), Some(timer)).await.status().is_success());
    let mut socket = mia.connect().await;
    socket.write(dialog, "not for long").await;
    let got = phone.push().await;
    let life: u64 = got.header("ttl").parse().unwrap();
    assert!((3_500..=3_600).contains(&life), "{life}");
    let told = got.told();
    assert_eq!(told.expires_at, Some(told.sent_at + 3_600_000));
}
