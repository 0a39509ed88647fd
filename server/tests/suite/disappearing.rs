//! Messages that disappear, on the server and for whoever hears of it.

use kith_shared::conversation::Conversation;
use kith_shared::frame::ServerFrame;
use kith_shared::message::{Body, Message, Versions};
use kith_shared::problem::Code;
use kith_shared::{Change, ConversationId, Millis, Seq, routes};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::harness::{Person, Socket, TestServer, read, refused};
use crate::roles::with_an_admin;

const SHORTEST: Millis = 5_000;

#[tokio::test]
async fn what_is_sent_after_the_timer_is_set_disappears_for_everybody_and_nothing_else() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let id = mias.write(conversation, "stays").await;
    mias.acknowledged(id).await;
    let seen: Conversation = read(leo.times(conversation, Some(SHORTEST)).await, StatusCode::OK).await;
    assert_eq!((seen.expire_after, seen.revision), (Some(SHORTEST), 1));
    assert_eq!(mias.timer().await, (1, Some(SHORTEST)));

    let goes = mias.write(conversation, "goes").await;
    let expires_at = mias.expiry().await;
    let edit = mias.edits(conversation, 2, "goes on").await;
    mias.acknowledged(edit).await;
    let message = leo.page(conversation, "").await.messages.remove(1);
    assert_eq!(message.expires_at, Some(message.sent_at + SHORTEST));
    assert_eq!(message.expires_at, expires_at);
    mias.write_as(conversation, goes, "goes").await;
    assert_eq!(mias.expiry().await, expires_at, "sent again, it is answered as at first");
    assert_eq!(leo.conversation(conversation).await.unread, 2);

    let gone = leos.expired().await;
    assert_eq!((gone.seq, gone.change, gone.client_id), (Seq(2), Change(4), goes));
    assert_eq!((gone.expires_at, gone.edited_at), (None, None));
    assert_eq!(mias.expired().await, gone);
    let page = leo.page(conversation, "").await;
    assert_eq!(page.messages[0].body, Body::text("stays"));
    assert_eq!(page.messages[1], gone);
    let kept = leo.conversation(conversation).await;
    assert_eq!((kept.unread, kept.head.change), (1, Change(4)));
    assert_eq!(leo.get::<Versions>(&routes::versions(conversation, Seq(2))).await.versions, []);

    let edit = mias.edits(conversation, 2, "is back").await;
    assert_eq!(mias.error().await, (Code::MessageDeleted, Some(edit)), "an edit that came too late");
    read::<Conversation>(mia.times(conversation, None).await, StatusCode::OK).await;
    mias.write(conversation, "stays too").await;
    assert_eq!(mias.expiry().await, None);
}

#[tokio::test]
async fn what_is_due_while_the_server_is_down_is_gone_when_it_is_back() {
    let mut server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    read::<Conversation>(mia.times(conversation, Some(SHORTEST)).await, StatusCode::OK).await;
    let mut mias = mia.connect().await;
    for n in 0..300 {
        mias.write(conversation, &n.to_string()).await;
    }
    let id = mias.write(conversation, "the last").await;
    mias.acknowledged(id).await;
    server.restart().await;
    let leo = server.log_in(&leo.session.user.username).await;
    let mut leos = leo.connect().await;
    while leos.expired().await.seq < Seq(301) {}
    let page = leo.page(conversation, "before=101").await;
    assert!(page.messages.iter().all(|message| message.body == Body::Expired));
    assert_eq!(leo.conversation(conversation).await.unread, 0);
}

#[tokio::test]
async fn who_may_set_a_timer_and_which() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    refused(ana.times(group, Some(SHORTEST)).await, Code::NotAllowed).await;
    read::<Conversation>(leo.times(group, Some(SHORTEST)).await, StatusCode::OK).await;
    let again: Conversation = read(mia.times(group, Some(SHORTEST)).await, StatusCode::OK).await;
    assert_eq!(again.revision, 2, "it is so already");
    let year = 365 * 24 * 3_600_000;
    for bad in [-1, 0, SHORTEST - 1, year + 1, i64::MAX, i64::MIN] {
        refused(mia.times(group, Some(bad)).await, Code::InvalidTimer).await;
    }
    read::<Conversation>(mia.times(group, Some(year)).await, StatusCode::OK).await;
    let eve = server.register("eve").await;
    refused(eve.times(group, None).await, Code::ConversationNotFound).await;
    let dialog = mia.befriends(&eve).await;
    let unfriended = mia.ask(Method::DELETE, &routes::friend(eve.id()), None).await;
    assert_eq!(unfriended.status(), StatusCode::NO_CONTENT);
    refused(eve.times(dialog, Some(SHORTEST)).await, Code::NotWritable).await;
}

impl Person {
    async fn times(&self, conversation: ConversationId, after: Option<Millis>) -> Response {
        self.ask(Method::PUT, &routes::timer(conversation), Some(json!({"expire_after": after}))).await
    }
}

impl Socket {
    async fn timer(&mut self) -> (i64, Option<Millis>) {
        self.hear_until(|frame| match frame {
            ServerFrame::Timer { revision, expire_after, .. } => Some((revision, expire_after)),
            _ => None,
        })
        .await
    }

    /// When the next message that is acknowledged disappears.
    async fn expiry(&mut self) -> Option<Millis> {
        self.hear_until(|frame| match frame {
            ServerFrame::Ack { expires_at, .. } => Some(expires_at),
            _ => None,
        })
        .await
    }

    /// The next message that has disappeared.
    async fn expired(&mut self) -> Message {
        self.hear_until(|frame| match frame {
            ServerFrame::Messages { messages } => {
                messages.into_iter().find(|message| message.body == Body::Expired)
            }
            _ => None,
        })
        .await
    }
}
