use std::collections::BTreeMap;

use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::{Body, Head, Message, Page, Reaction};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Seq, limits, routes};
use reqwest::Method;
use uuid::Uuid;

use crate::harness::{Person, Socket, TestServer, refused};

#[tokio::test]
async fn an_edit_reaches_every_device_and_is_acknowledged_after_it() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut phone, mut leos) = (mia.connect().await, leo.connect().await);
    let mut laptop = server.log_in("mia").await.connect().await;
    let sent = phone.write(conversation, "helo").await;
    phone.acknowledged(sent).await;

    let edit = phone.edits(conversation, 1, " hello\n").await;
    let seen = phone.changed().await;
    assert_eq!(phone.acknowledged(edit).await, head(1, 2), "after the message itself");
    assert_eq!((&seen.body, seen.client_id, seen.change), (&text("hello"), sent, Change(2)));
    assert!(seen.edited_at.is_some_and(|at| at >= seen.sent_at));
    assert_eq!(laptop.changed().await, seen);
    assert_eq!(leos.changed().await, seen);
    assert_eq!(leo.page(conversation, "").await.messages, std::slice::from_ref(&seen));
    assert_eq!(leo.conversation(conversation).await.last_message, Some(seen));

    let next = phone.write(conversation, "next").await;
    assert_eq!(phone.acknowledged(next).await, head(2, 3));
}

#[tokio::test]
async fn a_deleted_message_keeps_its_place_and_nothing_it_said() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let sent = mias.write(conversation, "oops").await;
    mias.acknowledged(sent).await;
    for id in [mias.edits(conversation, 1, "ooops").await, mias.reacts(conversation, 1, "👍", true).await] {
        mias.acknowledged(id).await;
    }
    let gone = mias.deletes(conversation, 1).await;
    assert_eq!(mias.acknowledged(gone).await, head(1, 4));
    let seen = leos.changed_to(Change(4)).await;
    assert_eq!((&seen.body, seen.edited_at, seen.reactions.len()), (&Body::Deleted, None, 0));
    assert_eq!(leo.page(conversation, "").await.messages, [seen]);

    let again = mias.deletes(conversation, 1).await;
    assert_eq!(mias.acknowledged(again).await, head(1, 4), "it is deleted already");
    let edit = mias.edits(conversation, 1, "back").await;
    assert_eq!(mias.error().await, (Code::MessageDeleted, Some(edit)));
    let react = leos.reacts(conversation, 1, "👍", true).await;
    assert_eq!(leos.error().await, (Code::MessageDeleted, Some(react)));
    assert_eq!(leo.page(conversation, "").await.head, head(1, 4));
}

#[tokio::test]
async fn reactions_stand_in_the_order_they_came_and_can_be_taken_back() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let sent = mias.write(conversation, "olives?").await;
    mias.acknowledged(sent).await;
    for emoji in ["👍", "❤️"] {
        let id = leos.reacts(conversation, 1, emoji, true).await;
        leos.acknowledged(id).await;
    }
    let id = mias.reacts(conversation, 1, "👍", true).await;
    assert_eq!(mias.acknowledged(id).await, head(1, 4));
    let id = mias.reacts(conversation, 1, "👍", true).await;
    assert_eq!(mias.acknowledged(id).await, head(1, 4), "it is there already");
    let id = mias.reacts(conversation, 1, "🎉", false).await;
    assert_eq!(mias.acknowledged(id).await, head(1, 4), "it is not there");
    let of = |emoji: &str, users: &[&Person]| Reaction {
        emoji: emoji.to_owned(),
        users: users.iter().map(|person| person.id()).collect(),
    };
    let seen = leos.changed_to(Change(4)).await;
    assert_eq!(seen.reactions, [of("👍", &[&leo, &mia]), of("❤️", &[&leo])]);
    assert_eq!((seen.body, seen.edited_at), (text("olives?"), None));

    let id = leos.reacts(conversation, 1, "❤️", false).await;
    leos.acknowledged(id).await;
    let id = leos.reacts(conversation, 1, "👍", false).await;
    assert_eq!(leos.acknowledged(id).await, head(1, 6));
    assert_eq!(leo.page(conversation, "").await.messages[0].reactions, [of("👍", &[&mia])]);
    assert_eq!(leo.conversation(conversation).await.unread, 1);
}

#[tokio::test]
async fn a_message_takes_only_so_many_reactions() {
    let server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    mias.write(conversation, "all of them").await;
    let emoji = |n: usize| char::from_u32(0x1f300 + n as u32).unwrap().to_string();
    let mut last = None;
    for n in 0..limits::REACTIONS {
        last = Some(mias.reacts(conversation, 1, &emoji(n), true).await);
    }
    mias.acknowledged(last.unwrap()).await;
    let more = mias.reacts(conversation, 1, &emoji(limits::REACTIONS), true).await;
    assert_eq!(mias.error().await, (Code::TooMany, Some(more)));
    let less = mias.reacts(conversation, 1, &emoji(0), false).await;
    mias.acknowledged(less).await;
    mias.reacts_as(conversation, more, 1, &emoji(limits::REACTIONS)).await;
    mias.acknowledged(more).await;
}

#[tokio::test]
async fn changes_that_may_not_be_are_refused_and_change_nothing() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let sent = mias.write(conversation, "mine").await;
    mias.acknowledged(sent).await;
    for (id, code) in [
        (leos.edits(conversation, 1, "yours").await, Code::NotYours),
        (leos.deletes(conversation, 1).await, Code::NotYours),
        (leos.edits(conversation, 2, "none").await, Code::MessageNotFound),
        (leos.deletes(conversation, 0).await, Code::MessageNotFound),
        (leos.reacts(conversation, i64::MAX, "👍", true).await, Code::MessageNotFound),
    ] {
        assert_eq!(leos.error().await, (code, Some(id)));
    }
    for (id, code) in [
        (mias.edits(conversation, 1, " \n").await, Code::EmptyMessage),
        (mias.edits(conversation, 1, &"x".repeat(limits::MESSAGE_CHARS + 1)).await, Code::MessageTooLong),
        (mias.reacts(conversation, 1, "ok", true).await, Code::InvalidEmoji),
    ] {
        assert_eq!(mias.error().await, (code, Some(id)));
    }
    let same = mias.edits(conversation, 1, "mine ").await;
    assert_eq!(mias.acknowledged(same).await, head(1, 1), "it says so already");

    leo.ask(Method::DELETE, &routes::friend(mia.id()), None).await;
    for id in [
        mias.edits(conversation, 1, "too late").await,
        mias.deletes(conversation, 1).await,
        mias.reacts(conversation, 1, "👍", true).await,
    ] {
        assert_eq!(mias.error().await, (Code::NotWritable, Some(id)));
    }
    let page = leo.page(conversation, "").await;
    assert_eq!((page.head, &page.messages[0].body), (head(1, 1), &text("mine")));
    leos.hears_no_message().await;
}

#[tokio::test]
async fn a_change_sent_again_is_answered_again_and_undoes_nothing() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let sent = mias.write(conversation, "first").await;
    let old = mias.edits(conversation, 1, "second").await;
    assert_eq!(mias.acknowledged(old).await, head(1, 2));
    let newer = mias.edits(conversation, 1, "third").await;
    assert_eq!(mias.acknowledged(newer).await, head(1, 3));

    let mut again = server.log_in("mia").await.connect().await;
    again.edits_as(conversation, old, 1, "second").await;
    assert_eq!(again.acknowledged(old).await, head(1, 2));
    assert_eq!(leo.page(conversation, "").await.messages[0].body, text("third"));
    leo.ask(Method::DELETE, &routes::friend(mia.id()), None).await;
    again.edits_as(conversation, old, 1, "second").await;
    assert_eq!(again.acknowledged(old).await, head(1, 2), "also to who may write no more");

    // One that changed nothing when it was first sent changes nothing later either.
    mia.befriends(&leo).await;
    let on = mias.reacts(conversation, 1, "👍", true).await;
    assert_eq!(mias.acknowledged(on).await, head(1, 4));
    let idle = mias.reacts(conversation, 1, "👍", true).await;
    assert_eq!(mias.acknowledged(idle).await, head(1, 4));
    let off = mias.reacts(conversation, 1, "👍", false).await;
    assert_eq!(mias.acknowledged(off).await, head(1, 5));
    again.reacts_as(conversation, idle, 1, "👍").await;
    assert_eq!(again.acknowledged(idle).await, head(1, 4));
    assert!(leo.page(conversation, "").await.messages[0].reactions.is_empty());

    assert_eq!(leos.changed_to(Change(5)).await.body, text("third"));
    leos.hears_no_message().await;
    // Somebody else's change of that name is their own.
    leos.reacts_as(conversation, old, 1, "👍").await;
    assert_eq!(leos.acknowledged(old).await, head(1, 6));
    again.edits_as(conversation, sent, 1, "fourth").await;
    assert_eq!(again.error().await, (Code::ClientIdReused, Some(sent)), "the name of a message");
}

#[tokio::test]
async fn the_name_of_a_change_cannot_be_used_for_another_message() {
    let server = TestServer::start().await;
    let (mia, _leo, with_leo) = server.two_friends().await;
    let ana = server.register("ana").await;
    let with_ana = mia.befriends(&ana).await;
    let mut mias = mia.connect().await;
    for conversation in [with_leo, with_leo, with_ana] {
        let sent = mias.write(conversation, "hello").await;
        mias.acknowledged(sent).await;
    }
    let edit = mias.edits(with_leo, 1, "hello you").await;
    mias.acknowledged(edit).await;
    for (conversation, seq) in [(with_ana, 1), (with_leo, 2)] {
        mias.edits_as(conversation, edit, seq, "hello you").await;
        assert_eq!(mias.error().await, (Code::ClientIdReused, Some(edit)));
    }
}

#[tokio::test]
async fn what_is_unread_leaves_out_ones_own_and_what_was_deleted() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let counts = async || {
        let seen = leo.conversation(group).await;
        (seen.unread, seen.mentions)
    };
    assert_eq!(counts().await, (0, 0));
    for text in ["hi @leo", "a@leo.example", "@leonie", "@LEO!", "no name"] {
        let sent = mias.write(group, text).await;
        mias.acknowledged(sent).await;
    }
    let sent = leos.write(group, "I am @leo").await;
    leos.acknowledged(sent).await;
    assert_eq!(counts().await, (5, 2));
    // The first is the notice that the group was made.
    for id in [mias.deletes(group, 2).await, mias.edits(group, 6, "\"@leo\"").await] {
        mias.acknowledged(id).await;
    }
    assert_eq!(counts().await, (4, 2));
    leos.say(&ClientFrame::Read { conversation: group, seq: Seq(5) }).await;
    leos.pong().await;
    let id = leos.write(group, "after the mark").await;
    leos.acknowledged(id).await;
    assert_eq!(counts().await, (1, 1));
}

#[tokio::test]
async fn two_devices_that_edit_at_once_end_with_the_same_message_everywhere() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut phone, mut leos) = (mia.connect().await, leo.connect().await);
    let mut laptop = server.log_in("mia").await.connect().await;
    let sent = phone.write(conversation, "draft").await;
    phone.acknowledged(sent).await;
    for n in 0..100 {
        phone.edits(conversation, 1, &format!("phone {n}")).await;
        laptop.edits(conversation, 1, &format!("laptop {n}")).await;
        laptop.write(conversation, &format!("between {n}")).await;
    }
    // Dense and in order, messages and their changes alike, and the same to all.
    let mut last = None;
    for change in 2..=301 {
        let seen = leos.changed().await;
        assert_eq!(seen.change, Change(change));
        last = if seen.seq == Seq(1) { Some(seen) } else { last };
    }
    let last = last.expect("it was edited");
    assert_eq!(phone.changed_to(last.change).await, last);
    assert_eq!(laptop.changed_to(last.change).await, last);
    assert_eq!(leo.page(conversation, "after=0&limit=1").await.messages, [last]);
}

#[tokio::test]
async fn who_was_offline_catches_up_with_every_change_by_pages() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    // What Leo's device had when it went offline: 60 of 250 messages, some of them changed.
    write(&mut mias, conversation, 60).await;
    change(&mut mias, &mut leos, conversation, 60, 40).await;
    let mut device = Device::default();
    device.catch_up(&leo, conversation, 100).await;
    let before = device.change;
    write(&mut mias, conversation, 190).await;
    change(&mut mias, &mut leos, conversation, 250, 230).await;
    write(&mut mias, conversation, 10).await;

    let now = everything(&leo, conversation).await;
    assert_eq!(now.len(), 260);
    assert!(now.iter().filter(|message| message.change > Change(350)).count() > 150);
    for (from, limit) in [(before, 100), (before, 7), (Change::ZERO, 100), (Change::ZERO, 33)] {
        let mut device = if from == before { device.clone() } else { Device::default() };
        device.catch_up(&leo, conversation, limit).await;
        assert!(device.messages.values().eq(&now), "from {from} by {limit}");
    }
    // Each page is the model's.
    let mut by_change = now;
    by_change.sort_by_key(|message| message.change);
    for from in (-1..=540).step_by(7) {
        let page = leo.page(conversation, &format!("changed_after={from}&limit=20")).await;
        let newer: Vec<_> = by_change.iter().filter(|message| message.change.0 > from).collect();
        assert!(page.messages.iter().eq(newer.iter().copied().take(20)), "after {from}");
        assert_eq!(page.more, newer.len() > 20, "after {from}");
    }
}

#[tokio::test]
async fn a_page_around_a_message_holds_both_sides_of_it() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    write(&mut mias, conversation, 25).await;
    let seqs = async |query: &str| {
        let page: Page = leo.page(conversation, query).await;
        (page.messages.iter().map(|message| message.seq.0).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(seqs("around=12&limit=5").await, ((10..=14).collect(), true));
    assert_eq!(seqs("around=12&limit=6").await, ((9..=14).collect(), true));
    assert_eq!(seqs("around=12&limit=1").await, (vec![12], true));
    assert_eq!(seqs("around=2&limit=6").await, ((1..=4).collect(), true));
    assert_eq!(seqs("around=24&limit=6").await, ((21..=25).collect(), false));
    assert_eq!(seqs("around=12").await, ((1..=25).collect(), false));
    assert_eq!(seqs("around=999&limit=6").await, ((23..=25).collect(), false), "nothing is there yet");
    assert_eq!(seqs("around=0&limit=6").await, ((1..=3).collect(), true));
    for bad in ["around=1&after=2", "around=1&before=2", "changed_after=1&around=2", "around=x"] {
        let path = format!("{}?{bad}", routes::messages(conversation));
        refused(leo.ask(Method::GET, &path, None).await, Code::InvalidQuery).await;
    }
}

/// What a device holds of one conversation, and how far it has come.
#[derive(Clone, Default)]
struct Device {
    messages: BTreeMap<Seq, Message>,
    change: Change,
}

impl Device {
    async fn catch_up(&mut self, person: &Person, conversation: ConversationId, limit: u32) {
        loop {
            let query = format!("changed_after={}&limit={limit}", self.change);
            let page = person.page(conversation, &query).await;
            for message in page.messages {
                assert!(message.change > self.change, "in the order of changes");
                self.change = message.change;
                self.messages.insert(message.seq, message);
            }
            if !page.more {
                return assert_eq!(self.change, page.head.change);
            }
        }
    }
}

async fn everything(person: &Person, conversation: ConversationId) -> Vec<Message> {
    let mut all: Vec<Message> = Vec::new();
    loop {
        let page = person.page(conversation, &format!("after={}", all.len())).await;
        all.extend(page.messages);
        if !page.more {
            return all;
        }
    }
}

/// So many messages of the first one's, durable.
async fn write(socket: &mut Socket, conversation: ConversationId, count: usize) {
    let mut last = None;
    for n in 0..count {
        last = Some(socket.write(conversation, &n.to_string()).await);
    }
    socket.acknowledged(last.unwrap()).await;
}

/// So many edits, deletions and reactions by both, all over the first `messages`; durable.
async fn change(
    writer: &mut Socket,
    other: &mut Socket,
    conversation: ConversationId,
    messages: i64,
    count: i64,
) {
    for n in 0..count {
        let seq = n * 7_919 % messages + 1;
        // What is deleted already is refused some of these, which changes nothing.
        match n % 5 {
            0 => writer.deletes(conversation, seq).await,
            1 | 2 => writer.edits(conversation, seq, &format!("edit {n}")).await,
            _ => other.reacts(conversation, seq, "👍", true).await,
        };
    }
    // The connections' writes are in order: these two are the last.
    for socket in [writer, other] {
        let last = socket.reacts(conversation, 3, "🎉", true).await;
        socket
            .hear_until(|frame| match frame {
                ServerFrame::Ack { client_id, .. } if client_id == last => Some(()),
                ServerFrame::Error { client_id: Some(id), .. } if id == last => Some(()),
                _ => None,
            })
            .await;
    }
}

fn text(text: &str) -> Body {
    Body::text(text)
}

fn head(seq: i64, change: i64) -> Head {
    Head { seq: Seq(seq), change: Change(change) }
}

impl Socket {
    pub async fn edits(&mut self, conversation: ConversationId, seq: i64, to: &str) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        self.edits_as(conversation, client_id, seq, to).await;
        client_id
    }

    async fn edits_as(&mut self, conversation: ConversationId, client_id: ClientId, seq: i64, to: &str) {
        self.say(&ClientFrame::Edit { conversation, client_id, seq: Seq(seq), body: text(to) }).await;
    }

    pub async fn deletes(&mut self, conversation: ConversationId, seq: i64) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        self.say(&ClientFrame::Delete { conversation, client_id, seq: Seq(seq) }).await;
        client_id
    }

    pub async fn reacts(
        &mut self,
        conversation: ConversationId,
        seq: i64,
        emoji: &str,
        on: bool,
    ) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        let emoji = emoji.to_owned();
        self.say(&ClientFrame::React { conversation, client_id, seq: Seq(seq), emoji, on }).await;
        client_id
    }

    async fn reacts_as(&mut self, conversation: ConversationId, client_id: ClientId, seq: i64, emoji: &str) {
        let emoji = emoji.to_owned();
        self.say(&ClientFrame::React { conversation, client_id, seq: Seq(seq), emoji, on: true }).await;
    }

    /// The next message that is not the first one new; no acknowledgement comes before it.
    async fn changed(&mut self) -> Message {
        self.hear_until(|frame| match frame {
            ServerFrame::Messages { messages } => {
                messages.into_iter().find(|message| message.change > Change(1))
            }
            ServerFrame::Ack { .. } => panic!("acknowledged before it came: {frame:?}"),
            _ => None,
        })
        .await
    }

    /// The message that came with this change.
    pub async fn changed_to(&mut self, change: Change) -> Message {
        self.hear_until(|frame| match frame {
            ServerFrame::Messages { messages } => {
                messages.into_iter().find(|message| message.change == change)
            }
            _ => None,
        })
        .await
    }

    async fn hears_no_message(&mut self) {
        self.say(&ClientFrame::Ping).await;
        self.hear_until(|frame| match frame {
            ServerFrame::Messages { messages } => panic!("heard {messages:?}"),
            frame => (frame == ServerFrame::Pong).then_some(()),
        })
        .await;
    }
}
