//! The pack that comes with every server.

use kith_shared::sticker::Pack;
use kith_shared::{PackId, routes};
use reqwest::StatusCode;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::harness::TestServer;
use crate::media::hash;

async fn stored(server: &TestServer) -> i64 {
    let database =
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(server.database())).await.unwrap();
    sqlx::query_scalar("SELECT COUNT(*) FROM files").fetch_one(&database).await.unwrap()
}

#[tokio::test]
async fn it_is_whole_and_some_of_it_moves() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let ours: Pack = mia.get(&routes::pack(PackId::OURS)).await;
    assert!(ours.stickers.len() >= 16 && ours.count as usize == ours.stickers.len());
    assert_eq!(ours.author, None);
    let mut moving = 0;
    for sticker in &ours.stickers {
        let response = mia.file(sticker.file).await;
        assert_eq!(
            (response.status(), &response.headers()["content-type"] == "image/webp"),
            (StatusCode::OK, true)
        );
        let bytes = response.bytes().await.unwrap();
        assert_eq!((hash(&bytes), bytes.len() as i64), (sticker.file, sticker.size));
        moving += usize::from(bytes.windows(4).any(|chunk| chunk == b"ANIM"));
    }
    assert!(moving >= 3, "{moving}");
}

#[tokio::test]
async fn it_is_stored_once_however_often_the_server_starts() {
    let mut server = TestServer::start().await;
    let token = server.register("mia").await.token;
    let first: Pack = server.by_token(&token).await.get(&routes::pack(PackId::OURS)).await;
    let files = stored(&server).await;
    server.restart().await;
    let again: Pack = server.by_token(&token).await.get(&routes::pack(PackId::OURS)).await;
    assert_eq!((again, stored(&server).await), (first, files));
}

#[tokio::test]
async fn another_versions_pack_gives_way_to_this_ones_and_its_files_stay() {
    let mut server = TestServer::start().await;
    let token = server.register("mia").await.token;
    let first: Pack = server.by_token(&token).await.get(&routes::pack(PackId::OURS)).await;
    let files = stored(&server).await;
    let database =
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(server.database())).await.unwrap();
    sqlx::query("DELETE FROM stickers WHERE place = 3").execute(&database).await.unwrap();
    database.close().await;
    server.restart().await;
    let again: Pack = server.by_token(&token).await.get(&routes::pack(PackId::OURS)).await;
    assert_eq!((&again.stickers, stored(&server).await), (&first.stickers, files));
    assert!(again.revision > first.revision);
}
