//! Making packs, and finding them.

use kith_shared::problem::Code;
use kith_shared::sticker::Pack;
use kith_shared::{FileId, PackId, limits, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use uuid::Uuid;

use super::{files, mia_and_leo, picture, titles};
use crate::harness::{TestServer, read, refused};
use crate::media::{noise, png};

#[tokio::test]
async fn a_pack_says_of_its_stickers_what_they_are_and_everybody_has_their_files() {
    let server = TestServer::start().await;
    let (mia, leo) = mia_and_leo(&server).await;
    let pack = mia.makes_pack(" Cats ").await;
    assert_eq!(
        (pack.title.as_str(), pack.count, pack.author.map(|author| author.id)),
        ("Cats", 0, Some(mia.id()))
    );
    let bytes = picture(1);
    let file = mia.brings(&bytes).await;
    refused(leo.file(file).await, Code::FileNotFound).await;
    let changed: Pack = read(mia.puts(pack.id, file, "😺").await, StatusCode::OK).await;
    let [sticker] = &changed.stickers[..] else { panic!("one sticker") };
    assert_eq!(
        (sticker.file, sticker.emoji.as_str(), sticker.content_type.as_str()),
        (file, "😺", "image/png")
    );
    assert_eq!((sticker.width, sticker.height, sticker.size), (300, 200, bytes.len() as i64));
    assert!(changed.revision > pack.revision);
    assert_eq!(leo.get::<Pack>(&routes::pack(pack.id)).await, changed);
    assert_eq!(leo.file(file).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn stickers_keep_their_order_and_take_another_emoji_where_they_are() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let pack = mia.makes_pack_of("Cats", &["😺", "😸", "😹"]).await;
    let before = files(&pack);
    let pack: Pack = read(mia.puts(pack.id, before[0], "🙀").await, StatusCode::OK).await;
    assert_eq!((files(&pack), pack.stickers[0].emoji.as_str()), (before.clone(), "🙀"));
    let path = routes::pack_sticker(pack.id, before[1]);
    let pack: Pack = read(mia.ask(Method::DELETE, &path, None).await, StatusCode::OK).await;
    assert_eq!(files(&pack), [before[0], before[2]]);
    refused(mia.ask(Method::DELETE, &path, None).await, Code::StickerNotFound).await;
    let pack: Pack = read(mia.puts(pack.id, before[1], "😸").await, StatusCode::OK).await;
    assert_eq!(files(&pack), [before[0], before[2], before[1]]);
}

#[tokio::test]
async fn nobody_changes_what_another_one_made() {
    let server = TestServer::start().await;
    let (mia, leo) = mia_and_leo(&server).await;
    let pack = mia.makes_pack_of("Cats", &["😺"]).await;
    let file = leo.brings(&picture(7)).await;
    refused(leo.puts(pack.id, file, "🐶").await, Code::NotYours).await;
    for (method, path, body) in [
        (Method::PATCH, routes::pack(pack.id), Some(json!({"title": "Dogs"}))),
        (Method::DELETE, routes::pack(pack.id), None),
        (Method::DELETE, routes::pack_sticker(pack.id, files(&pack)[0]), None),
        (Method::DELETE, routes::pack(PackId::OURS), None),
    ] {
        // The server's own is there once somebody has asked for stickers.
        leo.installed().await;
        refused(leo.ask(method, &path, body).await, Code::NotYours).await;
    }
    assert_eq!(mia.get::<Pack>(&routes::pack(pack.id)).await, pack);
    let none = PackId(Uuid::now_v7());
    refused(mia.puts(none, file, "🐶").await, Code::PackNotFound).await;
    refused(mia.ask(Method::GET, &routes::pack(none), None).await, Code::PackNotFound).await;
    refused(server.get(&routes::pack(pack.id)).await, Code::Unauthorized).await;
}

#[tokio::test]
async fn what_one_did_not_bring_one_makes_no_sticker_of() {
    let server = TestServer::start().await;
    let (mia, leo) = mia_and_leo(&server).await;
    let (mine, leos) = (mia.makes_pack("Cats").await, leo.makes_pack_of("Dogs", &["🐶"]).await);
    for file in [FileId([1; 32]), files(&leos)[0]] {
        refused(mia.puts(mine.id, file, "😺").await, Code::FileNotFound).await;
    }
}

#[tokio::test]
async fn only_small_pictures_that_move_or_not_are_stickers_whatever_they_are_called() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let pack = mia.makes_pack("Cats").await;
    let mut large = png(512, 512);
    large.extend(noise(1, limits::STICKER_BYTES as usize));
    let (bomb, wide, nothing) = (png(100_000, 100_000), png(513, 8), png(0, 8));
    for bytes in [
        &b"<!DOCTYPE html><script>alert(1)</script>"[..],
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"\x89PNG\r\n\x1a\n",
        &large,
        &bomb,
        &wide,
        &nothing,
    ] {
        let file = mia.brings(bytes).await;
        refused(mia.puts(pack.id, file, "😺").await, Code::InvalidSticker).await;
    }
    assert_eq!(mia.get::<Pack>(&routes::pack(pack.id)).await, pack, "nothing of it is left");
    for emoji in ["", "cat", "😺😺😺😺😺😺😺😺😺😺"] {
        let file = mia.brings(&picture(1)).await;
        refused(mia.puts(pack.id, file, emoji).await, Code::InvalidEmoji).await;
    }
}

/// A WebP of two frames, of as many pixels as it says.
fn moving_webp(side: u32) -> Vec<u8> {
    let mut chunks = b"WEBPVP8X\x0a\0\0\0\x12\0\0\0".to_vec();
    let less = (side - 1).to_le_bytes();
    chunks.extend([&less[..3], &less[..3]].concat());
    chunks.extend(b"ANIM\x06\0\0\0\0\0\0\0\0\0");
    let length = (chunks.len() as u32).to_le_bytes();
    [&b"RIFF"[..], &length, &chunks].concat()
}

#[tokio::test]
async fn a_picture_that_moves_is_a_sticker() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let pack = mia.makes_pack("Cats").await;
    // What makes a PNG move stands between its head and its pixels.
    let mut apng = png(512, 512);
    apng.splice(33..33, *b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\0\0\0\0");
    for (bytes, content_type) in [(apng, "image/png"), (moving_webp(512), "image/webp")] {
        let file = mia.brings(&bytes).await;
        let pack: Pack = read(mia.puts(pack.id, file, "😺").await, StatusCode::OK).await;
        let sticker = pack.stickers.last().unwrap();
        assert_eq!((sticker.content_type.as_str(), sticker.width, sticker.height), (content_type, 512, 512));
    }
    let file = mia.brings(&moving_webp(4_000)).await;
    refused(mia.puts(pack.id, file, "😺").await, Code::InvalidSticker).await;
}

#[tokio::test]
async fn packs_are_found_by_title_and_by_emoji_the_newest_first() {
    let server = TestServer::start().await;
    let (mia, leo) = mia_and_leo(&server).await;
    mia.makes_pack_of("Café cats", &["😺", "😸"]).await;
    leo.makes_pack_of("Dogs", &["🐶", "😸"]).await;
    mia.makes_pack("Not yet").await;
    let all = leo.packs("").await;
    assert_eq!(titles(&all), ["Dogs", "Café cats", "Kit the fox"]);
    assert!(!all.more);
    assert_eq!(titles(&leo.packs("q=CAFE").await), ["Café cats"]);
    assert_eq!(titles(&leo.packs("q=%F0%9F%98%B8").await), ["Dogs", "Café cats"]);
    assert_eq!(titles(&leo.packs("q=%25").await), [""; 0]);
    assert_eq!(titles(&leo.packs(&format!("by={}", mia.id())).await), ["Not yet", "Café cats"]);
    refused(leo.ask(Method::GET, &format!("{}?by=x", routes::PACKS), None).await, Code::InvalidQuery).await;
    let long = format!("{}?q={}", routes::PACKS, "x".repeat(limits::SEARCH_CHARS + 1));
    refused(leo.ask(Method::GET, &long, None).await, Code::InvalidQuery).await;
}

#[tokio::test]
async fn a_list_goes_on_after_its_last_pack_and_shows_the_first_stickers_of_each() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    for n in 0..=limits::PAGE_PACKS {
        mia.makes_pack_of(&format!("Cats {n}"), &["😺"]).await;
    }
    let first = mia.packs("").await;
    assert_eq!((first.packs.len(), first.more), (limits::PAGE_PACKS as usize, true));
    let rest = mia.packs(&format!("after={}", first.packs.last().unwrap().id)).await;
    assert_eq!((titles(&rest), rest.more), (vec!["Cats 0", "Kit the fox"], false));
    let ours = rest.packs.last().unwrap();
    assert_eq!(ours.stickers.len(), limits::PACK_PREVIEW as usize);
    assert!(ours.count > limits::PACK_PREVIEW);
}

#[tokio::test]
async fn a_title_is_one_and_changes() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let pack = mia.makes_pack_of("Cats", &["😺"]).await;
    let long = "x".repeat(65);
    for title in ["", " \t", "a\u{0}b", &long] {
        refused(mia.post(routes::PACKS, json!({"title": title})).await, Code::InvalidTitle).await;
        let renamed = mia.ask(Method::PATCH, &routes::pack(pack.id), Some(json!({"title": title}))).await;
        refused(renamed, Code::InvalidTitle).await;
    }
    let renamed = mia.ask(Method::PATCH, &routes::pack(pack.id), Some(json!({"title": "Kittens"}))).await;
    let renamed: Pack = read(renamed, StatusCode::OK).await;
    assert_eq!((renamed.title.as_str(), renamed.revision > pack.revision), ("Kittens", true));
    assert_eq!(titles(&mia.packs("q=kitt").await), ["Kittens"]);
}

#[tokio::test]
async fn there_are_only_so_many_packs_of_one_user_and_stickers_in_one() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let pack = mia.makes_pack_of("Cats", &["😺"]).await;
    let database =
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(server.database())).await.unwrap();
    let sql = "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
               INSERT INTO files SELECT randomblob(32), 'none', 1, 'image/png', 1, 1, 9e15 FROM n";
    sqlx::query(sql).bind(limits::PACK_STICKERS).execute(&database).await.unwrap();
    let sql = "INSERT INTO stickers SELECT ?, hash, 2, '😺' FROM files WHERE object = 'none'";
    sqlx::query(sql).bind(pack.id.0).execute(&database).await.unwrap();
    let file = mia.brings(&picture(9)).await;
    refused(mia.puts(pack.id, file, "😺").await, Code::TooMany).await;
    // What is in it can still be changed.
    assert_eq!(mia.puts(pack.id, files(&pack)[0], "😸").await.status(), StatusCode::OK);
    for n in 1..limits::PACKS_MADE {
        mia.makes_pack(&format!("Cats {n}")).await;
    }
    refused(mia.post(routes::PACKS, json!({"title": "One more"})).await, Code::TooMany).await;
}
