//! Which packs one has.

use kith_shared::frame::ServerFrame;
use kith_shared::problem::Code;
use kith_shared::setting::STICKERS;
use kith_shared::sticker::as_setting;
use kith_shared::{PackId, limits, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::mia_and_leo;
use crate::harness::{TestServer, refused};

#[tokio::test]
async fn everybody_begins_with_the_servers_pack_and_may_do_without() {
    let server = TestServer::start().await;
    let (mia, leo) = mia_and_leo(&server).await;
    assert_eq!(mia.installed().await, [PackId::OURS]);
    mia.uninstalls(PackId::OURS).await;
    mia.uninstalls(PackId::OURS).await;
    assert_eq!(mia.installed().await, []);
    assert_eq!(leo.installed().await, [PackId::OURS]);
    assert_eq!(mia.installs(PackId::OURS).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(mia.installed().await, [PackId::OURS]);
}

#[tokio::test]
async fn what_is_installed_comes_first_and_is_put_into_another_order() {
    let server = TestServer::start().await;
    let (mia, leo) = mia_and_leo(&server).await;
    let cats = mia.makes_pack_of("Cats", &["😺"]).await.id;
    let dogs = mia.makes_pack_of("Dogs", &["🐶"]).await.id;
    for pack in [cats, dogs, cats] {
        assert_eq!(leo.installs(pack).await.status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(leo.installed().await, [dogs, cats, PackId::OURS]);
    let order = json!({"packs": [PackId::OURS, PackId(Uuid::now_v7()), cats]});
    let done = leo.ask(Method::PUT, routes::INSTALLED, Some(order)).await;
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    assert_eq!(leo.installed().await, [PackId::OURS, cats, dogs]);
    refused(leo.installs(PackId(Uuid::now_v7())).await, Code::PackNotFound).await;
}

#[tokio::test]
async fn a_pack_that_is_gone_is_installed_no_more() {
    let server = TestServer::start().await;
    let (mia, leo) = mia_and_leo(&server).await;
    let cats = mia.makes_pack_of("Cats", &["😺"]).await.id;
    leo.installs(cats).await;
    let gone = mia.ask(Method::DELETE, &routes::pack(cats), None).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(leo.installed().await, [PackId::OURS]);
    refused(leo.ask(Method::GET, &routes::pack(cats), None).await, Code::PackNotFound).await;
    refused(mia.ask(Method::DELETE, &routes::pack(cats), None).await, Code::PackNotFound).await;
}

#[tokio::test]
async fn ones_other_devices_hear_of_it_as_of_a_setting() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let cats = mia.makes_pack_of("Cats", &["😺"]).await.id;
    let mut socket = server.log_in("mia").await.connect().await;
    mia.installs(cats).await;
    let heard = socket.hear_until(|frame| match frame {
        ServerFrame::Setting { setting, .. } if setting.key == STICKERS => Some(setting.value),
        _ => None,
    });
    assert_eq!(heard.await, Some(as_setting(&[cats, PackId::OURS])));
    // What is so already is no news.
    mia.installs(cats).await;
    assert!(!socket.heard().await.iter().any(|frame| matches!(frame, ServerFrame::Setting { .. })));
}

#[tokio::test]
async fn one_has_only_so_many() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let cats = mia.makes_pack_of("Cats", &["😺"]).await.id;
    let many: Vec<_> = (0..limits::PACKS_INSTALLED).map(|_| PackId(Uuid::now_v7())).collect();
    let set = json!({"key": STICKERS, "value": as_setting(&many)});
    assert_eq!(mia.ask(Method::PATCH, routes::SETTINGS, Some(set)).await.status(), StatusCode::OK);
    refused(mia.installs(cats).await, Code::TooMany).await;
    assert_eq!(mia.installed().await, []);
}
