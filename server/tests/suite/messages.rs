use kith_shared::frame::ServerFrame;
use kith_shared::message::{Body, Head};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, Seq, limits, routes};
use reqwest::Method;
use uuid::Uuid;

use crate::harness::{TestServer, refused};

#[tokio::test]
async fn a_message_reaches_every_device_of_both_once_and_its_sender_is_acknowledged() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut phone = mia.connect().await;
    let mut laptop = server.log_in("mia").await.connect().await;
    let mut leos = leo.connect().await;

    let client_id = phone.write(conversation, "  hello\nLeo ").await;
    assert_eq!(phone.acknowledged(client_id).await, Head { seq: Seq(1), change: Change(1) });
    assert_eq!(laptop.message().await, (Seq(1), "hello\nLeo".to_owned()));
    assert_eq!(leos.message().await, (Seq(1), "hello\nLeo".to_owned()));

    let second = phone.write(conversation, "again").await;
    let next = phone.hear().await;
    assert!(matches!(next, ServerFrame::Ack { client_id, .. } if client_id == second), "{next:?}");
}

#[tokio::test]
async fn a_message_sent_twice_is_one_message_with_one_answer() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let client_id = ClientId(Uuid::now_v7());
    for _ in 0..3 {
        mias.write_as(conversation, client_id, "once").await;
    }
    let mut again = server.log_in("mia").await.connect().await;
    let first = mias.acknowledged(client_id).await;
    assert_eq!(mias.acknowledged(client_id).await, first);
    assert_eq!(mias.acknowledged(client_id).await, first);
    again.write_as(conversation, client_id, "once, from another device").await;
    assert_eq!(again.acknowledged(client_id).await, first);

    let last = mias.write(conversation, "done").await;
    mias.acknowledged(last).await;
    assert_eq!(leos.message().await.1, "once");
    assert_eq!(leos.message().await.1, "done");
    assert_eq!(leo.page(conversation, "").await.messages.len(), 2);
}

#[tokio::test]
async fn a_client_id_cannot_be_used_in_two_conversations() {
    let server = TestServer::start().await;
    let (mia, _leo, with_leo) = server.two_friends().await;
    let ana = server.register("ana").await;
    let with_ana = mia.befriends(&ana).await;
    let mut socket = mia.connect().await;
    let client_id = socket.write(with_leo, "for Leo").await;
    socket.acknowledged(client_id).await;
    socket.write_as(with_ana, client_id, "for Ana").await;
    assert_eq!(socket.error().await, (Code::ClientIdReused, Some(client_id)));
    assert!(ana.page(with_ana, "").await.messages.is_empty());
}

#[tokio::test]
async fn many_at_once_get_dense_numbers_in_the_order_each_one_wrote() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    for n in 0..200 {
        mias.write(conversation, &format!("m{n}")).await;
        leos.write(conversation, &format!("l{n}")).await;
    }
    // Each hears the other's 200 messages and an acknowledgement for each of its own.
    for _ in 0..200 {
        mias.message().await;
        leos.message().await;
    }
    let mut all = Vec::new();
    let mut after = 0;
    while after < 400 {
        let page = mia.page(conversation, &format!("after={after}")).await;
        after += page.messages.len() as i64;
        assert_eq!(page.more, after < 400);
        all.extend(page.messages);
    }
    assert!(all.iter().map(|message| message.seq.0).eq(1..=400));
    assert!(all.iter().map(|message| message.change.0).eq(1..=400));
    for (person, letter) in [(&mia, 'm'), (&leo, 'l')] {
        let texts: Vec<_> = all.iter().filter(|message| message.sender == person.id()).collect();
        for (n, message) in texts.iter().enumerate() {
            assert_eq!(message.body, Body::Text { text: format!("{letter}{n}") });
        }
    }
}

#[tokio::test]
async fn history_is_paged_both_ways_and_by_change() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut socket = mia.connect().await;
    let mut last = None;
    for n in 1..=25 {
        last = Some(socket.write(conversation, &n.to_string()).await);
    }
    socket.acknowledged(last.unwrap()).await;

    let seqs = async |query: &str| {
        let page = leo.page(conversation, query).await;
        assert_eq!(page.head, Head { seq: Seq(25), change: Change(25) });
        (page.messages.iter().map(|message| message.seq.0).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(seqs("limit=5").await, ((21..=25).collect(), true));
    assert_eq!(seqs("before=21&limit=5").await, ((16..=20).collect(), true));
    assert_eq!(seqs("before=4").await, (vec![1, 2, 3], false));
    assert_eq!(seqs("after=22").await, (vec![23, 24, 25], false));
    assert_eq!(seqs("after=0&limit=2").await, (vec![1, 2], true));
    assert_eq!(seqs("changed_after=23").await, (vec![24, 25], false));
    assert_eq!(seqs("after=25").await, (vec![], false));
    assert_eq!(seqs(&format!("limit={}", limits::PAGE_MESSAGES * 9)).await.0.len(), 25);

    for bad in ["before=2&after=3", "before=x", "limit=-1"] {
        let path = format!("{}?{bad}", routes::messages(conversation));
        refused(leo.ask(Method::GET, &path, None).await, Code::InvalidQuery).await;
    }
}

#[tokio::test]
async fn read_marks_go_forward_only_and_unread_follows_them() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    for text in ["one", "two", "three"] {
        let sent = mias.write(conversation, text).await;
        mias.acknowledged(sent).await;
    }
    let sent = leos.write(conversation, "my own").await;
    leos.acknowledged(sent).await;
    assert_eq!(leo.conversation(conversation).await.unread, 3);
    assert_eq!(mia.conversation(conversation).await.unread, 1);

    leos.reads(conversation, 2).await;
    assert_eq!(mias.read_mark().await, (leo.id(), Seq(2)));
    assert_eq!(leos.read_mark().await, (leo.id(), Seq(2)), "one's other devices hear of it too");
    assert_eq!(leo.conversation(conversation).await.unread, 1);

    leos.reads(conversation, 1).await;
    leos.reads(conversation, 4).await;
    assert_eq!(mias.read_mark().await, (leo.id(), Seq(4)), "it never goes back");
    assert_eq!(leo.conversation(conversation).await.unread, 0);

    leos.reads(conversation, 5).await;
    assert_eq!(leos.error().await, (Code::SeqInFuture, None));
    leos.pong().await;
}

#[tokio::test]
async fn somebody_elses_conversation_can_be_neither_read_nor_written() {
    let server = TestServer::start().await;
    let (_mia, _leo, conversation) = server.two_friends().await;
    let eve = server.register("eve").await;
    let mut socket = eve.connect().await;
    let client_id = socket.write(conversation, "let me in").await;
    assert_eq!(socket.error().await, (Code::ConversationNotFound, Some(client_id)));
    socket.reads(conversation, 0).await;
    assert_eq!(socket.error().await, (Code::ConversationNotFound, None));
    socket.types(conversation).await;
    assert_eq!(socket.error().await, (Code::ConversationNotFound, None));
    refused(eve.ask(Method::GET, &routes::messages(conversation), None).await, Code::ConversationNotFound)
        .await;
}

impl crate::harness::Socket {
    async fn reads(&mut self, conversation: kith_shared::ConversationId, seq: i64) {
        self.say(&kith_shared::frame::ClientFrame::Read { conversation, seq: Seq(seq) }).await;
    }

    async fn types(&mut self, conversation: kith_shared::ConversationId) {
        self.say(&kith_shared::frame::ClientFrame::Typing { conversation }).await;
    }

    async fn read_mark(&mut self) -> (kith_shared::UserId, Seq) {
        self.hear_until(|frame| match frame {
            ServerFrame::Read { user, seq, .. } => Some((user, seq)),
            _ => None,
        })
        .await
    }
}
