//! Changes of a message: edits, deletions, reactions.

use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::{Body, Message, Page};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Seq, limits};
use uuid::Uuid;

use crate::harness::{Person, Socket, TestServer};

fn text(text: &str) -> Body {
    Body::Text { text: text.to_owned() }
}

/// A change asked for over a socket, and the id it goes by.
async fn ask(socket: &mut Socket, frame: impl FnOnce(ClientId) -> ClientFrame) -> ClientId {
    let client_id = ClientId(Uuid::now_v7());
    socket.say(&frame(client_id)).await;
    client_id
}

async fn edit(socket: &mut Socket, conversation: ConversationId, seq: i64, to: &str) -> ClientId {
    let body = text(to);
    ask(socket, |client_id| ClientFrame::Edit { conversation, client_id, seq: Seq(seq), body }).await
}

async fn delete(socket: &mut Socket, conversation: ConversationId, seq: i64) -> ClientId {
    ask(socket, |client_id| ClientFrame::Delete { conversation, client_id, seq: Seq(seq) }).await
}

async fn react(socket: &mut Socket, conversation: ConversationId, seq: i64, on: bool) -> ClientId {
    let emoji = "👍".to_owned();
    ask(socket, |client_id| ClientFrame::React { conversation, client_id, seq: Seq(seq), emoji, on }).await
}

/// The next message that is heard, whole.
async fn heard(socket: &mut Socket) -> Message {
    socket
        .hear_until(|frame| match frame {
            ServerFrame::Message { message } => Some(message),
            _ => None,
        })
        .await
}

async fn say(socket: &mut Socket, conversation: ConversationId, text: &str) {
    let client_id = socket.write(conversation, text).await;
    socket.acknowledged(client_id).await;
}

async fn all_after(person: &Person, conversation: ConversationId, mut change: i64) -> Vec<Message> {
    let mut found = Vec::new();
    loop {
        let page: Page = person.page(conversation, &format!("changed_after={change}")).await;
        found.extend(page.messages);
        match found.last() {
            Some(last) if page.more => change = last.change.0,
            _ => return found,
        }
    }
}

#[tokio::test]
async fn an_edit_reaches_every_device_and_is_caught_up_with() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    say(&mut mias, dialog, "at sx").await;
    say(&mut mias, dialog, "bring olives").await;
    let id = edit(&mut mias, dialog, 1, " at six ").await;
    let (_, _, edited) = (heard(&mut leos).await, heard(&mut leos).await, heard(&mut leos).await);
    assert_eq!((edited.seq, edited.change, &edited.body), (Seq(1), Change(3), &text("at six")));
    assert!(edited.edited_at.is_some());
    assert_eq!(heard(&mut mias).await, edited, "the device that asked gets it whole, too");
    let head = mias.acknowledged(id).await;
    assert_eq!((head.seq, head.change), (Seq(1), Change(3)));
    let missed: Page = leo.page(dialog, "changed_after=2").await;
    assert_eq!(missed.messages, [edited]);
    assert_eq!(missed.head.change, Change(3));
}

#[tokio::test]
async fn a_deleted_message_says_nothing_any_more_and_is_not_unread() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    say(&mut mias, dialog, "hello @leo").await;
    say(&mut mias, dialog, "two").await;
    react(&mut leos, dialog, 1, true).await;
    let seen = leo.conversation(dialog).await;
    assert_eq!((seen.unread, seen.mentions), (2, 1));
    let id = delete(&mut mias, dialog, 1).await;
    mias.acknowledged(id).await;
    let page = leo.page(dialog, "").await;
    assert_eq!((&page.messages[0].body, page.messages[0].reactions.len()), (&Body::Deleted, 0));
    let seen = leo.conversation(dialog).await;
    assert_eq!((seen.unread, seen.mentions), (1, 0));
    let again = delete(&mut mias, dialog, 1).await;
    assert_eq!(mias.acknowledged(again).await.change, Change(4), "it is deleted once");
    assert_eq!(leo.conversation(dialog).await.head.change, Change(4));
}

#[tokio::test]
async fn reactions_add_up_and_are_taken_back() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    say(&mut mias, dialog, "done!").await;
    for socket in [&mut mias, &mut leos] {
        let id = react(socket, dialog, 1, true).await;
        socket.acknowledged(id).await;
    }
    let twice = react(&mut leos, dialog, 1, true).await;
    assert_eq!(leos.acknowledged(twice).await.change, Change(3), "nothing changes the second time");
    let message = &mia.page(dialog, "").await.messages[0];
    assert_eq!((message.reactions.len(), &message.reactions[0].users), (1, &vec![mia.id(), leo.id()]));
    for socket in [&mut mias, &mut leos] {
        let id = react(socket, dialog, 1, false).await;
        socket.acknowledged(id).await;
    }
    assert_eq!(mia.page(dialog, "").await.messages[0].reactions, []);
}

#[tokio::test]
async fn what_may_not_be_changed_is_refused_and_stays() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    say(&mut mias, dialog, "mine").await;
    let (a, b, c) = (
        edit(&mut leos, dialog, 1, "his").await,
        delete(&mut leos, dialog, 1).await,
        edit(&mut leos, dialog, 9, "x").await,
    );
    assert_eq!(leos.error().await, (Code::NotYours, Some(a)));
    assert_eq!(leos.error().await, (Code::NotYours, Some(b)));
    assert_eq!(leos.error().await, (Code::MessageNotFound, Some(c)));
    let empty = edit(&mut mias, dialog, 1, "  ").await;
    assert_eq!(mias.error().await, (Code::EmptyMessage, Some(empty)));
    let word = ask(&mut mias, |client_id| ClientFrame::React {
        conversation: dialog,
        client_id,
        seq: Seq(1),
        emoji: "ok".to_owned(),
        on: true,
    });
    let word = word.await;
    assert_eq!(mias.error().await, (Code::InvalidEmoji, Some(word)));
    let elsewhere = ConversationId(Uuid::now_v7());
    let id = delete(&mut mias, elsewhere, 1).await;
    assert_eq!(mias.error().await, (Code::ConversationNotFound, Some(id)));
    let gone = delete(&mut mias, dialog, 1).await;
    mias.acknowledged(gone).await;
    let late = edit(&mut mias, dialog, 1, "back").await;
    assert_eq!(mias.error().await, (Code::MessageDeleted, Some(late)));
    let late = react(&mut leos, dialog, 1, true).await;
    assert_eq!(leos.error().await, (Code::MessageDeleted, Some(late)));
    assert_eq!(mia.page(dialog, "").await.messages[0].body, Body::Deleted);
}

#[tokio::test]
async fn an_old_edit_sent_again_undoes_no_later_one() {
    let server = TestServer::start().await;
    let (mia, _, dialog) = server.two_friends().await;
    let mut mias = mia.connect().await;
    say(&mut mias, dialog, "one").await;
    let first = edit(&mut mias, dialog, 1, "two").await;
    let answer = mias.acknowledged(first).await;
    let second = edit(&mut mias, dialog, 1, "three").await;
    mias.acknowledged(second).await;
    let again = ClientFrame::Edit { conversation: dialog, client_id: first, seq: Seq(1), body: text("two") };
    mias.say(&again).await;
    assert_eq!(mias.acknowledged(first).await, answer, "the first answer again");
    assert_eq!(mia.page(dialog, "").await.messages[0].body, text("three"));
}

#[tokio::test]
async fn a_conversation_has_a_limit_of_reactions_to_one_message() {
    let server = TestServer::start().await;
    let (mia, _, dialog) = server.two_friends().await;
    let mut mias = mia.connect().await;
    say(&mut mias, dialog, "popular").await;
    let emoji = |number: usize| char::from_u32(0x1f300 + number as u32).unwrap().to_string();
    for number in 0..=limits::REACTIONS {
        let emoji = emoji(number);
        let id = ask(&mut mias, |client_id| ClientFrame::React {
            conversation: dialog,
            client_id,
            seq: Seq(1),
            emoji,
            on: true,
        });
        let id = id.await;
        if number < limits::REACTIONS {
            mias.acknowledged(id).await;
        } else {
            assert_eq!(mias.error().await, (Code::TooMany, Some(id)));
        }
    }
}

/// Whatever was changed and from wherever one catches up: each message that changed since, once, in the order of its
/// latest change.
#[tokio::test]
async fn what_changed_since_is_found_from_anywhere() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let mut mias = mia.connect().await;
    let mut last = ClientId(Uuid::nil());
    for number in 1..=150_i64 {
        last = mias.write(dialog, &number.to_string()).await;
        if number % 3 == 0 {
            mias.acknowledged(last).await;
            last =
                edit(&mut mias, dialog, number * 7_919 / 3 % number + 1, &format!("edited {number}")).await;
        }
        if number % 10 == 0 {
            last = delete(&mut mias, dialog, number / 2 + 1).await;
        }
    }
    mias.hear_until(|frame| match frame {
        ServerFrame::Ack { client_id, .. } if client_id == last => Some(()),
        ServerFrame::Error { client_id: Some(client_id), .. } if client_id == last => Some(()),
        _ => None,
    })
    .await;
    mias.pong().await;
    let mut all = Vec::new();
    let mut before = i64::MAX;
    while before > 1 {
        let page = leo.page(dialog, &format!("before={before}")).await;
        before = page.messages[0].seq.0;
        all.extend(page.messages);
    }
    all.sort_by_key(|message| message.change);
    let head = leo.conversation(dialog).await.head;
    assert!(head.change.0 > 180 && all.last().unwrap().change <= head.change);
    for change in (0..=head.change.0).step_by(7).chain([head.change.0]) {
        let wanted: Vec<_> = all.iter().filter(|message| message.change.0 > change).cloned().collect();
        assert_eq!(all_after(&leo, dialog, change).await, wanted, "changed after {change}");
    }
}

#[tokio::test]
async fn a_page_around_a_message_has_both_sides_of_it() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let mut mias = mia.connect().await;
    for number in 1..=30 {
        say(&mut mias, dialog, &number.to_string()).await;
    }
    let seqs = |page: &Page| page.messages.iter().map(|message| message.seq.0).collect::<Vec<_>>();
    let page = leo.page(dialog, "around=15&limit=6").await;
    assert_eq!((seqs(&page), page.more), (vec![12, 13, 14, 15, 16, 17], true));
    let page = leo.page(dialog, "around=29&limit=6").await;
    assert_eq!((seqs(&page), page.more), (vec![26, 27, 28, 29, 30], false));
    let page = leo.page(dialog, "around=1&limit=6").await;
    assert_eq!((seqs(&page), page.more), (vec![1, 2, 3], true));
}
