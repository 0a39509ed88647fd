use kith_shared::auth::Session;
use kith_shared::frame::close;
use kith_shared::problem::Code;
use kith_shared::{limits, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{PASSWORD, TestServer, read, refused};

#[tokio::test]
async fn a_browser_gets_a_cookie_no_script_can_read_and_no_token() {
    let server = TestServer::start().await;
    let response = server.post(routes::REGISTER, &json!({"username": "Mia", "password": PASSWORD})).await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let session: Session = read(response, StatusCode::CREATED).await;
    assert_eq!((session.user.username.as_str(), session.user.display_name.as_str()), ("mia", "Mia"));
    assert_eq!(session.token, None);

    let cookie = cookie.split(';').next().unwrap();
    let me = server.http.get(server.url(routes::ME)).header("cookie", cookie).send().await.unwrap();
    assert_eq!(read::<Session>(me, StatusCode::OK).await, session);
}

#[tokio::test]
async fn the_cookie_is_for_https_alone_when_the_browser_came_by_https() {
    let server = TestServer::start().await;
    let request = server.http.post(server.url(routes::REGISTER)).header("origin", "https://chat.example.org");
    let response = request.json(&json!({"username": "mia", "password": PASSWORD})).send().await.unwrap();
    assert!(response.headers()["set-cookie"].to_str().unwrap().contains("Secure"));
}

#[tokio::test]
async fn a_username_is_taken_in_any_case() {
    let server = TestServer::start().await;
    server.register("mia").await;
    let again = server.post(routes::REGISTER, &json!({"username": "MIA", "password": PASSWORD})).await;
    refused(again, Code::UsernameTaken).await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_get_the_same_answer() {
    let server = TestServer::start().await;
    server.register("mia").await;
    let mut answers = Vec::new();
    for username in ["mia", "nobody", "not a name", "", &"x".repeat(50_000)] {
        let response =
            server.post(routes::LOG_IN, &json!({"username": username, "password": "wrong one"})).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        answers.push(response.text().await.unwrap());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert_eq!(server.log_in("MIA").await.session.user.username, "mia");
}

#[tokio::test]
async fn whoever_guesses_passwords_has_to_wait() {
    let server = TestServer::start().await;
    server.register("mia").await;
    let wrong = json!({"username": "mia", "password": "wrong one"});
    for _ in 0..limits::LOGIN_FAILURES {
        refused(server.post(routes::LOG_IN, &wrong).await, Code::WrongCredentials).await;
    }
    refused(server.post(routes::LOG_IN, &wrong).await, Code::TooManyAttempts).await;
    let right = json!({"username": "mia", "password": PASSWORD});
    refused(server.post(routes::LOG_IN, &right).await, Code::TooManyAttempts).await;
}

#[tokio::test]
async fn logging_out_ends_this_session_and_its_sockets_but_no_other() {
    let server = TestServer::start().await;
    let (phone, laptop) = (server.register("mia").await, server.log_in("mia").await);
    let (mut on_phone, mut on_laptop) = (phone.connect().await, laptop.connect().await);

    let response = phone.ask(Method::POST, routes::LOG_OUT, None).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(on_phone.close_code().await, close::SESSION_ENDED);
    refused(phone.ask(Method::GET, routes::ME, None).await, Code::Unauthorized).await;

    on_laptop.pong().await;
    assert_eq!(laptop.get::<Session>(routes::ME).await.user, phone.session.user);
}

#[tokio::test]
async fn nobody_is_nobody() {
    let server = TestServer::start().await;
    refused(server.get(routes::ME).await, Code::Unauthorized).await;
    for token in ["", "Bearer", "Bearer nonsense", "Basic bWlhOm1pYQ=="] {
        let request = server.http.get(server.url(routes::CONVERSATIONS)).header("authorization", token);
        refused(request.send().await.unwrap(), Code::Unauthorized).await;
    }
}

#[tokio::test]
async fn a_new_display_name_is_seen_by_friends() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let body = json!({"display_name": "  Mia K. "});
    let response = mia.ask(Method::PATCH, routes::PROFILE, Some(body)).await;
    let user: kith_shared::user::User = read(response, StatusCode::OK).await;
    assert_eq!(user.display_name, "Mia K.");
    let members = leo.conversation(conversation).await.members;
    assert!(members.iter().any(|member| member.user == user));
}
