use std::time::{Duration, Instant};

use kith_shared::frame::ClientFrame;
use kith_shared::message::Body;
use kith_shared::{ClientId, Seq, routes};
use reqwest::Method;
use uuid::Uuid;

use super::service::{Answer, Device, PushService};
use crate::harness::{PATIENCE, Person, Socket, TestServer};

async fn is_unsubscribed(person: &Person) {
    let gone = async { while person.push_state().await.endpoint.is_some() {} };
    tokio::time::timeout(PATIENCE, gone).await.expect("it is removed");
}

fn change(seq: i64, what: impl FnOnce(ClientId, Seq) -> ClientFrame) -> ClientFrame {
    what(ClientId(Uuid::now_v7()), Seq(seq))
}

/// Two friends and the phone of the second one.
async fn dialog(service: &PushService) -> (TestServer, Person, Person, kith_shared::ConversationId, Device) {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let phone = service.device();
    leo.subscribes(&phone).await;
    (server, mia, leo, dialog, phone)
}

#[tokio::test]
async fn a_subscription_the_push_service_knows_no_more_is_removed() {
    let service = PushService::start().await;
    for status in [404, 410] {
        let (_server, mia, leo, dialog, mut phone) = dialog(&service).await;
        phone.answers(&[Answer::Status(status)]);
        let mut socket = mia.connect().await;
        socket.write(dialog, "hello").await;
        phone.push().await;
        is_unsubscribed(&leo).await;
    }
}

#[tokio::test]
async fn what_the_push_service_can_not_take_now_is_sent_later() {
    let service = PushService::start().await;
    let (_server, mia, _leo, dialog, mut phone) = dialog(&service).await;
    phone.answers(&[Answer::Later(429, 2), Answer::Status(500)]);
    let mut socket = mia.connect().await;
    socket.write(dialog, "hello").await;
    let first = phone.push().await;
    let began = Instant::now();
    let second = phone.push().await;
    assert!(began.elapsed() >= Duration::from_millis(1_900), "it came again when it was told to");
    let third = phone.push().await;
    for again in [second, third] {
        assert_eq!(again.told(), first.told());
        assert_eq!(again.header("topic"), first.header("topic"));
    }
}

#[tokio::test]
async fn what_is_refused_is_let_go_and_the_next_one_is_sent() {
    let service = PushService::start().await;
    let (_server, mia, leo, dialog, mut phone) = dialog(&service).await;
    phone.answers(&[Answer::Status(403)]);
    let mut socket = mia.connect().await;
    socket.write(dialog, "one").await;
    assert_eq!(phone.text().await, "one");
    let group = mia.groups("Harbour", &[&leo]).await.id;
    socket.write(group, "two").await;
    assert_eq!(phone.text().await, "two");
    assert!(leo.push_state().await.endpoint.is_some());
}

#[tokio::test]
async fn a_push_that_is_never_answered_holds_up_no_other_device() {
    let service = PushService::start().await;
    let (server, mia, _leo, dialog, mut phone) = dialog(&service).await;
    phone.answers(&[Answer::Never]);
    let again = server.log_in("leo").await;
    let mut laptop = service.device();
    again.subscribes(&laptop).await;
    let mut socket = mia.connect().await;
    for text in ["one", "two", "three"] {
        socket.write(dialog, text).await;
        assert_eq!(laptop.text().await, text);
    }
    assert_eq!(phone.text().await, "one");
    // It is given up after ten seconds, and all since then is one.
    assert_eq!(phone.text().await, "three");
}

/// A first try fails; what happens before the second decides what it says.
async fn before_the_second_try(phone: &mut Device, socket: &mut Socket, dialog: kith_shared::ConversationId) {
    phone.answers(&[Answer::Later(503, 2)]);
    socket.write(dialog, "the first form").await;
    assert_eq!(phone.text().await, "the first form");
}

#[tokio::test]
async fn an_edited_message_is_not_sent_again_as_it_was() {
    let service = PushService::start().await;
    let (_server, mia, _leo, conversation, mut phone) = dialog(&service).await;
    let mut socket = mia.connect().await;
    before_the_second_try(&mut phone, &mut socket, conversation).await;
    let body = Body::text("the second form");
    socket.say(&change(1, |client_id, seq| ClientFrame::Edit { conversation, client_id, seq, body })).await;
    assert_eq!(phone.text().await, "the second form");
}

#[tokio::test]
async fn a_deleted_message_is_not_sent_again() {
    let service = PushService::start().await;
    let (_server, mia, leo, conversation, mut phone) = dialog(&service).await;
    let mut socket = mia.connect().await;
    before_the_second_try(&mut phone, &mut socket, conversation).await;
    socket.say(&change(1, |client_id, seq| ClientFrame::Delete { conversation, client_id, seq })).await;
    socket.pong().await;
    next_is_another(&mut phone, &mut socket, &mia, &leo).await;
}

#[tokio::test]
async fn a_message_that_was_read_meanwhile_is_not_sent_again() {
    let service = PushService::start().await;
    let (_server, mia, leo, conversation, mut phone) = dialog(&service).await;
    let mut socket = mia.connect().await;
    before_the_second_try(&mut phone, &mut socket, conversation).await;
    let mut from_leo = leo.connect().await;
    from_leo.say(&ClientFrame::Read { conversation, seq: Seq(1) }).await;
    next_is_another(&mut phone, &mut socket, &mia, &leo).await;
}

#[tokio::test]
async fn who_is_no_member_any_more_is_not_told_again() {
    let service = PushService::start().await;
    let (_server, mia, leo, _, mut phone) = dialog(&service).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    let mut socket = mia.connect().await;
    before_the_second_try(&mut phone, &mut socket, group).await;
    let removed = mia.ask(Method::DELETE, &routes::member(group, leo.id()), None).await;
    assert!(removed.status().is_success());
    next_is_another(&mut phone, &mut socket, &mia, &leo).await;
}

/// The device rests with all of its conversations: what is told first after that would have been the second try.
async fn next_is_another(phone: &mut Device, socket: &mut Socket, mia: &Person, leo: &Person) {
    let group = mia.groups("Another", &[leo]).await.id;
    socket.write(group, "something else").await;
    assert_eq!(phone.text().await, "something else");
    let group = mia.groups("A third", &[leo]).await.id;
    socket.write(group, "and more").await;
    assert_eq!(phone.text().await, "and more");
}

#[tokio::test]
async fn a_deleted_message_that_was_told_is_closed_by_the_next_push() {
    let service = PushService::start().await;
    let (_server, mia, leo, conversation, mut phone) = dialog(&service).await;
    let mut socket = mia.connect().await;
    socket.write(conversation, "oops").await;
    assert_eq!(phone.text().await, "oops");
    socket.say(&change(1, |client_id, seq| ClientFrame::Delete { conversation, client_id, seq })).await;
    socket.pong().await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    socket.write(group, "never mind").await;
    let told = phone.told().await;
    assert_eq!(told.closed.iter().map(|closed| closed.conversation).collect::<Vec<_>>(), [conversation]);
    assert_eq!(told.unread, 1);
}

#[tokio::test]
async fn a_thousand_messages_are_a_few_pushes_and_the_last_is_told() {
    let service = PushService::start().await;
    let (_server, mia, _leo, dialog, mut phone) = dialog(&service).await;
    let mut socket = mia.connect().await;
    let mut last = ClientId(Uuid::nil());
    for n in 1..=1_000 {
        last = socket.write(dialog, &format!("message {n}")).await;
    }
    socket.acknowledged(last).await;
    let mut pushes = 0;
    loop {
        pushes += 1;
        if phone.text().await == "message 1000" {
            break;
        }
    }
    assert!(pushes <= 5, "{pushes}");
    assert!(phone.got_nothing_more());
}

#[tokio::test]
async fn pushes_go_on_after_a_restart() {
    let service = PushService::start().await;
    let (mut server, mia, _leo, dialog, mut phone) = dialog(&service).await;
    server.restart().await;
    let mia = server.by_token(&mia.token).await;
    let mut socket = mia.connect().await;
    socket.write(dialog, "hello again").await;
    assert_eq!(phone.text().await, "hello again");
}
