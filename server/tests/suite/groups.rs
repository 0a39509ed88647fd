//! Groups: making one, who is in it, what each of them hears.

use kith_shared::conversation::{Conversation, ConversationKind};
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::problem::Code;
use kith_shared::{ConversationId, Seq, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Person, TestServer, read, refused};

async fn group(maker: &Person, title: &str, members: &[&Person]) -> ConversationId {
    let members: Vec<_> = members.iter().map(|member| member.id()).collect();
    let body = json!({"title": title, "members": members});
    let made = maker.post(routes::CONVERSATIONS_GROUP, body).await;
    read::<Conversation>(made, StatusCode::CREATED).await.id
}

/// Mia, who is a friend of both, and Leo and Ada, who are strangers to each other.
async fn three(server: &TestServer) -> (Person, Person, Person) {
    let (mia, leo, ada) =
        (server.register("mia").await, server.register("leo").await, server.register("ada").await);
    mia.befriends(&leo).await;
    mia.befriends(&ada).await;
    (mia, leo, ada)
}

#[tokio::test]
async fn everybody_of_a_group_sees_it_and_hears_what_is_written() {
    let server = TestServer::start().await;
    let (mia, leo, ada) = three(&server).await;
    let mut leos = leo.connect().await;
    let id = group(&mia, " The harbour ", &[&leo, &ada]).await;
    let told = leos
        .hear_until(|frame| match frame {
            ServerFrame::Conversation { conversation } if conversation.id == id => Some(conversation),
            _ => None,
        })
        .await;
    assert_eq!((told.kind, told.title.as_deref()), (ConversationKind::Group, Some("The harbour")));
    assert_eq!((told.members.len(), told.revision, told.writable), (3, 1, true));

    let mut adas = ada.connect().await;
    let said = leos.write(id, "Strangers can talk here.").await;
    leos.acknowledged(said).await;
    assert_eq!(adas.message().await, (Seq(1), "Strangers can talk here.".to_owned()));
    assert_eq!(mia.conversation(id).await.unread, 1);
}

#[tokio::test]
async fn a_new_title_and_new_members_are_told_with_the_next_revision() {
    let server = TestServer::start().await;
    let (mia, leo, ada) = three(&server).await;
    let id = group(&mia, "Two", &[&leo]).await;
    let (mut mias, mut leos, mut adas) = (mia.connect().await, leo.connect().await, ada.connect().await);
    let renamed = leo.ask(Method::PATCH, &routes::conversation(id), Some(json!({"title": "Three"}))).await;
    assert_eq!(read::<Conversation>(renamed, StatusCode::OK).await.title.as_deref(), Some("Three"));
    let said = mias.write(id, "before she came").await;
    mias.acknowledged(said).await;
    mia.post(&routes::members(id), json!({"users": [ada.id(), leo.id()]})).await;

    let heard = leos
        .hear_until(|frame| match frame {
            ServerFrame::Members { revision, added, removed, .. } => Some((revision, added, removed)),
            _ => None,
        })
        .await;
    assert_eq!((heard.0, heard.1.len(), heard.1[0].user.id, heard.2), (3, 1, ada.id(), vec![]));
    let whole = adas
        .hear_until(|frame| match frame {
            ServerFrame::Conversation { conversation } if conversation.id == id => Some(conversation),
            _ => None,
        })
        .await;
    assert_eq!((whole.members.len(), whole.unread, whole.head.seq), (3, 0, Seq(1)), "nothing is unread yet");
    assert_eq!(ada.page(id, "").await.messages.len(), 1, "but all of it can be read");
    let said = leos.write(id, "hello").await;
    leos.acknowledged(said).await;
    assert_eq!(adas.message().await.1, "hello");
}

#[tokio::test]
async fn who_leaves_is_gone_and_hears_no_more() {
    let server = TestServer::start().await;
    let (mia, leo, ada) = three(&server).await;
    let id = group(&mia, "Three", &[&leo, &ada]).await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let left = leo.ask(Method::DELETE, &routes::membership(id), None).await;
    assert_eq!(left.status(), StatusCode::NO_CONTENT);
    let gone =
        |frame| matches!(frame, ServerFrame::Left { conversation } if conversation == id).then_some(());
    leos.hear_until(gone).await;
    let removed = mias
        .hear_until(|frame| match frame {
            ServerFrame::Members { removed, .. } => Some(removed),
            _ => None,
        })
        .await;
    assert_eq!(removed, [leo.id()]);

    let said = mias.write(id, "he is gone").await;
    mias.acknowledged(said).await;
    let refused_id = leos.write(id, "am I?").await;
    assert_eq!(leos.error().await, (Code::ConversationNotFound, Some(refused_id)), "he heard nothing before");
    let all: Vec<Conversation> = leo.get(routes::CONVERSATIONS).await;
    assert!(all.iter().all(|conversation| conversation.id != id));
    refused(leo.ask(Method::GET, &routes::messages(id), None).await, Code::ConversationNotFound).await;
}

#[tokio::test]
async fn a_stranger_finds_no_group_whatever_they_ask() {
    let server = TestServer::start().await;
    let (mia, leo, ada) = three(&server).await;
    let id = group(&mia, "Two", &[&leo]).await;
    let asks = [
        (Method::GET, routes::conversation(id), None),
        (Method::GET, routes::messages(id), None),
        (Method::PATCH, routes::conversation(id), Some(json!({"title": "Mine"}))),
        (Method::POST, routes::members(id), Some(json!({"users": [mia.id()]}))),
        (Method::DELETE, routes::membership(id), None),
    ];
    for (method, path, body) in asks {
        refused(ada.ask(method, &path, body).await, Code::ConversationNotFound).await;
    }
    let mut adas = ada.connect().await;
    adas.say(&ClientFrame::Read { conversation: id, seq: Seq(1) }).await;
    assert_eq!(adas.error().await.0, Code::ConversationNotFound);
}

#[tokio::test]
async fn a_group_is_of_friends_with_a_title_and_no_dialog_is_one() {
    let server = TestServer::start().await;
    let (mia, leo, ada) = three(&server).await;
    let make = |title: &str, members: serde_json::Value| json!({"title": title, "members": members});
    let create = |body| mia.post(routes::CONVERSATIONS_GROUP, body);
    refused(create(make("  ", json!([leo.id()]))).await, Code::InvalidTitle).await;
    refused(leo.post(routes::CONVERSATIONS_GROUP, make("Two", json!([ada.id()]))).await, Code::NotFriends)
        .await;
    refused(create(make("Many", json!(vec![leo.id(); 1_001]))).await, Code::TooMany).await;
    let id = group(&mia, "Two", &[&leo]).await;
    refused(leo.post(&routes::members(id), json!({"users": [ada.id()]})).await, Code::NotFriends).await;
    let dialog = mia.befriends(&leo).await;
    refused(
        mia.ask(Method::PATCH, &routes::conversation(dialog), Some(json!({"title": "Us"}))).await,
        Code::NotAGroup,
    )
    .await;
    refused(mia.ask(Method::DELETE, &routes::membership(dialog), None).await, Code::NotAGroup).await;
}

#[tokio::test]
async fn how_far_one_has_read_in_a_group_is_ones_own_affair() {
    let server = TestServer::start().await;
    let (mia, leo, ada) = three(&server).await;
    let id = group(&mia, "Three", &[&leo, &ada]).await;
    let (mut mias, mut leos, mut leos_phone) =
        (mia.connect().await, leo.connect().await, server.log_in("leo").await.connect().await);
    let said = mias.write(id, "one").await;
    mias.acknowledged(said).await;
    leos.message().await;
    leos.say(&ClientFrame::Read { conversation: id, seq: Seq(1) }).await;
    let mark = |frame| match frame {
        ServerFrame::Read { user, seq, .. } => Some((user, seq)),
        _ => None,
    };
    assert_eq!(leos_phone.hear_until(mark).await, (leo.id(), Seq(1)));
    let said = leos.write(id, "two").await;
    leos.acknowledged(said).await;
    let next = mias
        .hear_until(|frame| match frame {
            ServerFrame::Read { .. } => panic!("she hears of his mark"),
            ServerFrame::Message { message } => Some(message.seq),
            _ => None,
        })
        .await;
    assert_eq!(next, Seq(2));
    let seen = mia.conversation(id).await;
    assert!(seen.members.iter().all(|member| member.user.id == mia.id() || member.read == Seq::ZERO));
}
