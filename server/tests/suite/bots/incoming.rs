use kith_shared::bot::Webhook;
use kith_shared::message::Posted;
use kith_shared::problem::Code;
use kith_shared::{ClientId, Seq, limits, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{TestServer, read, refused};

#[tokio::test]
async fn what_is_posted_to_a_webhook_is_said_by_the_bot() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    let group = mia.groups_with_bot("Harbour", &bot).await;
    let webhook = mia.makes_webhook(&bot, group).await;
    let path = routes::hook(webhook.token.as_deref().unwrap());
    let mut socket = mia.connect().await;
    let posted: Posted =
        read(server.post(&path, &json!({"text": " Built in 4 s. "})).await, StatusCode::OK).await;
    assert_eq!(posted.conversation, group);
    assert_eq!(socket.message().await, (Seq(2), "Built in 4 s.".to_owned()), "the first one is a notice");
    assert_eq!(mia.page(group, "").await.messages[1].sender, bot.user.id);

    let listed: Vec<Webhook> = mia.get(&routes::bot_webhooks(bot.user.id)).await;
    assert_eq!(listed, [Webhook { token: None, ..webhook.clone() }], "its token is told once");
    let removed = mia.ask(Method::DELETE, &routes::bot_webhook(bot.user.id, webhook.id), None).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    refused(server.post(&path, &json!({"text": "again"})).await, Code::WebhookNotFound).await;
    let removed = mia.ask(Method::DELETE, &routes::bot_webhook(bot.user.id, webhook.id), None).await;
    refused(removed, Code::WebhookNotFound).await;
}

#[tokio::test]
async fn what_is_posted_twice_is_one_message() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    let direct = mia.opens_direct(bot.user.id).await;
    let webhook = mia.makes_webhook(&bot, direct).await;
    let path = routes::hook(webhook.token.as_deref().unwrap());
    let keyed = |key: &str, text: &str| {
        let post = server.http.post(server.url(&path)).header("idempotency-key", key);
        post.json(&json!({"text": text})).send()
    };
    let first: Posted = read(keyed("build 7", "Built.").await.unwrap(), StatusCode::OK).await;
    let again: Posted = read(keyed("build 7", "Built.").await.unwrap(), StatusCode::OK).await;
    assert_eq!(first, again);
    let client_id = ClientId(Uuid::now_v7());
    let body = json!({"text": "By name.", "client_id": client_id});
    for _ in 0..2 {
        let posted: Posted = read(server.post(&path, &body).await, StatusCode::OK).await;
        assert_eq!((posted.client_id, posted.head.seq), (client_id, Seq(2)));
    }
    assert_eq!(mia.texts(direct).await, ["Built.", "By name."]);
    let long = "x".repeat(limits::IDEMPOTENCY_KEY_BYTES + 1);
    for bad in ["", &long] {
        refused(keyed(bad, "Built.").await.unwrap(), Code::InvalidIdempotencyKey).await;
    }
}

#[tokio::test]
async fn a_webhook_takes_what_a_message_may_be_and_nothing_else() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    let direct = mia.opens_direct(bot.user.id).await;
    let path = routes::hook(&mia.makes_webhook(&bot, direct).await.token.unwrap());
    refused(server.post(&path, &json!({"text": "  "})).await, Code::EmptyMessage).await;
    let long = "x".repeat(limits::MESSAGE_CHARS + 1);
    refused(server.post(&path, &json!({"text": long})).await, Code::MessageTooLong).await;
    let large = "x".repeat(limits::BODY_BYTES);
    refused(server.post(&path, &json!({"text": large})).await, Code::BodyTooLarge).await;
    refused(server.post(&path, &json!({"words": "hello"})).await, Code::InvalidBody).await;
    refused(server.post(&routes::hook("nobody-s"), &json!({"text": "hello"})).await, Code::WebhookNotFound)
        .await;
    let form = server.http.post(server.url(&path)).body("text=hello").send().await.unwrap();
    refused(form, Code::UnsupportedMediaType).await;
    // A page of another site may know the address and still can't post through its reader's browser.
    let forged = server.http.post(server.url(&path)).header("origin", "https://evil.example");
    refused(forged.json(&json!({"text": "hello"})).send().await.unwrap(), Code::ForbiddenOrigin).await;

    // Its owner ends the friendship: nobody writes in the dialog any more, the bot by its webhook neither.
    mia.ask(Method::DELETE, &routes::friend(bot.user.id), None).await;
    refused(server.post(&path, &json!({"text": "hello"})).await, Code::NotWritable).await;
    assert!(mia.texts(direct).await.is_empty());
}

#[tokio::test]
async fn in_a_group_an_admin_makes_webhooks_and_only_for_a_member() {
    let server = TestServer::start().await;
    let (mia, leo, others) = server.two_friends().await;
    let bot = leo.makes_bot("robo").await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    let webhooks = routes::bot_webhooks(bot.user.id);
    let body = json!({"conversation": group});
    refused(leo.post(&webhooks, body.clone()).await, Code::NotAllowed).await;
    mia.ask(Method::PATCH, &routes::member(group, leo.id()), Some(json!({"role": "admin"}))).await;
    refused(leo.post(&webhooks, body.clone()).await, Code::MemberNotFound).await;
    leo.post(&routes::members(group), json!({"users": [bot.user.id]})).await;
    let path = routes::hook(&leo.makes_webhook(&bot, group).await.token.unwrap());
    read::<Posted>(server.post(&path, &json!({"text": "hello"})).await, StatusCode::OK).await;

    let direct = json!({"conversation": others});
    refused(leo.post(&webhooks, direct).await, Code::MemberNotFound).await;
    let elsewhere = mia.groups("Elsewhere", &[]).await.id;
    refused(leo.post(&webhooks, json!({"conversation": elsewhere})).await, Code::ConversationNotFound).await;

    // Who is taken out of the group takes no webhook along, and brings none back.
    mia.ask(Method::DELETE, &routes::member(group, bot.user.id), None).await;
    refused(server.post(&path, &json!({"text": "hello?"})).await, Code::WebhookNotFound).await;
    leo.post(&routes::members(group), json!({"users": [bot.user.id]})).await;
    refused(server.post(&path, &json!({"text": "hello?"})).await, Code::WebhookNotFound).await;
    assert_eq!(mia.texts(group).await, ["hello"]);
}

#[tokio::test]
async fn a_bot_has_only_so_many_webhooks() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    let direct = mia.opens_direct(bot.user.id).await;
    for _ in 0..limits::WEBHOOKS {
        mia.makes_webhook(&bot, direct).await;
    }
    let response = mia.post(&routes::bot_webhooks(bot.user.id), json!({"conversation": direct})).await;
    refused(response, Code::TooMany).await;
}
