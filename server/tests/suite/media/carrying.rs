//! Messages that carry files.

use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::media::{Attachment, FileKind};
use kith_shared::message::{Body, Message};
use kith_shared::problem::Code;
use kith_shared::{ClientId, FileId, Seq};
use reqwest::StatusCode;
use uuid::Uuid;

use super::{PNG, attachment, carrying, noise, png};
use crate::harness::{Socket, TestServer, refused};

async fn next(socket: &mut Socket) -> Message {
    let message = |frame| match frame {
        ServerFrame::Messages { messages } => messages.into_iter().next(),
        _ => None,
    };
    socket.hear_until(message).await
}

#[tokio::test]
async fn a_message_says_of_its_files_what_they_are() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let (photo, page) = (mia.brings(&png(640, 480)).await, mia.brings(b"<!doctype html><p>hi").await);
    let (mut of_mia, mut of_leo) = (mia.connect().await, leo.connect().await);
    let mut lies = attachment(photo, "photo", "../../cat.png");
    (lies.size, lies.width, lies.height) = (7, Some(1), Some(1));
    lies.content_type = "text/html".to_owned();
    let files = vec![lies, attachment(page, "photo", "dog.png")];
    let sent = of_mia.send_body(dialog, carrying(" Look! ", files)).await;
    of_mia.acknowledged(sent).await;
    let message = next(&mut of_leo).await;
    let Body::Text { text, files, .. } = message.body else { panic!("a text") };
    assert_eq!(text, "Look!");
    let told = |file: &Attachment| (file.name.clone(), file.kind, file.content_type.clone(), file.width);
    let cat = ("cat.png".to_owned(), FileKind::Photo, "image/png".to_owned(), Some(640));
    let dog = ("dog.png".to_owned(), FileKind::File, "text/html".to_owned(), None);
    assert_eq!(files.iter().map(told).collect::<Vec<_>>(), [cat, dog]);
    assert_eq!((files[0].size, files[0].height), (PNG.len() as i64, Some(480)));
}

#[tokio::test]
async fn a_photo_held_upright_is_believed_to_be() {
    let server = TestServer::start().await;
    let (mia, _, dialog) = server.two_friends().await;
    let mut upright = attachment(mia.brings(&png(640, 480)).await, "photo", "cat.png");
    (upright.width, upright.height) = (Some(480), Some(640));
    let mut socket = mia.connect().await;
    let sent = socket.send_body(dialog, carrying("", vec![upright])).await;
    socket.acknowledged(sent).await;
    let page = mia.page(dialog, "").await;
    let newest = page.messages.last().unwrap();
    assert_eq!((newest.body.files()[0].width, newest.body.files()[0].height), (Some(480), Some(640)));
}

#[tokio::test]
async fn nobody_sends_what_they_do_not_have() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let file = leo.brings(PNG).await;
    let mut socket = mia.connect().await;
    let mut with_thumb = attachment(mia.brings(b"hello").await, "file", "a.txt");
    with_thumb.thumb = Some(file);
    for files in [
        vec![attachment(FileId([1; 32]), "photo", "none.png")],
        vec![attachment(file, "photo", "leos.png")],
        vec![with_thumb],
    ] {
        let sent = socket.send_body(dialog, carrying("", files)).await;
        assert_eq!(socket.error().await, (Code::FileNotFound, Some(sent)));
    }
    // Not even somebody who could name it gets to see it by that.
    refused(mia.file(file).await, Code::FileNotFound).await;
}

#[tokio::test]
async fn a_few_bytes_that_say_they_are_a_billion_pixels_are_no_photo() {
    let server = TestServer::start().await;
    let (mia, _, dialog) = server.two_friends().await;
    let bomb = mia.brings(&png(60_000, 60_000)).await;
    let mut socket = mia.connect().await;
    let sent = socket.send_body(dialog, carrying("", vec![attachment(bomb, "photo", "a.png")])).await;
    assert_eq!(socket.error().await, (Code::TooManyPixels, Some(sent)));
    let mut thumbed = attachment(mia.brings(b"hello").await, "file", "a.txt");
    thumbed.thumb = Some(bomb);
    let sent = socket.send_body(dialog, carrying("", vec![thumbed.clone()])).await;
    assert_eq!(socket.error().await, (Code::TooManyPixels, Some(sent)));
    thumbed.thumb = Some(mia.brings(b"no picture").await);
    let sent = socket.send_body(dialog, carrying("", vec![thumbed])).await;
    assert_eq!(socket.error().await, (Code::InvalidAttachment, Some(sent)));
    // As what it is, it can be sent.
    let sent = socket.send_body(dialog, carrying("", vec![attachment(bomb, "file", "a.png")])).await;
    socket.acknowledged(sent).await;
}

#[tokio::test]
async fn what_one_was_sent_one_passes_on() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let zoe = server.register("zoe").await;
    let elsewhere = leo.befriends(&zoe).await;
    let file = mia.brings(PNG).await;
    let mut of_mia = mia.connect().await;
    let sent = of_mia.send_body(dialog, carrying("", vec![attachment(file, "photo", "cat.png")])).await;
    of_mia.acknowledged(sent).await;
    let mut of_leo = leo.connect().await;
    let sent = of_leo.send_body(elsewhere, carrying("", vec![attachment(file, "photo", "cat.png")])).await;
    of_leo.acknowledged(sent).await;
    assert_eq!(zoe.file(file).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_caption_is_changed_and_taken_away_and_the_files_stay() {
    let server = TestServer::start().await;
    let (mia, _, dialog) = server.two_friends().await;
    let file = mia.brings(PNG).await;
    let mut socket = mia.connect().await;
    let sent = socket.send_body(dialog, carrying("A cta", vec![attachment(file, "photo", "cat.png")])).await;
    let seq = socket.acknowledged(sent).await.seq;
    let plain = socket.write(dialog, "only words").await;
    let words = socket.acknowledged(plain).await.seq;
    for text in ["A cat", ""] {
        let edited = socket.edits(dialog, seq.0, text).await;
        socket.acknowledged(edited).await;
        let page = mia.page(dialog, &format!("around={seq}&limit=1")).await;
        let body = &page.messages.iter().find(|message| message.seq == seq).unwrap().body;
        assert_eq!((body.words(), body.files()[0].file), (Some(text), file));
    }
    socket.edits(dialog, words.0, " ").await;
    assert_eq!(socket.error().await.0, Code::EmptyMessage);
}

#[tokio::test]
async fn a_message_sent_twice_carries_its_files_once() {
    let server = TestServer::start().await;
    let (mia, _, dialog) = server.two_friends().await;
    let file = mia.brings(&noise(9, 100)).await;
    let mut socket = mia.connect().await;
    let body = carrying("", vec![attachment(file, "file", "a.bin")]);
    let client_id = socket.send_body(dialog, body.clone()).await;
    let head = socket.acknowledged(client_id).await;
    socket.say(&ClientFrame::Send { conversation: dialog, client_id, body }).await;
    assert_eq!(socket.acknowledged(client_id).await, head);
}

#[tokio::test]
async fn a_message_is_found_by_what_it_carries() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let (photo, note) = (mia.brings(&png(640, 480)).await, mia.brings(b"hello").await);
    let mut socket = mia.connect().await;
    for (text, files) in [
        ("the sea", vec![attachment(photo, "photo", "sea.png"), attachment(note, "file", "note.txt")]),
        ("no photo, whatever it says", vec![attachment(note, "photo", "note.png")]),
        ("_p", vec![]),
    ] {
        let sent = socket.send_body(dialog, carrying(text, files)).await;
        socket.acknowledged(sent).await;
    }
    let here = dialog.to_string();
    assert_eq!(leo.finds(&[("has", "photo"), ("in", &here)]).await, ["the sea"]);
    assert_eq!(leo.finds(&[("has", "file")]).await, ["no photo, whatever it says", "the sea"]);
    assert_eq!(leo.finds(&[("has", "photo"), ("q", "sea")]).await, ["the sea"]);
    assert!(leo.finds(&[("has", "voice")]).await.is_empty());
    let mut of_leo = leo.connect().await;
    let delete =
        ClientFrame::Delete { conversation: dialog, client_id: ClientId(Uuid::now_v7()), seq: Seq(1) };
    socket.say(&delete).await;
    next(&mut of_leo).await;
    assert_eq!(leo.finds(&[("has", "photo")]).await, [""; 0], "it is gone with the message");
}
