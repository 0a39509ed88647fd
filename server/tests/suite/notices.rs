//! What happens to a group is told among its messages.

use kith_shared::conversation::{Conversation, Role};
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::{Body, Message};
use kith_shared::notice::{Notice, What};
use kith_shared::problem::Code;
use kith_shared::{ClientId, Seq, limits, routes};
use reqwest::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::groups::three_friends;
use crate::harness::{Person, Socket, TestServer, read};

#[tokio::test]
async fn what_happens_to_a_group_is_told_in_order_to_all_who_are_members_by_then() {
    let server = TestServer::start().await;
    let [mia, leo, ana] = three_friends(&server).await;
    let (mut mias, mut leos, mut anas) = (mia.connect().await, leo.connect().await, ana.connect().await);
    let group = mia.groups("Harbour", &[&leo]).await.id;
    read::<Conversation>(mia.adds(group, &[&ana, &leo, &ana]).await, StatusCode::OK).await;
    let about = json!({"title": "Kites", "description": "Saturdays"});
    read::<Conversation>(mia.updates(group, about.clone()).await, StatusCode::OK).await;
    read::<Conversation>(mia.updates(group, about).await, StatusCode::OK).await;
    for role in [Role::Admin, Role::Admin, Role::Member] {
        read::<Conversation>(mia.makes(group, &leo, role).await, StatusCode::OK).await;
    }
    assert_eq!(mia.removes(group, &ana).await.status(), StatusCode::NO_CONTENT);
    read::<Conversation>(mia.makes(group, &leo, Role::Owner).await, StatusCode::OK).await;
    assert_eq!(leo.leaves(group).await.status(), StatusCode::NO_CONTENT);

    let told = [
        (What::Made, "mia", vec![]),
        (What::Added, "mia", vec!["ana"]),
        (What::Named, "mia", vec![]),
        (What::Described, "mia", vec![]),
        (What::Admin, "mia", vec!["leo"]),
        (What::Member, "mia", vec!["leo"]),
        (What::Removed, "mia", vec!["ana"]),
        (What::Owner, "mia", vec!["leo"]),
        (What::Left, "leo", vec!["mia"]),
    ];
    let heard = |notices: Vec<Message>| -> Vec<_> { notices.into_iter().map(said).collect() };
    let as_told = |range: std::ops::Range<usize>| -> Vec<_> {
        let own = |(what, by, users): &(What, &str, Vec<&str>)| {
            (*what, (*by).to_owned(), users.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        told[range].iter().map(own).collect()
    };
    assert_eq!(heard(mias.notices().await), as_told(0..9));
    assert_eq!(heard(leos.notices().await), as_told(0..8), "who left does not hear it");
    assert_eq!(heard(anas.notices().await), as_told(1..6), "who was added does, who was removed does not");
    let kept = mia.page(group, "").await.messages;
    assert!(kept.iter().map(|message| message.seq.0).eq(1..=9));
    assert_eq!(heard(kept.clone()), as_told(0..9));
    let Body::Notice(named) = &kept[2].body else { panic!("no notice") };
    assert_eq!(named.title.as_deref(), Some("Kites"));
}

#[tokio::test]
async fn notices_are_never_unread_mention_nobody_and_are_not_found() {
    let server = TestServer::start().await;
    let [mia, leo, _] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    read::<Conversation>(mia.renames(group, "for @leo").await, StatusCode::OK).await;
    let seen = leo.conversation(group).await;
    assert_eq!((seen.head.seq, seen.unread, seen.mentions), (Seq(2), 0, 0));
    let mut mias = mia.connect().await;
    let sent = mias.write(group, "leo, a text").await;
    mias.acknowledged(sent).await;
    let seen = leo.conversation(group).await;
    assert_eq!((seen.unread, seen.mentions), (1, 0));
    for query in ["q=leo", "q=mia", &format!("from={}", mia.id())] {
        let found: kith_shared::search::SearchResults =
            leo.get(&format!("{}?{query}&in={group}", routes::SEARCH)).await;
        assert!(found.messages.iter().all(|found| found.seq == Seq(3)), "{query}: {found:?}");
    }
}

#[tokio::test]
async fn nobody_writes_edits_deletes_or_reacts_to_a_notice() {
    let server = TestServer::start().await;
    let [mia, leo, _] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    let body = mia.page(group, "").await.messages.remove(0).body;
    let mut mias = mia.connect().await;
    let (conversation, seq) = (group, Seq(1));
    let text = Body::text("mine");
    for (code, frame) in [
        (Code::InvalidBody, ClientFrame::Send { conversation, client_id: fresh(), body: body.clone() }),
        (Code::NotAllowed, ClientFrame::Edit { conversation, client_id: fresh(), seq, body: text }),
        (Code::NotAllowed, ClientFrame::Pin { conversation, client_id: fresh(), seq, on: true }),
        (Code::NotAllowed, ClientFrame::Delete { conversation, client_id: fresh(), seq }),
        (
            Code::NotAllowed,
            ClientFrame::React { conversation, client_id: fresh(), seq, emoji: "👍".to_owned(), on: true },
        ),
    ] {
        mias.say(&frame).await;
        assert_eq!(mias.error().await.0, code, "{frame:?}");
    }
    let sent = mias.write(group, "mine").await;
    let seq = mias.acknowledged(sent).await.seq;
    let frame = ClientFrame::Edit { conversation, client_id: fresh(), seq, body };
    mias.say(&frame).await;
    assert_eq!(mias.error().await.0, Code::InvalidBody);
    let kept = mia.page(group, "").await;
    assert_eq!((kept.messages.len(), kept.head.change.0), (2, 2), "nothing was changed");
}

#[tokio::test]
async fn a_notice_names_twenty_and_counts_the_others() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let group = mia.groups("Harbour", &[]).await.id;
    let mut friends = Vec::new();
    for number in 0..limits::NOTICE_NAMES + 3 {
        let friend = server.register(&format!("friend{number}")).await;
        mia.befriends(&friend).await;
        friends.push(friend);
    }
    let all: Vec<&Person> = friends.iter().collect();
    read::<Conversation>(mia.adds(group, &all).await, StatusCode::OK).await;
    let page = mia.page(group, "").await;
    let [_, Message { body: Body::Notice(notice), .. }] = &page.messages[..] else {
        panic!("one notice: {page:?}")
    };
    let Notice { users, more, .. } = &**notice;
    assert!(users.iter().map(|named| named.user).eq(all[..20].iter().map(|friend| friend.id())));
    assert_eq!(*more, 3);
}

fn fresh() -> ClientId {
    ClientId(Uuid::now_v7())
}

fn said(message: Message) -> (What, String, Vec<String>) {
    let Body::Notice(notice) = message.body else { panic!("no notice: {message:?}") };
    let Notice { what, by, users, .. } = *notice;
    (what, by, users.into_iter().map(|named| named.name).collect())
}

impl Socket {
    /// All notices that were heard until now.
    pub async fn notices(&mut self) -> Vec<Message> {
        self.say(&ClientFrame::Ping).await;
        let mut notices = Vec::new();
        loop {
            match self.hear().await {
                ServerFrame::Pong => return notices,
                ServerFrame::Messages { messages } => notices.extend(messages),
                _ => {}
            }
        }
    }
}
