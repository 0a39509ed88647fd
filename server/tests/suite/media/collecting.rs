//! What nobody needs any more is taken away, and nothing else.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kith_server::media::MediaConfig;
use kith_shared::frame::ClientFrame;
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::{ClientId, FileId};
use reqwest::StatusCode;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{attachment, carrying, hash, noise, png};
use crate::harness::{PATIENCE, TestServer, refused};
use crate::previews::site::Site;

/// Where files nobody needs go soon.
async fn tidy() -> TestServer {
    TestServer::start_with(tidy_media()).await
}

fn tidy_media() -> MediaConfig {
    MediaConfig { unused_life: Duration::from_millis(300), ..MediaConfig::default() }
}

fn stored(server: &TestServer, file: FileId) -> Vec<PathBuf> {
    let folder = server.data().join("media/files").join(&file.to_string()[..2]);
    let Ok(found) = std::fs::read_dir(folder) else { return Vec::new() };
    found.map(|entry| entry.unwrap().path()).filter(|path| is_of(path, file)).collect()
}

fn is_of(path: &Path, file: FileId) -> bool {
    path.file_name().unwrap().to_str().unwrap().starts_with(&file.to_string())
}

async fn is_collected(server: &TestServer, file: FileId) {
    let begin = Instant::now();
    while !stored(server, file).is_empty() {
        assert!(begin.elapsed() < PATIENCE, "{file} is still there");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_nothing_names_goes_and_what_a_message_carries_stays() {
    let server = tidy().await;
    let (mia, _, dialog) = server.two_friends().await;
    let mut socket = mia.connect().await;
    let [kept, later, unused] = [1, 2, 3].map(|seed| noise(seed, 100));
    let (kept, later) = (mia.brings(&kept).await, mia.brings(&later).await);
    let sent = socket.send_body(dialog, carrying("", vec![attachment(kept, "file", "kept")])).await;
    let head = socket.acknowledged(sent).await;
    let at = now() + 3_600_000;
    let body = carrying("", vec![attachment(later, "file", "later")]);
    let client_id = ClientId(Uuid::now_v7());
    socket.say(&ClientFrame::Schedule { conversation: dialog, client_id, body, at }).await;
    socket.pong().await;
    let unused = mia.brings(&unused).await;
    is_collected(&server, unused).await;
    refused(mia.file(unused).await, Code::FileNotFound).await;
    for file in [kept, later] {
        assert_eq!(mia.file(file).await.status(), StatusCode::OK);
    }
    let delete =
        ClientFrame::Delete { conversation: dialog, client_id: ClientId(Uuid::now_v7()), seq: head.seq };
    socket.say(&delete).await;
    is_collected(&server, kept).await;
    // It can be brought anew.
    assert_eq!(mia.brings(&noise(1, 100)).await, kept);
}

fn now() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

#[tokio::test]
async fn an_upload_that_gets_nothing_is_given_up() {
    let server = tidy().await;
    let mia = server.register("mia").await;
    let upload = mia.begin_upload(10).await;
    mia.patch(&upload, 0, *b"01234").send().await.unwrap();
    let database =
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(server.database())).await.unwrap();
    sqlx::query("UPDATE uploads SET expires_at = 1").execute(&database).await.unwrap();
    let begin = Instant::now();
    while std::fs::read_dir(server.data().join("media/uploads")).unwrap().count() > 0 {
        assert!(begin.elapsed() < PATIENCE, "the upload is still there");
        sleep(Duration::from_millis(20)).await;
    }
    refused(mia.patch(&upload, 5, *b"56789").send().await.unwrap(), Code::UploadNotFound).await;
}

#[tokio::test]
async fn the_picture_of_a_page_goes_unless_a_message_brings_it_and_so_does_what_the_page_said() {
    let (mut server, site) = (TestServer::start().await, Site::start().await);
    let (mia, _, dialog) = server.two_friends().await;
    let (kept, unused) = (hash(&png(640, 480)), hash(&png(32, 32)));
    let preview = Some(Box::new(mia.preview(&site.url("/boats")).await));
    assert_eq!(mia.preview(&site.url("/small")).await.image.map(|image| image.file), Some(unused));
    let text = site.url("/boats");
    let body = Body::Text { text, reply_to: None, forwarded: false, files: Vec::new(), preview };
    let mut socket = mia.connect().await;
    let sent = socket.send_body(dialog, body).await;
    socket.acknowledged(sent).await;
    drop(socket);
    server.restart_with(tidy_media()).await;
    is_collected(&server, unused).await;
    assert_eq!(server.log_in("mia").await.file(kept).await.status(), StatusCode::OK);
    let database =
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(server.database())).await.unwrap();
    sqlx::query("UPDATE previews SET fetched_at = 1").execute(&database).await.unwrap();
    let (begin, count) = (Instant::now(), "SELECT COUNT(*) FROM previews");
    while sqlx::query_scalar::<_, i64>(count).fetch_one(&database).await.unwrap() > 0 {
        assert!(begin.elapsed() < PATIENCE, "what the page said is still there");
        sleep(Duration::from_millis(20)).await;
    }
}
