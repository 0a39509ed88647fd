use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::problem::Code;
use kith_shared::setting::{Setting, Settings};
use kith_shared::{Change, ClientId, limits, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{Person, Socket, TestServer, read, refused};

#[tokio::test]
async fn a_setting_reaches_all_of_ones_devices_and_nobody_else() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let (mut phone, mut laptop) = (mia.connect().await, server.log_in("mia").await.connect().await);
    let mut leos = leo.connect().await;
    let sent = phone.set("theme", Some("dark")).await;
    for device in [&mut phone, &mut laptop] {
        assert_eq!(device.setting().await, (setting("theme", Some("dark"), 1), Some(sent)));
    }
    assert_eq!(mia.set("theme", json!("light")).await, setting("theme", Some("light"), 2));
    for device in [&mut phone, &mut laptop] {
        assert_eq!(device.setting().await, (setting("theme", Some("light"), 2), None));
    }
    leos.say(&ClientFrame::Ping).await;
    let heard = leos.hear_until(|frame| match frame {
        ServerFrame::Setting { .. } => Some(true),
        ServerFrame::Pong => Some(false),
        _ => None,
    });
    assert!(!heard.await, "what Mia set is hers");
    assert_eq!(leo.get::<Settings>(routes::SETTINGS).await, Settings::default());
}

#[tokio::test]
async fn a_device_that_was_away_hears_what_was_set_and_what_was_removed() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    mia.set("theme", json!("dark")).await;
    mia.set("language", json!("en")).await;
    mia.set("theme", json!("light")).await;
    mia.set("language", json!(null)).await;
    mia.set("size", json!("")).await;

    let mut socket = mia.connect_unwelcomed().await;
    let ServerFrame::Welcome { settings, .. } = socket.hear().await else { panic!("no welcome") };
    assert_eq!(settings, Change(5));
    let [theme, language, size] = [("theme", Some("light"), 3), ("language", None, 4), ("size", Some(""), 5)]
        .map(|(k, v, c)| setting(k, v, c));
    let all: Settings = mia.get(routes::SETTINGS).await;
    assert_eq!(all, Settings { settings: vec![theme.clone(), size.clone()], head: Change(5), more: false });
    let since = |change: i64| format!("{}?changed_after={change}", routes::SETTINGS);
    let some: Settings = mia.get(&since(0)).await;
    assert_eq!(some.settings, [theme, language.clone(), size.clone()]);
    assert_eq!(mia.get::<Settings>(&since(3)).await.settings, [language, size]);
    assert_eq!(
        mia.get::<Settings>(&since(5)).await,
        Settings { settings: vec![], head: Change(5), more: false }
    );
    refused(mia.ask(Method::GET, &since(0).replace('0', "x"), None).await, Code::InvalidQuery).await;
}

#[tokio::test]
async fn many_settings_come_page_by_page_each_once() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let mut socket = mia.connect().await;
    let all = limits::PAGE_SETTINGS + 5;
    for n in 0..all {
        socket.set(&format!("pin/{n}"), Some("")).await;
        socket.setting().await;
    }
    mia.set("pin/3", json!(null)).await;
    let first: Settings = mia.get(routes::SETTINGS).await;
    assert_eq!((first.settings.len(), first.more), (limits::PAGE_SETTINGS, true));
    assert_eq!(first.head, first.settings[limits::PAGE_SETTINGS - 1].change);
    let rest: Settings = mia.get(&format!("{}?changed_after={}", routes::SETTINGS, first.head)).await;
    assert_eq!((rest.settings.len(), rest.more, rest.head), (5, false, Change(all as i64 + 1)));
    assert_eq!(rest.settings[4], setting("pin/3", None, all as i64 + 1), "removed since the first page");
}

#[tokio::test]
async fn what_was_so_already_is_answered_once_and_changes_nothing() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let (mut phone, mut laptop) = (mia.connect().await, server.log_in("mia").await.connect().await);
    assert_eq!(mia.set("theme", json!("dark")).await.change, Change(1));
    assert_eq!(mia.set("theme", json!("dark")).await.change, Change(1));
    assert_eq!(
        mia.set("draft/x", json!(null)).await,
        setting("draft/x", None, 0),
        "nothing was there to remove"
    );
    phone.setting().await;
    laptop.setting().await;

    let again = phone.set("theme", Some("dark")).await;
    assert_eq!(phone.setting().await, (setting("theme", Some("dark"), 1), Some(again)));
    let next = phone.set("theme", None).await;
    for device in [&mut phone, &mut laptop] {
        assert_eq!(device.setting().await, (setting("theme", None, 2), Some(next)), "nothing lay between");
    }
}

#[tokio::test]
async fn settings_of_one_connection_keep_their_order() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let mut socket = mia.connect().await;
    let mut sent = Vec::new();
    for n in 0..50 {
        sent.push(socket.set("draft/x", Some(&n.to_string())).await);
    }
    for (n, client_id) in sent.into_iter().enumerate() {
        let expected = setting("draft/x", Some(&n.to_string()), n as i64 + 1);
        assert_eq!(socket.setting().await, (expected, Some(client_id)));
    }
    let all: Settings = mia.get(&format!("{}?changed_after=0", routes::SETTINGS)).await;
    assert_eq!(all.settings.len(), 1, "one row, however often it was set");
}

#[tokio::test]
async fn a_setting_that_does_not_fit_is_refused_by_name() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let mut socket = mia.connect().await;
    let long = "x".repeat(limits::SETTING_VALUE_BYTES + 1);
    for (key, value) in [("", Some("a")), ("Theme", None), ("a b", None), ("theme", Some(long.as_str()))] {
        let client_id = socket.set(key, value).await;
        assert_eq!(socket.error().await, (Code::InvalidSetting, Some(client_id)), "{key:?}");
        let body = json!({"key": key, "value": value});
        refused(mia.ask(Method::PATCH, routes::SETTINGS, Some(body)).await, Code::InvalidSetting).await;
    }
    let fits = "é".repeat(limits::SETTING_VALUE_BYTES / 2);
    assert_eq!(mia.set("theme", json!(fits)).await.value, Some(fits));
}

fn setting(key: &str, value: Option<&str>, change: i64) -> Setting {
    Setting { key: key.to_owned(), value: value.map(str::to_owned), change: Change(change) }
}

impl Person {
    pub async fn set(&self, key: &str, value: serde_json::Value) -> Setting {
        let body = json!({"key": key, "value": value});
        read(self.ask(Method::PATCH, routes::SETTINGS, Some(body)).await, StatusCode::OK).await
    }
}

impl Socket {
    pub async fn set(&mut self, key: &str, value: Option<&str>) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        let (key, value) = (key.to_owned(), value.map(str::to_owned));
        self.say(&ClientFrame::Set { client_id, key, value }).await;
        client_id
    }

    /// The next setting heard of; an error fails the test.
    pub async fn setting(&mut self) -> (Setting, Option<ClientId>) {
        self.hear_until(|frame| match frame {
            ServerFrame::Setting { setting, client_id } => Some((setting, client_id)),
            ServerFrame::Error { code, .. } => panic!("refused: {code:?}"),
            _ => None,
        })
        .await
    }
}
