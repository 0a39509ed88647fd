//! Messages that are a sticker.

use std::time::Duration;

use kith_server::media::MediaConfig;
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::sticker::{Pack, SentSticker};
use kith_shared::{ClientId, FileId, PackId, Seq, routes};
use reqwest::{Method, StatusCode};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{files, picture};
use crate::harness::{PATIENCE, Socket, TestServer, refused};

fn sticker(pack: PackId, file: FileId) -> SentSticker {
    let (emoji, content_type) = Default::default();
    SentSticker { pack, file, emoji, content_type, width: 0, height: 0, reply_to: None, forwarded: false }
}

fn sent(sticker: SentSticker) -> Body {
    Body::Sticker(Box::new(sticker))
}

/// The next message, which is a sticker.
async fn next(socket: &mut Socket) -> (Seq, SentSticker) {
    let sticker = |frame| match frame {
        ServerFrame::Messages { messages } => {
            let message = messages.into_iter().next()?;
            let Body::Sticker(sent) = message.body else { return None };
            Some((message.seq, *sent))
        }
        _ => None,
    };
    socket.hear_until(sticker).await
}

#[tokio::test]
async fn the_server_says_what_a_sticker_is_whatever_its_sender_says() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let ours: Pack = mia.get(&routes::pack(PackId::OURS)).await;
    let (mut of_mia, mut of_leo) = (mia.connect().await, leo.connect().await);
    let wanted = &ours.stickers[2];
    let lies = SentSticker {
        emoji: "<b>".to_owned(),
        content_type: "text/html".to_owned(),
        width: 9_999,
        reply_to: None,
        ..sticker(ours.id, wanted.file)
    };
    let first = of_mia.send_body(dialog, sent(lies)).await;
    let seq = of_mia.acknowledged(first).await.seq;
    assert_eq!(next(&mut of_leo).await, (seq, SentSticker::of(ours.id, wanted)));
    let answer = SentSticker { reply_to: Some(seq), forwarded: true, ..sticker(ours.id, wanted.file) };
    let second = of_leo.send_body(dialog, sent(answer)).await;
    of_leo.acknowledged(second).await;
    let (_, heard) = next(&mut of_mia).await;
    assert_eq!((heard.reply_to, heard.forwarded, heard.emoji), (Some(seq), true, wanted.emoji.clone()));
    let nowhere = SentSticker { reply_to: Some(Seq(99)), ..sticker(ours.id, wanted.file) };
    let third = of_leo.send_body(dialog, sent(nowhere)).await;
    assert_eq!(of_leo.error().await, (Code::MessageNotFound, Some(third)));
}

#[tokio::test]
async fn what_no_pack_has_is_no_sticker() {
    let server = TestServer::start().await;
    let (mia, _, dialog) = server.two_friends().await;
    let ours: Pack = mia.get(&routes::pack(PackId::OURS)).await;
    let brought = mia.brings(&picture(1)).await;
    let mut socket = mia.connect().await;
    for unknown in [
        sticker(ours.id, brought),
        sticker(ours.id, FileId([7; 32])),
        sticker(PackId(Uuid::now_v7()), ours.stickers[0].file),
    ] {
        let id = socket.send_body(dialog, sent(unknown.clone())).await;
        assert_eq!(socket.error().await, (Code::StickerNotFound, Some(id)));
        let client_id = ClientId(Uuid::now_v7());
        let (conversation, body, at) = (dialog, sent(unknown), i64::MAX / 2);
        socket.say(&ClientFrame::Schedule { conversation, client_id, body, at }).await;
        assert_eq!(socket.error().await, (Code::StickerNotFound, Some(client_id)));
    }
}

#[tokio::test]
async fn a_sticker_is_not_edited_and_is_deleted_as_any_message() {
    let server = TestServer::start().await;
    let (mia, _, dialog) = server.two_friends().await;
    let ours: Pack = mia.get(&routes::pack(PackId::OURS)).await;
    let mut socket = mia.connect().await;
    let id = socket.send_body(dialog, sent(sticker(ours.id, ours.stickers[0].file))).await;
    let seq = socket.acknowledged(id).await.seq;
    let client_id = ClientId(Uuid::now_v7());
    let body = Body::text("no sticker");
    socket.say(&ClientFrame::Edit { conversation: dialog, client_id, seq, body }).await;
    assert_eq!(socket.error().await, (Code::NotYours, Some(client_id)));
    let client_id = ClientId(Uuid::now_v7());
    socket.say(&ClientFrame::Delete { conversation: dialog, client_id, seq }).await;
    socket.pong().await;
    let page = mia.page(dialog, "limit=1").await;
    assert_eq!(page.messages[0].body, Body::Deleted);
}

#[tokio::test]
async fn a_sticker_stays_where_it_was_sent_when_its_pack_is_gone_and_goes_with_the_last_message() {
    let unused_life = Duration::from_millis(300);
    let server = TestServer::start_with(MediaConfig { unused_life, ..MediaConfig::default() }).await;
    let (mia, leo, dialog) = server.two_friends().await;
    let pack = mia.makes_pack_of("Cats", &["😺", "😸"]).await;
    let [kept, unsent] = files(&pack)[..] else { panic!("two stickers") };
    let mut socket = mia.connect().await;
    let id = socket.send_body(dialog, sent(sticker(pack.id, kept))).await;
    let seq = socket.acknowledged(id).await.seq;
    let gone = mia.ask(Method::DELETE, &routes::pack(pack.id), None).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    let collected = async |file: FileId| {
        let begin = Instant::now();
        while mia.file(file).await.status() == StatusCode::OK {
            assert!(begin.elapsed() < PATIENCE, "{file} is still there");
            sleep(Duration::from_millis(20)).await;
        }
    };
    collected(unsent).await;
    assert_eq!(leo.file(kept).await.status(), StatusCode::OK);
    let client_id = ClientId(Uuid::now_v7());
    socket.say(&ClientFrame::Delete { conversation: dialog, client_id, seq }).await;
    collected(kept).await;
}

#[tokio::test]
async fn what_a_pack_names_is_kept_though_nobody_sends_it() {
    let unused_life = Duration::from_millis(100);
    let server = TestServer::start_with(MediaConfig { unused_life, ..MediaConfig::default() }).await;
    let mia = server.register("mia").await;
    let pack = mia.makes_pack_of("Cats", &["😺"]).await;
    // What is collected is younger than the pack's file: that one was looked at too.
    let unused = mia.brings(&picture(100)).await;
    let begin = Instant::now();
    while mia.file(unused).await.status() == StatusCode::OK {
        assert!(begin.elapsed() < PATIENCE, "nothing is collected");
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(mia.file(files(&pack)[0]).await.status(), StatusCode::OK);
    refused(mia.file(unused).await, Code::FileNotFound).await;
}
