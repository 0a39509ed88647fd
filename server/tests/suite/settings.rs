//! Settings: the same on all of a user's devices, the last one that came stands.

use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::problem::Code;
use kith_shared::setting::{Setting, Settings};
use kith_shared::{Change, ClientId, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{Socket, TestServer, read, refused};

async fn set(socket: &mut Socket, key: &str, value: Option<&str>) -> ClientId {
    let client_id = ClientId(Uuid::now_v7());
    let (key, value) = (key.to_owned(), value.map(str::to_owned));
    socket.say(&ClientFrame::Set { client_id, key, value }).await;
    client_id
}

async fn heard(socket: &mut Socket) -> (Setting, Option<ClientId>) {
    socket
        .hear_until(|frame| match frame {
            ServerFrame::Setting { setting, client_id } => Some((setting, client_id)),
            _ => None,
        })
        .await
}

fn setting(key: &str, value: Option<&str>, change: i64) -> Setting {
    Setting { key: key.to_owned(), value: value.map(str::to_owned), change: Change(change) }
}

#[tokio::test]
async fn a_setting_reaches_all_of_ones_devices_and_nobody_elses() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let (mut laptop, mut phone) = (mia.connect().await, server.log_in("mia").await.connect().await);
    let mut leos = leo.connect().await;
    let id = set(&mut laptop, "theme", Some("dark")).await;
    let wanted = (setting("theme", Some("dark"), 1), Some(id));
    assert_eq!((heard(&mut laptop).await, heard(&mut phone).await), (wanted.clone(), wanted));
    leos.pong().await;
    let all: Settings = leo.get(routes::SETTINGS).await;
    assert_eq!(all, Settings::default());
}

#[tokio::test]
async fn a_device_that_was_away_hears_what_was_set_and_what_was_removed() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let mut laptop = mia.connect().await;
    for (key, value) in [("a", Some("1")), ("b", Some("2")), ("a", None), ("b", Some("3"))] {
        set(&mut laptop, key, value).await;
        heard(&mut laptop).await;
    }
    let since: Settings = mia.get(&format!("{}?changed_after=1", routes::SETTINGS)).await;
    assert_eq!(since.settings, [setting("a", None, 3), setting("b", Some("3"), 4)]);
    let all: Settings = mia.get(routes::SETTINGS).await;
    assert_eq!((all.settings, all.head), (vec![setting("b", Some("3"), 4)], Change(4)));
    let mut later = mia.connect_unwelcomed().await;
    let ServerFrame::Welcome { settings, .. } = later.hear().await else { panic!("not welcomed") };
    assert_eq!(settings, Change(4));
}

#[tokio::test]
async fn what_is_so_already_changes_nothing_and_is_answered() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let mut laptop = mia.connect().await;
    set(&mut laptop, "theme", Some("dark")).await;
    heard(&mut laptop).await;
    let again = set(&mut laptop, "theme", Some("dark")).await;
    assert_eq!(heard(&mut laptop).await, (setting("theme", Some("dark"), 1), Some(again)));
}

#[tokio::test]
async fn a_setting_may_be_set_over_rest_too() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let mut laptop = mia.connect().await;
    let body = json!({"key": "theme", "value": "light"});
    let answer = mia.ask(Method::PATCH, routes::SETTINGS, Some(body)).await;
    assert_eq!(read::<Setting>(answer, StatusCode::OK).await, setting("theme", Some("light"), 1));
    assert_eq!(heard(&mut laptop).await, (setting("theme", Some("light"), 1), None));
    let body = json!({"key": "Not a key", "value": "light"});
    refused(mia.ask(Method::PATCH, routes::SETTINGS, Some(body)).await, Code::InvalidSetting).await;
    let id = set(&mut laptop, "", Some("x")).await;
    assert_eq!(laptop.error().await, (Code::InvalidSetting, Some(id)));
}
