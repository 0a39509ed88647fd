use kith_shared::contact::{Contact, Contacts, Relation};
use kith_shared::conversation::Conversation;
use kith_shared::frame::ServerFrame;
use kith_shared::problem::Code;
use kith_shared::routes;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Person, TestServer, read, refused};

async fn relation(of: &Person, to: &Person) -> Relation {
    let path = routes::user_by_username(&to.session.user.username);
    of.get::<Contact>(&path).await.relation
}

async fn sends_request(from: &Person, to: &Person) -> reqwest::Response {
    from.post(routes::REQUESTS, json!({"user": to.id()})).await
}

async fn done(response: reqwest::Response) {
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_request_is_sent_seen_and_accepted() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let mut leos = leo.connect().await;

    let contact: Contact = read(sends_request(&mia, &leo).await, StatusCode::OK).await;
    assert_eq!(contact.relation, Relation::RequestOut);
    leos.hear_until(|frame| (frame == ServerFrame::ContactsChanged).then_some(())).await;
    assert_eq!(leo.get::<Contacts>(routes::CONTACTS).await.contacts[0].relation, Relation::RequestIn);

    let response = leo.post(&routes::request_accept(mia.id()), json!({})).await;
    assert_eq!(read::<Contact>(response, StatusCode::OK).await.relation, Relation::Friend);
    assert_eq!(relation(&mia, &leo).await, Relation::Friend);
    assert_eq!(mia.get::<Contacts>(routes::CONTACTS).await.online, [leo.id()]);
    refused(sends_request(&mia, &leo).await, Code::AlreadyFriends).await;

    let response = mia.post(routes::CONVERSATIONS_DIRECT, json!({"user": leo.id()})).await;
    let mias: Conversation = read(response, StatusCode::OK).await;
    let response = leo.post(routes::CONVERSATIONS_DIRECT, json!({"user": mia.id()})).await;
    assert_eq!(
        read::<Conversation>(response, StatusCode::OK).await.id,
        mias.id,
        "they have one dialog, not two"
    );
}

#[tokio::test]
async fn two_requests_that_cross_make_friends() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    sends_request(&mia, &leo).await;
    let contact: Contact = read(sends_request(&leo, &mia).await, StatusCode::OK).await;
    assert_eq!(contact.relation, Relation::Friend);
}

#[tokio::test]
async fn a_request_can_be_declined_and_cancelled_once() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    sends_request(&mia, &leo).await;
    done(leo.post(&routes::request_decline(mia.id()), json!({})).await).await;
    assert_eq!(relation(&mia, &leo).await, Relation::Stranger);
    refused(leo.post(&routes::request_accept(mia.id()), json!({})).await, Code::RequestNotFound).await;

    sends_request(&mia, &leo).await;
    done(mia.ask(Method::DELETE, &routes::request(leo.id()), None).await).await;
    assert_eq!(relation(&leo, &mia).await, Relation::Stranger);
    refused(mia.ask(Method::DELETE, &routes::request(leo.id()), None).await, Code::RequestNotFound).await;
}

#[tokio::test]
async fn one_cannot_accept_the_request_one_sent() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    sends_request(&mia, &leo).await;
    refused(mia.post(&routes::request_accept(leo.id()), json!({})).await, Code::RequestNotFound).await;
    refused(sends_request(&mia, &mia).await, Code::CannotInviteSelf).await;
}

#[tokio::test]
async fn parted_friends_keep_their_dialog_but_cannot_write_until_they_are_friends_again() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut socket = mia.connect().await;
    let sent = socket.write(conversation, "still here?").await;
    socket.acknowledged(sent).await;

    done(leo.ask(Method::DELETE, &routes::friend(mia.id()), None).await).await;
    let client_id = socket.write(conversation, "too late").await;
    assert_eq!(socket.error().await, (Code::NotWritable, Some(client_id)));
    let seen = mia.conversation(conversation).await;
    assert!(!seen.writable && seen.last_message.is_some());
    refused(leo.post(routes::CONVERSATIONS_DIRECT, json!({"user": mia.id()})).await, Code::NotFriends).await;

    mia.befriends(&leo).await;
    socket.write_as(conversation, client_id, "too late").await;
    socket.acknowledged(client_id).await;
}

#[tokio::test]
async fn a_blocked_person_can_neither_write_nor_ask_and_is_not_told() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut leos = leo.connect().await;

    done(mia.ask(Method::PUT, &routes::block(leo.id()), None).await).await;
    assert_eq!(relation(&mia, &leo).await, Relation::Blocked);
    assert_eq!(relation(&leo, &mia).await, Relation::Stranger);
    let client_id = leos.write(conversation, "hello?").await;
    assert_eq!(leos.error().await, (Code::NotWritable, Some(client_id)));

    let contact: Contact = read(sends_request(&leo, &mia).await, StatusCode::OK).await;
    assert_eq!(contact.relation, Relation::RequestOut, "it looks sent");
    assert_eq!(relation(&mia, &leo).await, Relation::Blocked, "it never arrives");

    done(mia.ask(Method::DELETE, &routes::block(leo.id()), None).await).await;
    assert_eq!(relation(&mia, &leo).await, Relation::Stranger);
}

#[tokio::test]
async fn only_the_exact_username_finds_somebody() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let found: Contact = mia.get(&routes::user_by_username("LEO")).await;
    assert_eq!((found.user.id, found.relation), (leo.id(), Relation::Stranger));
    assert_eq!(relation(&mia, &mia).await, Relation::Myself);
    for unknown in ["le", "leo2", "%25", "l..o"] {
        let response = mia.ask(Method::GET, &routes::user_by_username(unknown), None).await;
        refused(response, Code::UserNotFound).await;
    }
}
