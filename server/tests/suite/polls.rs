//! Polls: what is asked, who may vote and close, and who hears what; asked of the server itself.

use kith_shared::frame::ClientFrame;
use kith_shared::message::{Body, Head, Message, Voters, Votes};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Seq, routes};
use reqwest::Method;
use uuid::Uuid;

use crate::harness::{Person, Socket, TestServer, refused};
use crate::roles::with_an_admin;

#[tokio::test]
async fn votes_are_counted_for_all_and_what_one_chose_is_told_to_ones_own_devices() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let mut laptop = server.log_in("leo").await.connect().await;
    let id = mias.says(conversation, poll(true)).await;
    mias.acknowledged(id).await;

    let vote = leos.votes(conversation, 1, &[2, 0, 2]).await;
    let told = leos.changed_to(Change(2)).await;
    assert_eq!(told.votes, votes(&[1, 0, 1], 1, Some(&[0, 2])));
    assert_eq!(leos.acknowledged(vote).await.change, Change(2), "after the message itself");
    assert_eq!(laptop.changed_to(Change(2)).await, told);
    assert_eq!(mias.changed_to(Change(2)).await.votes, votes(&[1, 0, 1], 1, None), "nobody else's to know");
    assert_eq!(mia.shown(conversation).await.votes, votes(&[1, 0, 1], 1, Some(&[])));
    assert_eq!(leo.shown(conversation).await, told);
    assert_eq!(leo.conversation(conversation).await.last_message, Some(told));

    let vote = mias.votes(conversation, 1, &[1]).await;
    mias.acknowledged(vote).await;
    let told = leos.changed_to(Change(3)).await;
    assert_eq!(told.votes, votes(&[1, 1, 1], 2, None), "a device keeps what it knows of its own");
    let again = leos.votes(conversation, 1, &[0, 2]).await;
    assert_eq!(leos.acknowledged(again).await.change, Change(3), "it is so already");
    let other = leos.votes(conversation, 1, &[1]).await;
    leos.acknowledged(other).await;
    assert_eq!(leo.shown(conversation).await.votes, votes(&[0, 2, 0], 2, Some(&[1])));
    for (socket, left) in [(&mut leos, votes(&[0, 1, 0], 1, Some(&[]))), (&mut mias, None)] {
        let back = socket.votes(conversation, 1, &[]).await;
        socket.acknowledged(back).await;
        assert_eq!(leo.shown(conversation).await.votes, left);
    }
}

#[tokio::test]
async fn a_vote_sent_again_undoes_no_later_one() {
    let server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    mias.says(conversation, poll(false)).await;
    let first = mias.votes(conversation, 1, &[0]).await;
    let second = mias.votes(conversation, 1, &[1]).await;
    mias.acknowledged(second).await;
    mias.votes_as(conversation, first, 1, &[0]).await;
    assert_eq!(mias.acknowledged(first).await.change, Change(2), "its first answer");
    assert_eq!(mia.shown(conversation).await.votes, votes(&[0, 1, 0], 1, Some(&[1])));
}

#[tokio::test]
async fn what_is_no_poll_and_votes_for_what_is_not_there_are_refused() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let one = Body::Poll {
        question: "How?".to_owned(),
        options: vec!["By boat".to_owned()],
        multiple: false,
        closed: false,
    };
    let id = mias.says(conversation, one).await;
    assert_eq!(mias.error().await, (Code::InvalidPoll, Some(id)));
    mias.says(conversation, poll(false)).await;
    mias.write(conversation, "no poll").await;
    mias.pong().await;
    for (seq, options) in [(1, &[3][..]), (1, &[0, 1]), (1, &[u32::MAX]), (2, &[0])] {
        let id = leos.votes(conversation, seq, options).await;
        assert_eq!(leos.error().await, (Code::InvalidVote, Some(id)), "{seq} {options:?}");
    }
    let id = leos.votes(conversation, 3, &[0]).await;
    assert_eq!(leos.error().await, (Code::MessageNotFound, Some(id)));
    let id = mias.edits(conversation, 1, "Something else?").await;
    assert_eq!(mias.error().await, (Code::NotYours, Some(id)), "nobody voted for that");
    assert_eq!(mia.page(conversation, "").await.head.change, Change(2), "nothing has changed");

    let ana = server.register("ana").await;
    let mut anas = ana.connect().await;
    let id = anas.votes(conversation, 1, &[0]).await;
    assert_eq!(anas.error().await, (Code::ConversationNotFound, Some(id)));
    for (person, seq, code) in [
        (&ana, 1, Code::ConversationNotFound),
        (&leo, 2, Code::InvalidVote),
        (&leo, 3, Code::MessageNotFound),
    ] {
        let path = routes::votes(conversation, Seq(seq));
        refused(person.ask(Method::GET, &path, None).await, code).await;
    }
    let gone = mias.deletes(conversation, 1).await;
    mias.acknowledged(gone).await;
    let late = leos.votes(conversation, 1, &[0]).await;
    assert_eq!(leos.error().await, (Code::MessageDeleted, Some(late)));
    leo.ask(Method::DELETE, &routes::friend(mia.id()), None).await;
    let id = leos.votes(conversation, 1, &[0]).await;
    assert_eq!(leos.error().await, (Code::NotWritable, Some(id)));
}

#[tokio::test]
async fn nobody_votes_after_the_author_or_a_moderator_has_closed_it() {
    let server = TestServer::start().await;
    let (owner, admin, member, group) = with_an_admin(&server).await;
    let (mut owners, mut admins, mut members) =
        (owner.connect().await, admin.connect().await, member.connect().await);
    let id = owners.says(group, poll(false)).await;
    let others = owners.acknowledged(id).await.seq.0;
    let id = members.says(group, poll(false)).await;
    let Head { seq: Seq(own), change } = members.acknowledged(id).await;
    let id = members.closes(group, others).await;
    assert_eq!(members.error().await, (Code::NotYours, Some(id)));
    let id = owners.votes(group, own, &[2]).await;
    owners.acknowledged(id).await;
    let id = admins.closes(group, own).await;
    let closed = change.next().next();
    assert_eq!(admins.acknowledged(id).await.change, closed);
    let shown = members.changed_to(closed).await;
    assert!(matches!(shown.body, Body::Poll { closed: true, .. }), "{shown:?}");
    assert_eq!(shown.votes, votes(&[0, 0, 1], 1, None), "what was voted stands");
    let id = members.closes(group, own).await;
    assert_eq!(members.acknowledged(id).await.change, closed, "it is closed already");
    for options in [&[0][..], &[]] {
        let id = owners.votes(group, own, options).await;
        assert_eq!(owners.error().await, (Code::PollClosed, Some(id)));
    }
    let id = members.reacts(group, own, "🎉", true).await;
    members.acknowledged(id).await;
}

#[tokio::test]
async fn who_chose_what_is_told_to_members_and_gone_with_the_poll() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    mias.says(conversation, poll(true)).await;
    for (socket, options) in [(&mut mias, &[0, 1][..]), (&mut leos, &[1])] {
        let id = socket.votes(conversation, 1, options).await;
        socket.acknowledged(id).await;
    }
    let path = routes::votes(conversation, Seq(1));
    let voters: Voters = leo.get(&path).await;
    let names: Vec<Vec<_>> =
        voters.options.iter().map(|users| users.iter().map(|user| &*user.username).collect()).collect();
    assert_eq!(names, [vec!["mia"], vec!["mia", "leo"], vec![]]);
    let found: kith_shared::search::SearchResults = leo.get("/api/v1/search?q=how%20do").await;
    assert_eq!(found.messages, [leo.shown(conversation).await]);

    let id = mias.deletes(conversation, 1).await;
    mias.acknowledged(id).await;
    assert_eq!(mia.shown(conversation).await.votes, None);
    refused(leo.ask(Method::GET, &path, None).await, Code::MessageDeleted).await;
}

fn poll(multiple: bool) -> Body {
    let options = ["By boat", "By train", "Not at all"].map(str::to_owned).to_vec();
    Body::Poll { question: "How do we go?".to_owned(), options, multiple, closed: false }
}

fn votes(counts: &[u32], voters: u32, voted: Option<&[u32]>) -> Option<Votes> {
    Some(Votes { counts: counts.to_vec(), voters, voted: voted.map(<[u32]>::to_vec) })
}

impl Person {
    /// The first message.
    async fn shown(&self, conversation: ConversationId) -> Message {
        self.page(conversation, "").await.messages.remove(0)
    }
}

impl Socket {
    async fn votes(&mut self, conversation: ConversationId, seq: i64, options: &[u32]) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        self.votes_as(conversation, client_id, seq, options).await;
        client_id
    }

    async fn votes_as(
        &mut self,
        conversation: ConversationId,
        client_id: ClientId,
        seq: i64,
        options: &[u32],
    ) {
        let options = options.to_vec();
        self.say(&ClientFrame::Vote { conversation, client_id, seq: Seq(seq), options }).await;
    }

    async fn closes(&mut self, conversation: ConversationId, seq: i64) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        self.say(&ClientFrame::ClosePoll { conversation, client_id, seq: Seq(seq) }).await;
        client_id
    }
}
