//! A pack in one file.

use std::process::{Command, Stdio};

use kith_shared::problem::Code;
use kith_shared::sticker::Pack;
use kith_shared::{PackId, archive, routes};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::{files, mia_and_leo, picture};
use crate::harness::{Person, TestServer, read, refused};

async fn download(person: &Person, pack: PackId) -> Response {
    person.ask(Method::GET, &routes::pack_archive(pack), None).await
}

#[tokio::test]
async fn an_archive_has_what_is_said_of_the_pack_and_then_its_files_byte_for_byte() {
    let server = TestServer::start().await;
    let (mia, leo) = mia_and_leo(&server).await;
    let pack = mia.makes_pack("Cats").await;
    let pictures = [picture(1), picture(2)];
    for picture in &pictures {
        let file = mia.brings(picture).await;
        assert_eq!(mia.puts(pack.id, file, "😺").await.status(), StatusCode::OK);
    }
    let response = download(&leo, pack.id).await;
    assert_eq!(response.headers()["content-type"], "application/x-tar");
    let length: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let bytes = response.bytes().await.unwrap();
    assert_eq!(bytes.len(), length);
    let found = archive::files(&bytes).unwrap();
    assert_eq!(found[0].0, "pack.json");
    let told: Pack = serde_json::from_slice(found[0].1).unwrap();
    assert_eq!(told, leo.get(&routes::pack(pack.id)).await);
    let expected = files(&told).into_iter().zip(&pictures);
    let expected: Vec<_> = expected.map(|(file, bytes)| (file.to_string(), bytes.as_slice())).collect();
    let found: Vec<_> = found[1..].iter().map(|(name, bytes)| ((*name).to_owned(), *bytes)).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn other_programs_read_it() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bytes = download(&mia, PackId::OURS).await.bytes().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pack.tar");
    std::fs::write(&file, &bytes).unwrap();
    let listed = Command::new("tar").arg("-tf").arg(&file).stderr(Stdio::inherit()).output().unwrap();
    assert!(listed.status.success());
    let names = String::from_utf8(listed.stdout).unwrap();
    let ours: Pack = mia.get(&routes::pack(PackId::OURS)).await;
    let expected = files(&ours).iter().map(|file| format!("{file}\n")).collect::<String>();
    assert_eq!(names, format!("pack.json\n{expected}"));
}

#[tokio::test]
async fn one_that_is_at_hand_is_not_sent_again_until_the_pack_changes() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let pack = mia.makes_pack_of("Cats", &["😺"]).await.id;
    let tag = download(&mia, pack).await.headers()["etag"].clone();
    let again = async || {
        let request = mia.request(Method::GET, &routes::pack_archive(pack));
        request.header("if-none-match", tag.clone()).send().await.unwrap()
    };
    let same = again().await;
    assert_eq!((same.status(), &same.headers()["etag"]), (StatusCode::NOT_MODIFIED, &tag));
    assert!(same.bytes().await.unwrap().is_empty());
    let renamed = mia.ask(Method::PATCH, &routes::pack(pack), Some(json!({"title": "Kittens"}))).await;
    read::<Pack>(renamed, StatusCode::OK).await;
    let other = again().await;
    assert_eq!(other.status(), StatusCode::OK);
    assert_ne!(other.headers()["etag"], tag);
}

#[tokio::test]
async fn an_empty_pack_is_an_archive_and_one_there_is_not_is_none() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let pack = mia.makes_pack("Cats").await.id;
    let bytes = download(&mia, pack).await.bytes().await.unwrap();
    assert_eq!(archive::files(&bytes).unwrap().len(), 1);
    refused(download(&mia, PackId(Uuid::now_v7())).await, Code::PackNotFound).await;
    refused(server.get(&routes::pack_archive(pack)).await, Code::Unauthorized).await;
}
