use kith_shared::problem::Code;
use kith_shared::push::{Push, PushOutcome};
use kith_shared::{limits, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::net::TcpListener;

use super::service::{Answer, PushService};
use crate::harness::{TestServer, refused};

#[tokio::test]
async fn a_browser_subscribes_with_a_key_that_stays_the_servers() {
    let mut server = TestServer::start().await;
    let service = PushService::start().await;
    let mia = server.register("mia").await;
    let before = mia.push_state().await;
    assert_eq!(before.endpoint, None);
    let device = service.device();
    mia.subscribes(&device).await;
    assert_eq!(mia.push_state().await.endpoint.as_deref(), Some(device.endpoint.as_str()));
    server.restart().await;
    let mia = server.by_token(&mia.token).await;
    let after = mia.push_state().await;
    assert_eq!((after.key, after.endpoint), (before.key, Some(device.endpoint.clone())));

    let other = service.device();
    mia.subscribes(&other).await;
    assert_eq!(
        mia.push_state().await.endpoint.as_deref(),
        Some(other.endpoint.as_str()),
        "a session has one"
    );
    let ended = mia.ask(Method::DELETE, routes::PUSH_SUBSCRIPTION, None).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    assert_eq!(mia.push_state().await.endpoint, None);
}

#[tokio::test]
async fn an_endpoint_is_the_one_sessions_that_subscribed_last() {
    let server = TestServer::start().await;
    let service = PushService::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let mut browser = service.device();
    mia.subscribes(&browser).await;
    leo.subscribes(&browser).await;
    assert_eq!(mia.push_state().await.endpoint, None);
    // What is for mia does not come to the browser leo is logged in at now.
    let (mut from_leo, mut from_mia) = (leo.connect().await, mia.connect().await);
    let sent = from_leo.write(dialog, "for mia").await;
    from_leo.acknowledged(sent).await;
    from_mia.write(dialog, "for leo").await;
    let told = browser.told().await;
    assert_eq!((told.user, told.text.as_deref()), (leo.id(), Some("for leo")));
}

#[tokio::test]
async fn what_can_not_be_pushed_to_is_refused() {
    let server = TestServer::start_public().await;
    let service = PushService::start().await;
    let mia = server.register("mia").await;
    let good = json!({
        "endpoint": "https://push.example.org/send/1",
        "p256dh": service.device().subscription()["p256dh"],
        "auth": "AAAAAAAAAAAAAAAAAAAAAA",
    });
    let with = |key: &str, value: &str| {
        let mut body = good.clone();
        body[key] = json!(value);
        body
    };
    for (body, code) in [
        (with("endpoint", &service.device().endpoint), Code::InvalidUrl),
        (with("endpoint", "http://push.example.org/"), Code::InvalidUrl),
        (with("endpoint", "https://10.0.0.1/"), Code::InvalidUrl),
        (with("endpoint", "https://169.254.169.254/latest"), Code::InvalidUrl),
        (with("p256dh", "AAAA"), Code::InvalidSubscription),
        (with("p256dh", &"A".repeat(87)), Code::InvalidSubscription),
        (with("auth", "AAAA"), Code::InvalidSubscription),
        (json!({"endpoint": "https://push.example.org"}), Code::InvalidBody),
    ] {
        refused(mia.ask(Method::PUT, routes::PUSH_SUBSCRIPTION, Some(body)).await, code).await;
    }
    let taken = mia.ask(Method::PUT, routes::PUSH_SUBSCRIPTION, Some(good.clone())).await;
    assert_eq!(taken.status(), StatusCode::NO_CONTENT);

    let bot = mia.makes_bot("robo").await;
    let robo = server.by_token(bot.token.as_deref().unwrap()).await;
    refused(robo.ask(Method::PUT, routes::PUSH_SUBSCRIPTION, Some(good)).await, Code::NotForBots).await;
    refused(robo.ask(Method::POST, routes::PUSH_TEST, None).await, Code::NotForBots).await;
}

#[tokio::test]
async fn a_name_that_stands_for_a_private_address_is_not_connected_to() {
    let server = TestServer::start_public().await;
    let service = PushService::start().await;
    let mia = server.register("mia").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut body = service.device().subscription();
    body["endpoint"] = json!(format!("https://localhost:{}/", listener.local_addr().unwrap().port()));
    let taken = mia.ask(Method::PUT, routes::PUSH_SUBSCRIPTION, Some(body)).await;
    assert_eq!(taken.status(), StatusCode::NO_CONTENT);
    let outcome = tokio::select! {
        _ = listener.accept() => panic!("it was connected to"),
        test = mia.tests_push() => test.outcome,
    };
    assert_eq!(outcome, PushOutcome::Unreachable);
}

#[tokio::test]
async fn a_test_says_where_it_failed() {
    let server = TestServer::start().await;
    let service = PushService::start().await;
    let mia = server.register("mia").await;
    let outcome = async || {
        let test = mia.tests_push().await;
        (test.outcome, test.status)
    };
    assert_eq!(outcome().await, (PushOutcome::NoSubscription, None));
    let mut device = service.device();
    mia.subscribes(&device).await;
    assert_eq!(outcome().await, (PushOutcome::Sent, Some(201)));
    let got = device.push().await;
    assert_eq!(got.read(), Push::Test { user: mia.id() });
    assert_eq!((got.header("urgency"), got.headers.get("topic")), ("high", None));

    device.answers(&[Answer::Status(403), Answer::Status(503), Answer::Status(410)]);
    assert_eq!(outcome().await, (PushOutcome::Refused, Some(403)));
    assert_eq!(outcome().await, (PushOutcome::Refused, Some(503)));
    assert_eq!(outcome().await, (PushOutcome::Gone, Some(410)));
    assert_eq!(mia.push_state().await.endpoint, None, "it was removed");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut body = device.subscription();
    body["endpoint"] = json!(format!("http://{}/send/1", listener.local_addr().unwrap()));
    drop(listener);
    mia.ask(Method::PUT, routes::PUSH_SUBSCRIPTION, Some(body)).await;
    assert_eq!(outcome().await, (PushOutcome::Unreachable, None));

    for _ in 6..limits::PUSH_TESTS_A_MINUTE {
        mia.tests_push().await;
    }
    refused(mia.ask(Method::POST, routes::PUSH_TEST, None).await, Code::TooMany).await;
}
