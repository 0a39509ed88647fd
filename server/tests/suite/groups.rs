use kith_shared::conversation::{Conversation, ConversationKind, Role};
use kith_shared::frame::{ClientFrame, ConversationState, ServerFrame};
use kith_shared::problem::Code;
use kith_shared::{ClientId, ConversationId, Seq, UserId, limits, routes};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{Person, Socket, TestServer, read, refused};

#[tokio::test]
async fn a_group_is_made_and_every_device_of_its_members_sees_it_whole() {
    let server = TestServer::start().await;
    let [mia, leo, ana] = three_friends(&server).await;
    let mut phone = mia.connect().await;
    let mut leos = leo.connect().await;

    let group = mia.groups("  Harbour ", &[&leo, &ana, &leo, &mia]).await;
    assert_eq!((group.kind, group.title.as_deref()), (ConversationKind::Group, Some("Harbour")));
    assert_eq!((group.revision, group.unread, group.writable), (0, 0, true));
    assert_eq!(members(&group), sorted(&[&mia, &leo, &ana]));
    assert_eq!(phone.conversation().await, group);
    assert_eq!(members(&leos.conversation().await), members(&group));
    assert_eq!(ana.conversation(group.id).await.title, group.title);

    let sent = leos.write(group.id, "hello all").await;
    leos.acknowledged(sent).await;
    assert_eq!(phone.message().await.1, "hello all");
    let one: Conversation = ana.get(&routes::conversation(group.id)).await;
    assert_eq!((one.head.seq, one.unread), (Seq(2), 1));
}

#[tokio::test]
async fn a_new_member_reads_what_was_said_before_and_has_nothing_unread() {
    let server = TestServer::start().await;
    let [mia, leo, ana] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    let (mut mias, mut leos, mut anas) = (mia.connect().await, leo.connect().await, ana.connect().await);
    for text in ["one", "two"] {
        let sent = mias.write(group, text).await;
        mias.acknowledged(sent).await;
    }
    let seen: Conversation = read(mia.adds(group, &[&ana, &leo]).await, StatusCode::OK).await;
    assert_eq!((members(&seen), seen.revision), (sorted(&[&mia, &leo, &ana]), 1));
    assert_eq!(leos.members().await, (1, vec![ana.id()], vec![]), "one who was there is left alone");

    let shown = anas.conversation().await;
    assert_eq!((shown.id, shown.revision, shown.unread, shown.head.seq), (group, 1, 0, Seq(4)));
    assert_eq!(mark(&shown, &ana), Seq(3));
    assert_eq!(mark(&shown, &mia), Seq::ZERO);
    assert_eq!(ana.page(group, "").await.messages.len(), 4);
    let sent = mias.write(group, "three").await;
    mias.acknowledged(sent).await;
    assert_eq!(anas.message().await, (Seq(5), "three".to_owned()));
    assert_eq!(ana.conversation(group).await.unread, 1);

    // Nobody new: nothing is heard of it.
    let seen: Conversation = read(mia.adds(group, &[&ana, &mia]).await, StatusCode::OK).await;
    assert_eq!(seen.revision, 1);
    leos.hears_no_members().await;
}

#[tokio::test]
async fn whoever_leaves_hears_no_more_and_can_come_back() {
    let server = TestServer::start().await;
    let [mia, leo, _] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);

    assert_eq!(leo.leaves(group).await.status(), StatusCode::NO_CONTENT);
    leos.hear_until(|frame| (frame == ServerFrame::Left { conversation: group }).then_some(())).await;
    assert_eq!(mias.members().await, (1, vec![], vec![leo.id()]));
    let sent = mias.write(group, "where is Leo?").await;
    mias.acknowledged(sent).await;
    leos.say(&ClientFrame::Ping).await;
    assert_eq!(leos.hear().await, ServerFrame::Pong, "nothing is heard of the group");
    assert!(leo.get::<Vec<Conversation>>(routes::CONVERSATIONS).await.iter().all(|seen| seen.id != group));
    refused(leo.leaves(group).await, Code::ConversationNotFound).await;

    read::<Conversation>(mia.adds(group, &[&leo]).await, StatusCode::OK).await;
    let shown = leos.conversation().await;
    assert_eq!((shown.revision, shown.unread, mark(&shown, &leo)), (2, 0, Seq(3)));
    let sent = leos.write(group, "here").await;
    leos.acknowledged(sent).await;
    assert_eq!(mias.message().await.1, "here");

    assert_eq!(mia.leaves(group).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(leo.leaves(group).await.status(), StatusCode::NO_CONTENT, "the last one may go too");
    refused(leo.adds(group, &[&leo]).await, Code::ConversationNotFound).await;
}

#[tokio::test]
async fn only_friends_are_added_and_only_as_many_as_fit() {
    let server = TestServer::start().await;
    let [mia, leo, ana] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    refused(leo.adds(group, &[&ana]).await, Code::NotFriends).await;
    let stranger = server.register("eve").await;
    refused(mia.adds(group, &[&ana, &stranger]).await, Code::NotFriends).await;
    let body = json!({"title": "Ours", "members": [leo.id(), UserId(Uuid::now_v7())]});
    refused(mia.post(routes::CONVERSATIONS_GROUP, body).await, Code::NotFriends).await;
    assert_eq!(members(&mia.conversation(group).await), sorted(&[&mia, &leo]), "none of them was added");

    let crowd: Vec<_> = (0..limits::GROUP_MEMBERS).map(|_| Uuid::now_v7()).collect();
    let body = json!({"title": "Crowd", "members": crowd});
    refused(mia.post(routes::CONVERSATIONS_GROUP, body).await, Code::TooMany).await;
    let body = json!({"users": crowd[1..]});
    refused(mia.post(&routes::members(group), body).await, Code::TooMany).await;
}

#[tokio::test]
async fn a_direct_dialog_is_no_group() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    refused(mia.adds(dialog, &[&leo]).await, Code::NotAGroup).await;
    refused(mia.renames(dialog, "Ours").await, Code::NotAGroup).await;
    refused(mia.leaves(dialog).await, Code::NotAGroup).await;
    refused(mia.removes(dialog, &leo).await, Code::NotAGroup).await;
    refused(mia.makes(dialog, &leo, Role::Admin).await, Code::NotAGroup).await;
    let seen: Conversation = mia.get(&routes::conversation(dialog)).await;
    assert_eq!((seen.kind, seen.title, seen.revision), (ConversationKind::Direct, None, 0));
}

#[tokio::test]
async fn a_stranger_finds_no_group_whatever_they_ask() {
    let server = TestServer::start().await;
    let [mia, leo, _] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    let eve = server.register("eve").await;
    let (mut mias, mut eves) = (mia.connect().await, eve.connect().await);
    let sent = mias.write(group, "just us").await;
    mias.acknowledged(sent).await;
    // One that exists and one that does not are not to be told apart.
    for conversation in [group, ConversationId(Uuid::now_v7())] {
        for (method, path, body) in [
            (Method::GET, routes::conversation(conversation), None),
            (Method::PATCH, routes::conversation(conversation), Some(json!({"title": "Mine"}))),
            (Method::POST, routes::members(conversation), Some(json!({"users": [eve.id()]}))),
            (Method::PATCH, routes::member(conversation, leo.id()), Some(json!({"role": "admin"}))),
            (Method::DELETE, routes::member(conversation, leo.id()), None),
            (Method::DELETE, routes::membership(conversation), None),
            (Method::GET, routes::messages(conversation), None),
        ] {
            refused(eve.ask(method, &path, body).await, Code::ConversationNotFound).await;
        }
        let (client_id, seq) = (ClientId(Uuid::now_v7()), Seq(1));
        let body = kith_shared::message::Body::text("let me in");
        for (frame, named) in [
            (ClientFrame::Send { conversation, client_id, body: body.clone() }, Some(client_id)),
            (ClientFrame::Edit { conversation, client_id, seq, body }, Some(client_id)),
            (ClientFrame::Delete { conversation, client_id, seq }, Some(client_id)),
            (
                ClientFrame::React { conversation, client_id, seq, emoji: "👍".to_owned(), on: true },
                Some(client_id),
            ),
            (ClientFrame::Read { conversation, seq }, None),
            (ClientFrame::Received { conversation, seq }, None),
            (ClientFrame::Typing { conversation }, None),
        ] {
            eves.say(&frame).await;
            assert_eq!(eves.error().await, (Code::ConversationNotFound, named), "{frame:?}");
        }
    }
    mias.say(&ClientFrame::Ping).await;
    assert_eq!(mias.hear().await, ServerFrame::Pong, "its members hear of nothing");
}

#[tokio::test]
async fn read_marks_in_a_group_are_ones_own() {
    let server = TestServer::start().await;
    let [mia, leo, _] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let mut tablet = server.log_in("leo").await.connect().await;
    let sent = mias.write(group, "read this").await;
    mias.acknowledged(sent).await;
    leos.say(&ClientFrame::Read { conversation: group, seq: Seq(1) }).await;
    let mark_of = |frame| match frame {
        ServerFrame::Read { user, seq, .. } => Some((user, seq)),
        _ => None,
    };
    assert_eq!(tablet.hear_until(mark_of).await, (leo.id(), Seq(1)));
    mias.say(&ClientFrame::Ping).await;
    assert_eq!(mias.hear().await, ServerFrame::Pong, "the others do not hear of it");

    assert_eq!(mark(&mia.conversation(group).await, &leo), Seq::ZERO);
    assert_eq!(mark(&leo.conversation(group).await, &leo), Seq(1));
    let states = welcome(&mia).await;
    let in_group = states.iter().find(|state| state.conversation == group).unwrap();
    assert!(in_group.reads.iter().map(|mark| mark.user).eq([mia.id()]));
    assert!(states.iter().filter(|state| state.conversation != group).all(|state| state.reads.len() == 2));
    read::<Conversation>(mia.renames(group, "Boats").await, StatusCode::OK).await;
    let states = welcome(&mia).await;
    assert_eq!(states.iter().find(|state| state.conversation == group).unwrap().revision, 1);
}

#[tokio::test]
async fn parting_friends_and_blocking_changes_nothing_in_a_group() {
    let server = TestServer::start().await;
    let [mia, leo, _] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    assert!(mia.ask(Method::PUT, &routes::block(leo.id()), None).await.status().is_success());
    assert!(leo.conversation(group).await.writable);
    let mut leos = leo.connect().await;
    let sent = leos.write(group, "still here").await;
    leos.acknowledged(sent).await;
    refused(mia.adds(group, &[&server.register("eve").await]).await, Code::NotFriends).await;
}

/// Mia, who is Leo's and Ana's friend; the two do not know each other.
pub async fn three_friends(server: &TestServer) -> [Person; 3] {
    let (mia, leo, _) = server.two_friends().await;
    let ana = server.register("ana").await;
    mia.befriends(&ana).await;
    [mia, leo, ana]
}

async fn welcome(person: &Person) -> Vec<ConversationState> {
    match person.connect_unwelcomed().await.hear().await {
        ServerFrame::Welcome { conversations, .. } => conversations,
        other => panic!("not the welcome: {other:?}"),
    }
}

pub fn members(group: &Conversation) -> Vec<UserId> {
    let mut ids: Vec<_> = group.members.iter().map(|member| member.user.id).collect();
    ids.sort_unstable();
    ids
}

pub fn sorted(people: &[&Person]) -> Vec<UserId> {
    let mut ids: Vec<_> = people.iter().map(|person| person.id()).collect();
    ids.sort_unstable();
    ids
}

fn mark(group: &Conversation, of: &Person) -> Seq {
    group.members.iter().find(|member| member.user.id == of.id()).expect("a member").read
}

impl Person {
    pub async fn adds(&self, group: ConversationId, people: &[&Self]) -> Response {
        let users: Vec<_> = people.iter().map(|person| person.id()).collect();
        self.post(&routes::members(group), json!({"users": users})).await
    }

    pub async fn renames(&self, group: ConversationId, title: &str) -> Response {
        self.ask(Method::PATCH, &routes::conversation(group), Some(json!({"title": title}))).await
    }

    pub async fn leaves(&self, group: ConversationId) -> Response {
        self.ask(Method::DELETE, &routes::membership(group), None).await
    }
}

impl Socket {
    /// The next conversation shown.
    pub async fn conversation(&mut self) -> Conversation {
        self.hear_until(|frame| match frame {
            ServerFrame::Conversation { conversation } => Some(conversation),
            _ => None,
        })
        .await
    }

    /// The next change of members: revision, who came, who went.
    pub async fn members(&mut self) -> (i64, Vec<UserId>, Vec<UserId>) {
        self.hear_until(|frame| match frame {
            ServerFrame::Members { revision, added, removed, .. } => {
                Some((revision, added.iter().map(|member| member.user.id).collect(), removed))
            }
            _ => None,
        })
        .await
    }

    async fn hears_no_members(&mut self) {
        self.say(&ClientFrame::Ping).await;
        self.hear_until(|frame| match frame {
            ServerFrame::Members { .. } => panic!("nobody came or went: {frame:?}"),
            frame => (frame == ServerFrame::Pong).then_some(()),
        })
        .await;
    }
}
