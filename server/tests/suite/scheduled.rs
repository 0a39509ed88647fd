//! Messages that are sent later: by the server, once, and only as they may be then.

use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::scheduled::{Schedule, Scheduled};
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, limits, routes};
use reqwest::{Method, StatusCode};
use uuid::Uuid;

use crate::harness::{Person, Socket, TestServer, refused};
use crate::roles::with_an_admin;

const HOUR: Millis = 3_600_000;

#[tokio::test]
async fn what_is_scheduled_is_told_to_ones_devices_and_sent_without_them() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut leos = leo.connect().await;
    let mut phone = mia.connect().await;
    let mut laptop = server.log_in("mia").await.connect().await;
    let later = phone.schedules(conversation, " In an hour\n", now() + HOUR).await;
    let soon = phone.schedules(conversation, "In a moment", now() + 300).await;
    let (scheduled, change) = phone.scheduled().await;
    assert_eq!((scheduled.client_id, &scheduled.body, change), (later, &text("In an hour"), Change(1)));
    assert_eq!(laptop.scheduled().await, (scheduled.clone(), change));
    assert_eq!(phone.scheduled().await.0.client_id, soon);
    drop((phone, laptop));

    assert_eq!(leos.message().await, (Seq(1), "In a moment".to_owned()));
    let sent = mia.page(conversation, "").await.messages.remove(0);
    assert_eq!((sent.client_id, sent.sender), (soon, mia.id()));
    let mut back = mia.connect_unwelcomed().await;
    let ServerFrame::Welcome { scheduled: head, .. } = back.hear().await else { panic!("no welcome") };
    if head < Change(3) {
        // It was heard before it was taken from those that wait.
        assert_eq!(back.unscheduled().await, (soon, Change(3)));
    }
    mia.waits(&[scheduled]).await;
    assert_eq!(leo.schedule().await.messages, [], "nobody else's");
}

#[tokio::test]
async fn a_time_that_is_over_is_now_and_one_too_far_ahead_is_refused() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    mias.schedules(conversation, "late", now() - HOUR).await;
    assert_eq!(leos.message().await, (Seq(1), "late".to_owned()));
    for (body, at, code) in [
        (text("far"), now() + 400 * 24 * HOUR, Code::InvalidTime),
        (text(" "), now() + HOUR, Code::EmptyMessage),
        (Body::Deleted, now() + HOUR, Code::EmptyMessage),
    ] {
        let id = mias.schedules_body(conversation, body, at).await;
        assert_eq!(mias.error().await, (code, Some(id)));
    }
    let nowhere = ConversationId(Uuid::now_v7());
    let id = mias.schedules(nowhere, "where?", now() + HOUR).await;
    assert_eq!(mias.error().await, (Code::ConversationNotFound, Some(id)));
    leo.ask(Method::DELETE, &routes::friend(mia.id()), None).await;
    let id = mias.schedules(conversation, "and now?", now() + HOUR).await;
    assert_eq!(mias.error().await, (Code::NotWritable, Some(id)));
}

#[tokio::test]
async fn one_is_scheduled_once_and_sent_once_however_often_it_is_asked_for() {
    let server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    let id = mias.schedules(conversation, "once", now() + HOUR).await;
    let first = mias.scheduled().await;
    mias.schedules_as(conversation, id, "twice", now() + 2 * HOUR).await;
    assert_eq!(mias.scheduled().await, first, "its first answer");
    // As after a crash between sending it and taking it from those that wait.
    mias.write_as(conversation, id, "once").await;
    let head = mias.acknowledged(id).await;
    mia.now(id, StatusCode::NO_CONTENT).await;
    assert_eq!(mias.unscheduled().await.0, id);
    mia.waits(&[]).await;
    assert_eq!(mia.page(conversation, "").await.messages.len(), 1);
    mias.schedules_as(conversation, id, "once", now() + HOUR).await;
    assert_eq!(mias.acknowledged(id).await, head, "it is a message");
}

#[tokio::test]
async fn what_is_taken_back_is_gone_also_for_the_device_that_asks_again() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    let id = mias.schedules(conversation, "never", now() + HOUR).await;
    mias.scheduled().await;
    let path = routes::scheduled_one(id);
    refused(leo.ask(Method::DELETE, &path, None).await, Code::ScheduledNotFound).await;
    assert_eq!(mia.ask(Method::DELETE, &path, None).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(mias.unscheduled().await, (id, Change(2)));
    refused(mia.ask(Method::DELETE, &path, None).await, Code::ScheduledNotFound).await;
    let send = routes::scheduled_send(id);
    refused(mia.ask(Method::POST, &send, None).await, Code::ScheduledNotFound).await;
    mias.schedules_as(conversation, id, "never", now() + HOUR).await;
    assert_eq!(mias.unscheduled().await, (id, Change(2)), "it is not brought back");
    assert_eq!(mia.schedule().await, Schedule { messages: Vec::new(), head: Change(2) });
}

#[tokio::test]
async fn what_may_not_be_sent_when_it_is_due_waits_for_its_user_and_says_why() {
    let server = TestServer::start().await;
    let (owner, _admin, member, group) = with_an_admin(&server).await;
    let mut members = member.connect().await;
    let id = members.schedules(group, "hello all", now() + HOUR).await;
    members.scheduled().await;
    let path = routes::member(group, member.id());
    owner.ask(Method::DELETE, &path, None).await;
    member.now(id, StatusCode::NO_CONTENT).await;
    let refused = members.refused().await;
    assert_eq!((refused.client_id, refused.refused), (id, Some(Code::ConversationNotFound)));
    member.waits(&[refused]).await;

    let body = serde_json::json!({"users": [member.id()]});
    owner.post(&routes::members(group), body).await;
    member.now(id, StatusCode::NO_CONTENT).await;
    while members.unscheduled().await.0 != id {}
    let said = member.page(group, "").await.messages.pop().map(|message| message.body);
    assert_eq!(said, Some(text("hello all")));

    let everybody = members.schedules(group, "@all wake up", now()).await;
    assert_eq!((members.refused().await.client_id, everybody), (everybody, everybody));
    let reply = Body::Text {
        text: "to what?".to_owned(),
        reply_to: Some(Seq(9)),
        forwarded: false,
        files: Vec::new(),
        preview: None,
    };
    members.schedules_body(group, reply, now()).await;
    assert_eq!(members.refused().await.refused, Some(Code::MessageNotFound));
}

#[tokio::test]
async fn only_so_many_wait() {
    let server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    for n in 0..limits::SCHEDULED {
        mias.schedules(conversation, &n.to_string(), now() + HOUR + n).await;
    }
    let more = mias.schedules(conversation, "more", now() + HOUR).await;
    assert_eq!(mias.error().await, (Code::TooMany, Some(more)));
    let all = mia.schedule().await.messages;
    assert!(all.is_sorted_by_key(|one| one.at) && all.len() as i64 == limits::SCHEDULED);
    mia.ask(Method::DELETE, &routes::scheduled_one(all[0].client_id), None).await;
    mias.schedules_as(conversation, more, "more", now() + HOUR).await;
    mias.hear_until(|frame| match frame {
        ServerFrame::Scheduled { scheduled, .. } => (scheduled.client_id == more).then_some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn what_was_due_while_the_server_was_down_is_sent_when_it_is_back() {
    let mut server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    let at = now() + 700;
    let id = mias.schedules(conversation, "here I am", at).await;
    mias.scheduled().await;
    server.restart().await;
    let mut leos = Socket::connect(server.address, &leo.token).await;
    let sent = leos.hear_until(|frame| match frame {
        ServerFrame::Messages { messages } => Some(messages[0].clone()),
        _ => None,
    });
    let sent = sent.await;
    assert_eq!(sent.client_id, id);
    assert!(sent.sent_at >= at);
}

fn now() -> Millis {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    now.as_millis() as Millis
}

fn text(text: &str) -> Body {
    Body::text(text)
}

impl Person {
    async fn schedule(&self) -> Schedule {
        self.get(routes::SCHEDULED).await
    }

    async fn waits(&self, wanted: &[Scheduled]) {
        assert_eq!(self.schedule().await.messages, wanted);
    }

    async fn now(&self, id: ClientId, status: StatusCode) {
        assert_eq!(self.ask(Method::POST, &routes::scheduled_send(id), None).await.status(), status);
    }
}

impl Socket {
    async fn schedules(&mut self, conversation: ConversationId, said: &str, at: Millis) -> ClientId {
        self.schedules_body(conversation, text(said), at).await
    }

    async fn schedules_body(&mut self, conversation: ConversationId, body: Body, at: Millis) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        self.say(&ClientFrame::Schedule { conversation, client_id, body, at }).await;
        client_id
    }

    async fn schedules_as(
        &mut self,
        conversation: ConversationId,
        client_id: ClientId,
        said: &str,
        at: Millis,
    ) {
        self.say(&ClientFrame::Schedule { conversation, client_id, body: text(said), at }).await;
    }

    async fn scheduled(&mut self) -> (Scheduled, Change) {
        self.hear_until(|frame| match frame {
            ServerFrame::Scheduled { scheduled, change } => Some((scheduled, change)),
            ServerFrame::Error { code, .. } => panic!("refused: {code:?}"),
            _ => None,
        })
        .await
    }

    /// The next one that could not be sent.
    async fn refused(&mut self) -> Scheduled {
        self.hear_until(|frame| match frame {
            ServerFrame::Scheduled { scheduled, .. } => Some(scheduled).filter(|one| one.refused.is_some()),
            _ => None,
        })
        .await
    }

    async fn unscheduled(&mut self) -> (ClientId, Change) {
        self.hear_until(|frame| match frame {
            ServerFrame::Unscheduled { client_id, change } => Some((client_id, change)),
            _ => None,
        })
        .await
    }
}
