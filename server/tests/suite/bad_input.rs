use kith_shared::problem::Code;
use kith_shared::{limits, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{PASSWORD, TestServer, refused};

#[tokio::test]
async fn bodies_that_are_no_json_are_refused_and_the_next_is_taken() {
    let server = TestServer::start().await;
    let post = |body: Vec<u8>, content_type: &'static str| {
        server.http.post(server.url(routes::REGISTER)).header("content-type", content_type).body(body).send()
    };
    let bodies: [&[u8]; 5] =
        [b"", b"{", b"[1,2]", b"{\"username\":1}", b"{\"username\":\"\xff\xfe\",\"password\":\"p\"}"];
    for body in bodies {
        refused(post(body.to_vec(), "application/json").await.unwrap(), Code::InvalidBody).await;
    }
    refused(
        post(b"username=mia".to_vec(), "application/x-www-form-urlencoded").await.unwrap(),
        Code::UnsupportedMediaType,
    )
    .await;
    let huge = format!("{{\"username\":\"{}\"}}", "x".repeat(limits::BODY_BYTES));
    refused(post(huge.into_bytes(), "application/json").await.unwrap(), Code::BodyTooLarge).await;
    server.register("mia").await;
}

#[tokio::test]
async fn names_and_passwords_outside_their_limits_are_refused_by_their_own_code() {
    let server = TestServer::start().await;
    let long = "x".repeat(33);
    for username in ["", "ab", "mia k", "míä", "<b>", long.as_str()] {
        let body = json!({"username": username, "password": PASSWORD});
        refused(server.post(routes::REGISTER, &body).await, Code::InvalidUsername).await;
    }
    for password in ["", "short", &"x".repeat(257)] {
        let body = json!({"username": "mia", "password": password});
        refused(server.post(routes::REGISTER, &body).await, Code::InvalidPassword).await;
    }
    for display_name in ["", "  ", "a\u{7}b", &"x".repeat(65)] {
        let body = json!({"username": "mia", "password": PASSWORD, "display_name": display_name});
        refused(server.post(routes::REGISTER, &body).await, Code::InvalidDisplayName).await;
    }
    server.register("mia").await;
}

#[tokio::test]
async fn strange_addresses_and_methods_are_answered_as_problems() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    refused(server.get("/api/v1/nothing").await, Code::NotFound).await;
    refused(server.get(routes::REGISTER).await, Code::MethodNotAllowed).await;
    refused(mia.ask(Method::GET, "/api/v1/conversations/not-an-id/messages", None).await, Code::InvalidQuery)
        .await;
    let unknown = routes::request_accept("0190d3a2-7b1c-7e4f-8a55-0123456789ab".parse().unwrap());
    refused(mia.post(&unknown, json!({})).await, Code::UserNotFound).await;
}

#[tokio::test]
async fn another_site_cannot_make_a_browser_ask_for_anything() {
    let server = TestServer::start().await;
    let request = server.http.post(server.url(routes::LOG_OUT)).header("origin", "https://evil.example");
    refused(request.send().await.unwrap(), Code::ForbiddenOrigin).await;
}

#[tokio::test]
async fn every_answer_carries_the_strict_headers() {
    let server = TestServer::start().await;
    for path in ["/", "/healthz", routes::ME, "/nothing.txt"] {
        let response = server.get(path).await;
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
        assert!(policy.contains("style-src 'self';") && !policy.contains("unsafe-inline"), "{policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
    }
    assert_eq!(server.get(routes::HEALTH).await.status(), StatusCode::OK);
}
