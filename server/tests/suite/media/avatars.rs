//! Pictures of users and groups.

use kith_shared::frame::ServerFrame;
use kith_shared::problem::Code;
use kith_shared::user::User;
use kith_shared::{FileId, routes};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::{noise, png};
use crate::harness::{Person, TestServer, refused};

impl Person {
    async fn takes_avatar(&self, path: &str, file: Option<FileId>) -> Response {
        self.ask(Method::PUT, path, Some(json!({ "file": file }))).await
    }
}

#[tokio::test]
async fn friends_are_told_of_a_picture_and_everybody_may_have_it() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let zoe = server.register("zoe").await;
    let face = mia.brings(&png(512, 512)).await;
    assert_eq!(zoe.file(face).await.status(), StatusCode::NOT_FOUND, "it is nobody's picture yet");
    let mut of_leo = leo.connect().await;
    let set = mia.takes_avatar(routes::AVATAR, Some(face)).await;
    assert_eq!(set.status(), StatusCode::OK);
    let user: User = serde_json::from_str(&set.text().await.unwrap()).unwrap();
    assert_eq!(user.avatar, Some(face));
    of_leo.hear_until(|frame| matches!(frame, ServerFrame::ContactsChanged).then_some(())).await;
    let contacts: Value = leo.ask(Method::GET, routes::CONTACTS, None).await.json().await.unwrap();
    assert_eq!(contacts["contacts"][0]["user"]["avatar"], face.to_string());
    assert_eq!(zoe.file(face).await.status(), StatusCode::OK);
    assert_eq!(mia.takes_avatar(routes::AVATAR, None).await.status(), StatusCode::OK);
    assert_eq!(zoe.file(face).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_square_picture_or_nobodys_file_is_no_avatar() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let page = mia.brings(b"<!doctype html><script>alert(1)</script>").await;
    for (bytes, why) in [
        (png(512, 300), "it is not square"),
        (png(100_000, 100_000), "a few bytes that say they are ten thousand million pixels"),
        (png(1025, 1025), "it is too large"),
        (noise(7, 2_000), "it is no picture"),
    ] {
        let file = mia.brings(&bytes).await;
        let answer = mia.takes_avatar(routes::AVATAR, Some(file)).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{why}");
    }
    refused(mia.takes_avatar(routes::AVATAR, Some(page)).await, Code::InvalidAvatar).await;
    let leos = leo.brings(&png(64, 64)).await;
    refused(mia.takes_avatar(routes::AVATAR, Some(leos)).await, Code::FileNotFound).await;
}

#[tokio::test]
async fn a_groups_picture_is_set_by_who_may_describe_it_and_told_to_its_members() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let group = mia.groups("Kites", &[&leo]).await.id;
    let face = leo.brings(&png(256, 256)).await;
    let path = routes::group_avatar(group);
    refused(leo.takes_avatar(&path, Some(face)).await, Code::NotAllowed).await;
    let direct = routes::group_avatar(dialog);
    let face = mia.brings(&png(256, 256)).await;
    refused(mia.takes_avatar(&direct, Some(face)).await, Code::NotAGroup).await;
    let mut of_leo = leo.connect().await;
    assert_eq!(mia.takes_avatar(&path, Some(face)).await.status(), StatusCode::OK);
    let told = |frame| match frame {
        ServerFrame::Avatar { conversation, avatar, .. } if conversation == group => Some(avatar),
        _ => None,
    };
    assert_eq!(of_leo.hear_until(told).await, Some(face));
    assert_eq!(leo.conversation(group).await.avatar, Some(face));
}
