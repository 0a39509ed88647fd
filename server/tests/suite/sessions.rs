//! Seeing where one is logged in, and ending what should not be.

use kith_shared::auth::{OwnSession, Session};
use kith_shared::frame::close;
use kith_shared::problem::Code;
use kith_shared::push::PushState;
use kith_shared::{SessionId, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{PASSWORD, Person, TestServer, read, refused};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn sessions(person: &Person) -> Vec<OwnSession> {
    person.get(routes::SESSIONS).await
}

async fn end(person: &Person, id: SessionId) -> reqwest::Response {
    person.ask(Method::DELETE, &routes::session(id), None).await
}

#[tokio::test]
async fn one_sees_where_one_is_logged_in_and_nobody_elses_sessions() {
    let server = TestServer::start().await;
    let (phone, _) = (server.register("mia").await, server.register("leo").await);
    let laptop = server.http.post(server.url(routes::LOG_IN)).header("user-agent", FIREFOX);
    let body = json!({"username": "mia", "password": PASSWORD, "transport": "bearer"});
    let laptop: Session = read(laptop.json(&body).send().await.unwrap(), StatusCode::OK).await;
    let _socket = phone.connect().await;

    let seen = sessions(&phone).await;
    let ids: Vec<_> = seen.iter().map(|own| (own.id, own.current, own.connected)).collect();
    assert_eq!(ids.len(), 2, "{seen:?}");
    assert!(ids.contains(&(phone.session.id, true, true)), "{seen:?}");
    let other = seen.iter().find(|own| own.id == laptop.id).unwrap();
    assert_eq!((other.current, other.connected), (false, false));
    assert_eq!((other.browser.as_deref(), other.system.as_deref()), (Some("Firefox"), Some("Linux")));
    assert_eq!(other.created_at, laptop.created_at);
}

#[tokio::test]
async fn a_session_that_goes_was_last_seen_then() {
    let server = TestServer::start().await;
    let (phone, laptop) = (server.register("mia").await, server.log_in("mia").await);
    let used_at = |seen: Vec<OwnSession>| {
        let own = seen.into_iter().find(|own| own.id == laptop.session.id).unwrap();
        (own.used_at, own.connected)
    };
    let (before, _) = used_at(sessions(&phone).await);
    let mut socket = laptop.connect().await;
    assert!(used_at(sessions(&phone).await).1);
    socket.pong().await;
    drop(socket);
    // The server hears of it a moment later.
    loop {
        let (at, connected) = used_at(sessions(&phone).await);
        if !connected {
            assert!(at > before, "{at} is not after {before}");
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_session_ended_from_another_one_is_over_at_once_with_its_sockets_and_its_pushes() {
    let server = TestServer::start().await;
    let (phone, laptop) = (server.register("mia").await, server.log_in("mia").await);
    let subscription = json!({
        "endpoint": "https://push.invalid/mia",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    });
    let subscribed = laptop.ask(Method::PUT, routes::PUSH_SUBSCRIPTION, Some(subscription)).await;
    assert_eq!(subscribed.status(), StatusCode::NO_CONTENT);
    let (mut on_phone, mut on_laptop) = (phone.connect().await, laptop.connect().await);

    assert_eq!(end(&phone, laptop.session.id).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(on_laptop.close_code().await, close::SESSION_ENDED);
    refused(laptop.ask(Method::GET, routes::ME, None).await, Code::Unauthorized).await;
    on_phone.pong().await;
    assert_eq!(sessions(&phone).await.len(), 1);
    refused(end(&phone, laptop.session.id).await, Code::SessionNotFound).await;

    // What it subscribed by is free again: nothing goes there.
    let again = server.log_in("mia").await;
    assert_eq!(again.get::<PushState>(routes::PUSH).await.endpoint, None);
}

#[tokio::test]
async fn ending_all_others_leaves_this_one() {
    let server = TestServer::start().await;
    let phone = server.register("mia").await;
    let others = [server.log_in("mia").await, server.log_in("mia").await];
    let mut sockets = Vec::new();
    for other in &others {
        sockets.push(other.connect().await);
    }
    let leo = server.register("leo").await;
    let ended = phone.ask(Method::DELETE, routes::SESSIONS, None).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    for (other, socket) in others.iter().zip(&mut sockets) {
        assert_eq!(socket.close_code().await, close::SESSION_ENDED);
        refused(other.ask(Method::GET, routes::ME, None).await, Code::Unauthorized).await;
    }
    assert_eq!(sessions(&phone).await.len(), 1);
    assert_eq!(sessions(&leo).await.len(), 1);
}

#[tokio::test]
async fn nobody_ends_somebody_elses_session() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let mut socket = mia.connect().await;
    refused(end(&leo, mia.session.id).await, Code::SessionNotFound).await;
    refused(end(&leo, SessionId(Uuid::now_v7())).await, Code::SessionNotFound).await;
    let path = format!("{}/nonsense", routes::SESSIONS);
    refused(leo.ask(Method::DELETE, &path, None).await, Code::InvalidQuery).await;
    let url = server.url(&routes::session(mia.session.id));
    refused(server.http.delete(url).send().await.unwrap(), Code::Unauthorized).await;
    // From another site's page.
    let forged = mia.request(Method::DELETE, routes::SESSIONS).header("origin", "https://evil.example");
    refused(forged.send().await.unwrap(), Code::ForbiddenOrigin).await;
    socket.pong().await;
    assert_eq!(mia.get::<Session>(routes::ME).await.id, mia.session.id);
}
