//! Messages and the previews they bring.

use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::{Body, Message};
use kith_shared::preview::Preview;
use kith_shared::problem::Code;
use kith_shared::{ClientId, ConversationId, FileId, Seq};
use reqwest::StatusCode;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use uuid::Uuid;

use super::site::Site;
use crate::harness::{Person, Socket, TestServer, refused};

fn linking(text: &str, preview: &Preview) -> Body {
    let preview = Some(Box::new(preview.clone()));
    Body::Text { text: text.to_owned(), reply_to: None, forwarded: false, files: Vec::new(), preview }
}

/// Sends a message, and gives what it is for everybody then.
async fn sends(socket: &mut Socket, dialog: ConversationId, body: Body, who: &Person) -> Message {
    let sent = socket.send_body(dialog, body).await;
    let seq = socket.acknowledged(sent).await.seq;
    newest(who, dialog, seq).await
}

async fn newest(who: &Person, dialog: ConversationId, seq: Seq) -> Message {
    let page = who.page(dialog, &format!("around={seq}&limit=1")).await;
    page.messages.into_iter().find(|message| message.seq == seq).unwrap()
}

fn preview_of(message: &Message) -> Option<&Preview> {
    match &message.body {
        Body::Text { preview, .. } => preview.as_deref(),
        other => panic!("no text: {other:?}"),
    }
}

fn picture(preview: &Preview) -> FileId {
    preview.image.expect("a picture").file
}

#[tokio::test]
async fn a_message_brings_its_preview_and_whoever_reads_it_has_the_picture() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let (mia, leo, dialog) = server.two_friends().await;
    let preview = mia.preview(&site.url("/boats")).await;
    let (mut of_mia, mut of_leo) = (mia.connect().await, leo.connect().await);
    let text = format!("Look: {}.", preview.url);
    let sent = of_mia.send_body(dialog, linking(&text, &preview)).await;
    of_mia.acknowledged(sent).await;
    let heard = of_leo.hear_until(|frame| match frame {
        ServerFrame::Messages { messages } => messages.into_iter().next(),
        _ => None,
    });
    assert_eq!(preview_of(&heard.await), Some(&preview));
    assert_eq!(leo.file(picture(&preview)).await.status(), StatusCode::OK);
    let zoe = server.register("zoe").await;
    refused(zoe.file(picture(&preview)).await, Code::FileNotFound).await;
}

#[tokio::test]
async fn nobody_says_for_a_page_what_it_does_not_say() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let (mia, _, dialog) = server.two_friends().await;
    let (boats, little) = (mia.preview(&site.url("/boats")).await, mia.preview(&site.url("/little")).await);
    let mut socket = mia.connect().await;
    for change in [
        &(|it: &mut Preview| it.title = "Your bank".to_owned()) as &dyn Fn(&mut Preview),
        &|it| it.url.push_str("/pay"),
        &|it| it.seal.clear(),
        &|it| it.seal.clone_from(&little.seal),
        &|it| it.image = None,
        &|it| *it = kith_shared::json::read(&format!(r#"{{"url": "{}"}}"#, it.url)).unwrap(),
    ] {
        let mut spoofed = boats.clone();
        change(&mut spoofed);
        let message = sends(&mut socket, dialog, linking(&spoofed.url, &spoofed), &mia).await;
        assert_eq!(preview_of(&message), None, "{spoofed:?}");
    }
    // Nor where it is not linked to.
    for text in ["no link", &format!("`{}`", boats.url), &format!("||{}||", boats.url), &little.url] {
        let message = sends(&mut socket, dialog, linking(text, &boats), &mia).await;
        assert_eq!(preview_of(&message), None, "{text}");
    }
}

#[tokio::test]
async fn an_edit_keeps_the_preview_of_what_it_links_to_and_lets_go_of_another() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let (mia, leo, dialog) = server.two_friends().await;
    let preview = mia.preview(&site.url("/boats")).await;
    let mut socket = mia.connect().await;
    let seq = sends(&mut socket, dialog, linking(&preview.url, &preview), &mia).await.seq;
    for (text, kept) in [(format!("See {}", preview.url), true), ("never mind".to_owned(), false)] {
        let (client_id, body) = (ClientId(Uuid::now_v7()), Body::text(text));
        socket.say(&ClientFrame::Edit { conversation: dialog, client_id, seq, body }).await;
        socket.acknowledged(client_id).await;
        assert_eq!(preview_of(&newest(&leo, dialog, seq).await), Some(&preview).filter(|_| kept));
        assert_eq!(leo.file(picture(&preview)).await.status() == StatusCode::OK, kept);
    }
}

#[tokio::test]
async fn what_is_passed_on_keeps_its_preview_however_old_it_is() {
    let (mut server, site) = (TestServer::start().await, Site::start().await);
    let (mia, leo, dialog) = server.two_friends().await;
    let zoe = server.register("zoe").await;
    let elsewhere = leo.befriends(&zoe).await;
    let preview = mia.preview(&site.url("/boats")).await;
    let mut of_mia = mia.connect().await;
    let said = sends(&mut of_mia, dialog, linking(&preview.url, &preview), &leo).await.body;
    drop(of_mia);
    forget_pages(&server).await;
    server.restart().await;
    let (leo, zoe) = (server.log_in("leo").await, server.log_in("zoe").await);
    let Body::Text { text, preview: said, .. } = said else { panic!("a text") };
    let body = Body::Text { text, reply_to: None, forwarded: true, files: Vec::new(), preview: said };
    let message = sends(&mut leo.connect().await, elsewhere, body, &zoe).await;
    assert_eq!(preview_of(&message), Some(&preview));
    assert_eq!(zoe.file(picture(&preview)).await.status(), StatusCode::OK);
    assert_eq!(site.asked("/boats").len(), 1);
}

#[tokio::test]
async fn what_is_sent_later_brings_its_preview_too() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let (mia, leo, dialog) = server.two_friends().await;
    let preview = mia.preview(&site.url("/boats")).await;
    let (mut of_mia, mut of_leo) = (mia.connect().await, leo.connect().await);
    let (client_id, body) = (ClientId(Uuid::now_v7()), linking(&preview.url, &preview));
    of_mia.say(&ClientFrame::Schedule { conversation: dialog, client_id, body, at: 0 }).await;
    let heard = of_leo.hear_until(|frame| match frame {
        ServerFrame::Messages { messages } => messages.into_iter().next(),
        _ => None,
    });
    assert_eq!(preview_of(&heard.await), Some(&preview));
    assert_eq!(leo.file(picture(&preview)).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_picture_that_is_gone_is_left_out_and_the_words_stay() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let (mia, leo, dialog) = server.two_friends().await;
    let preview = mia.preview(&site.url("/boats")).await;
    let database = database(&server).await;
    sqlx::query("DELETE FROM files").execute(&database).await.unwrap();
    let mut socket = mia.connect().await;
    let message = sends(&mut socket, dialog, linking(&preview.url, &preview), &leo).await;
    let left = preview_of(&message).expect("the words");
    assert_eq!((left.title.as_str(), left.image), ("Boats & oars", None));
    // The server knows it again, as it is now; and whoever asks anew has the picture again.
    let message = sends(&mut socket, dialog, linking(&left.url, left), &leo).await;
    assert_eq!(preview_of(&message), Some(left));
    assert_eq!(mia.preview(&preview.url).await, preview);
}

async fn database(server: &TestServer) -> SqlitePool {
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(server.database())).await.unwrap()
}

async fn forget_pages(server: &TestServer) {
    let database = database(server).await;
    let forgotten = sqlx::query("DELETE FROM previews").execute(&database).await.unwrap();
    assert_eq!(forgotten.rows_affected(), 1);
    database.close().await;
}
