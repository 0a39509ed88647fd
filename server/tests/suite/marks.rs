use kith_shared::frame::{ClientFrame, ConversationState, ServerFrame};
use kith_shared::message::Seen;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, Seq, UserId, routes};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Person, Socket, TestServer, refused};

#[tokio::test]
async fn what_a_device_has_stored_is_told_to_both_and_kept() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let mut tablet = server.log_in("leo").await.connect().await;
    for text in ["one", "two", "three"] {
        let sent = mias.write(dialog, text).await;
        mias.acknowledged(sent).await;
    }
    leos.received(dialog, 2).await;
    for socket in [&mut mias, &mut leos, &mut tablet] {
        assert_eq!(
            socket.mark().await,
            ServerFrame::Received { conversation: dialog, user: leo.id(), seq: Seq(2) }
        );
    }
    for person in [&mia, &leo] {
        assert_eq!(marks(person, dialog, &leo).await, [(0, 2); 2]);
        assert_eq!(marks(person, dialog, &mia).await, [(0, 0); 2]);
    }
}

#[tokio::test]
async fn delivered_marks_never_go_back_and_reading_is_having_received() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    for text in ["one", "two", "three"] {
        let sent = mias.write(dialog, text).await;
        mias.acknowledged(sent).await;
    }
    leos.received(dialog, 2).await;
    leos.received(dialog, 1).await;
    leos.received(dialog, 2).await;
    leos.received(dialog, 4).await;
    assert_eq!(leos.error().await, (Code::SeqInFuture, None));
    leos.say(&ClientFrame::Read { conversation: dialog, seq: Seq(1) }).await;
    leos.say(&ClientFrame::Read { conversation: dialog, seq: Seq(3) }).await;
    let read = |seq| ServerFrame::Read { conversation: dialog, user: leo.id(), seq: Seq(seq) };
    leos.hear_until(|frame| (frame == read(3)).then_some(())).await;
    leos.received(dialog, 2).await;
    leos.pong().await;

    let told: Vec<_> = mias.heard().await.into_iter().filter(is_mark).collect();
    let received = ServerFrame::Received { conversation: dialog, user: leo.id(), seq: Seq(2) };
    // The two may have been committed together.
    let both = [received.clone(), read(1), read(3)];
    assert!(told == both || told == [received, read(3)], "{told:?}");
    assert_eq!(marks(&mia, dialog, &leo).await, [(3, 3); 2]);
}

#[tokio::test]
async fn a_group_has_no_delivered_marks() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let group = mia.groups("Walks", &[&leo]).await.id;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let sent = mias.write(group, "hello").await;
    mias.acknowledged(sent).await;
    leos.received(group, 1).await;
    leos.say(&ClientFrame::Read { conversation: group, seq: Seq(1) }).await;
    leos.mark().await;
    assert!(!mias.heard().await.iter().any(is_mark));
    assert_eq!(marks(&mia, group, &leo).await[0], (0, 0));
    assert_eq!(marks(&leo, group, &leo).await, [(1, 0); 2]);
}

#[tokio::test]
async fn any_member_may_ask_who_has_seen_a_message() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let (zoe, eve) = (server.register("zoe").await, server.register("eve").await);
    mia.befriends(&zoe).await;
    mia.befriends(&eve).await;
    let group = mia.groups("Walks", &[&leo, &zoe]).await.id;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let mut seqs = Vec::new();
    for text in ["one", "two"] {
        let sent = mias.write(group, text).await;
        seqs.push(mias.acknowledged(sent).await.seq);
    }
    let [one, two] = seqs[..] else { panic!("two messages") };
    assert_eq!(seen(&mia, group, one).await, []);
    leos.say(&ClientFrame::Read { conversation: group, seq: one }).await;
    leos.mark().await;
    for person in [&mia, &leo, &zoe] {
        assert_eq!(seen(person, group, one).await, [leo.id()], "the sender is not named");
        assert_eq!(seen(person, group, two).await, []);
    }
    refused(eve.ask(Method::GET, &routes::seen(group, one), None).await, Code::ConversationNotFound).await;
    refused(mia.ask(Method::GET, &routes::seen(group, two.next()), None).await, Code::MessageNotFound).await;
    let path = routes::seen(group, one).replace(&format!("/{one}/"), "/x/");
    refused(mia.ask(Method::GET, &path, None).await, Code::InvalidQuery).await;

    // Who comes later counts what was written before as read, and has not seen it.
    mia.post(&routes::members(group), json!({"users": [eve.id()]})).await;
    assert_eq!(seen(&eve, group, one).await, [leo.id()]);
}

fn is_mark(frame: &ServerFrame) -> bool {
    matches!(frame, ServerFrame::Read { .. } | ServerFrame::Received { .. })
}

async fn seen(person: &Person, conversation: ConversationId, seq: Seq) -> Vec<UserId> {
    person.get::<Seen>(&routes::seen(conversation, seq)).await.users
}

/// How far `whose` has read and received, as `person` is told: in the list, and in the welcome, where a group's others are
/// not named.
pub async fn marks(person: &Person, id: ConversationId, whose: &Person) -> [(i64, i64); 2] {
    let conversation = person.conversation(id).await;
    let member = conversation.members.iter().find(|member| member.user.id == whose.id()).unwrap();
    let listed = (member.read.0, member.delivered.0);
    let mut socket = person.connect_unwelcomed().await;
    let ServerFrame::Welcome { conversations, .. } = socket.hear().await else { panic!("no welcome") };
    let here = |state: &ConversationState| state.conversation == id;
    let state = conversations.into_iter().find(here).unwrap();
    let mark = state.reads.iter().find(|mark| mark.user == whose.id());
    [listed, mark.map_or((0, 0), |mark| (mark.seq.0, mark.delivered.0))]
}

impl Socket {
    async fn received(&mut self, conversation: ConversationId, seq: i64) {
        self.say(&ClientFrame::Received { conversation, seq: Seq(seq) }).await;
    }

    /// The next mark that moved.
    async fn mark(&mut self) -> ServerFrame {
        self.hear_until(|frame| is_mark(&frame).then_some(frame)).await
    }
}
