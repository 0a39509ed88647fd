use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::{Body, Head, Posted};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Seq, limits, routes};
use reqwest::{Method, StatusCode};
use uuid::Uuid;

use crate::harness::{TestServer, read, refused};

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
async fn a_burst_sent_again_adds_only_what_is_new() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut socket = mia.connect().await;
    let mut ids = Vec::new();
    for n in 0..100 {
        ids.push(socket.write(conversation, &format!("old {n}")).await);
    }
    let last = *ids.last().unwrap();
    assert_eq!(socket.acknowledged(last).await.seq, Seq(100));
    let mut again = server.log_in("mia").await.connect().await;
    for (n, id) in ids.iter().enumerate() {
        again.write_as(conversation, *id, &format!("old {n}")).await;
        again.write(conversation, &format!("new {n}")).await;
    }
    let last = again.write(conversation, "last").await;
    assert_eq!(again.acknowledged(last).await, Head { seq: Seq(201), change: Change(201) });
    let pages = [leo.page(conversation, "after=0").await, leo.page(conversation, "after=100").await];
    let stored: Vec<_> = pages.iter().flat_map(|page| &page.messages).collect();
    assert!(stored.iter().map(|message| message.seq.0).eq(1..=200));
    let texts = (0..100).map(|n| format!("old {n}")).chain((0..100).map(|n| format!("new {n}")));
    assert!(stored.iter().map(|message| message.body.clone()).eq(texts.map(Body::text)));
}

#[tokio::test]
async fn what_was_written_is_acknowledged_again_even_to_who_may_write_no_more() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut socket = mia.connect().await;
    let sent = socket.write(conversation, "hello").await;
    let head = socket.acknowledged(sent).await;
    leo.ask(Method::DELETE, &routes::friend(mia.id()), None).await;
    socket.write_as(conversation, sent, "hello").await;
    assert_eq!(socket.acknowledged(sent).await, head);
    let late = socket.write(conversation, "too late").await;
    assert_eq!(socket.error().await, (Code::NotWritable, Some(late)));
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
            assert_eq!(message.body, Body::text(format!("{letter}{n}")));
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
    assert_eq!(seqs("after=999").await, (vec![], false), "nothing is there yet");
    assert_eq!(seqs(&format!("limit={}", limits::PAGE_MESSAGES * 9)).await.0.len(), 25);

    for bad in ["before=2&after=3", "before=x", "after=9223372036854775808", "limit=-1", "before=%ff"] {
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

    for future in [5, i64::MAX] {
        leos.reads(conversation, future).await;
        assert_eq!(leos.error().await, (Code::SeqInFuture, None));
    }
    leos.reads(conversation, -1).await;
    leos.pong().await;
    assert_eq!(leo.conversation(conversation).await.unread, 0);
}

#[tokio::test]
async fn somebody_elses_conversation_can_be_neither_read_nor_written() {
    let server = TestServer::start().await;
    let (mia, leo, theirs) = server.two_friends().await;
    let (eve, ana) = (server.register("eve").await, server.register("ana").await);
    let mine = eve.befriends(&ana).await;
    let (mut socket, mut mias) = (eve.connect().await, mia.connect().await);
    // One that exists and one that does not are not to be told apart.
    for conversation in [theirs, ConversationId(Uuid::now_v7())] {
        let client_id = socket.write(conversation, "let me in").await;
        assert_eq!(socket.error().await, (Code::ConversationNotFound, Some(client_id)));
        socket.reads(conversation, 0).await;
        assert_eq!(socket.error().await, (Code::ConversationNotFound, None));
        socket.types(conversation).await;
        assert_eq!(socket.error().await, (Code::ConversationNotFound, None));
        let page = eve.ask(Method::GET, &routes::messages(conversation), None).await;
        refused(page, Code::ConversationNotFound).await;
    }
    let sent = socket.write(mine, "hello Ana").await;
    assert_eq!(socket.acknowledged(sent).await.seq, Seq(1));
    assert!(leo.page(theirs, "").await.messages.is_empty());
    mias.say(&ClientFrame::Ping).await;
    assert_eq!(mias.hear().await, ServerFrame::Pong, "its members hear of nothing");
}

#[tokio::test]
async fn any_text_comes_out_as_it_went_in() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let longest = "\u{1f980}".repeat(limits::MESSAGE_CHARS);
    let texts = [
        "a\u{0}b",
        "\"}],\\u0000\\",
        "'); DROP TABLE messages; --",
        "<b>&amp;</b>",
        "e\u{301} \u{202e}abc",
        &longest,
    ];
    for text in texts {
        mias.write(conversation, text).await;
        assert_eq!(leos.message().await.1, text);
    }
    let stored = leo.page(conversation, "").await.messages;
    assert!(stored.iter().map(|message| &message.body).eq(&texts.map(Body::text)));
}

impl crate::harness::Socket {
    async fn reads(&mut self, conversation: ConversationId, seq: i64) {
        self.say(&ClientFrame::Read { conversation, seq: Seq(seq) }).await;
    }

    async fn types(&mut self, conversation: ConversationId) {
        self.say(&ClientFrame::Typing { conversation }).await;
    }

    async fn read_mark(&mut self) -> (kith_shared::UserId, Seq) {
        self.hear_until(|frame| match frame {
            ServerFrame::Read { user, seq, .. } => Some((user, seq)),
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn what_is_sent_without_a_connection_is_the_same_message_over_one_and_so_are_marks() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut leos = leo.connect().await;
    let client_id = ClientId(Uuid::now_v7());
    let body = serde_json::json!({"client_id": client_id, "body": {"kind": "text", "text": " once "}});
    let path = routes::messages(conversation);
    let first: Posted = read(mia.post(&path, body.clone()).await, StatusCode::OK).await;
    let again: Posted = read(mia.post(&path, body.clone()).await, StatusCode::OK).await;
    assert_eq!(first, again);
    assert_eq!(first.head, Head { seq: Seq(1), change: Change(1) });
    let mut mias = mia.connect().await;
    mias.write_as(conversation, client_id, "once").await;
    assert_eq!(mias.acknowledged(client_id).await, first.head);
    assert_eq!(leos.message().await, (Seq(1), "once".to_owned()));

    let read_path = routes::read(conversation);
    let mark = |seq| leo.ask(Method::PUT, &read_path, Some(serde_json::json!({"seq": seq})));
    assert_eq!(mark(1).await.status(), StatusCode::NO_CONTENT);
    let heard = |frame| match frame {
        ServerFrame::Read { user, seq, .. } if user == leo.id() => Some(seq),
        _ => None,
    };
    assert_eq!(mias.hear_until(heard).await, Seq(1));
    refused(mark(2).await, Code::SeqInFuture).await;

    let ana = server.register("ana").await;
    refused(ana.post(&path, body).await, Code::ConversationNotFound).await;
    let empty =
        serde_json::json!({"client_id": ClientId(Uuid::now_v7()), "body": {"kind": "text", "text": " "}});
    refused(mia.post(&path, empty).await, Code::EmptyMessage).await;
    let refused_mark = ana.ask(Method::PUT, &read_path, Some(serde_json::json!({"seq": 1}))).await;
    refused(refused_mark, Code::ConversationNotFound).await;
    assert_eq!(leo.page(conversation, "").await.messages.len(), 1);
}
