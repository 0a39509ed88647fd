//! What can't be had, which is told in the same words whatever the reason.

use std::time::Instant;

use futures_util::future::join_all;
use kith_server::outgoing::Reach;
use kith_shared::limits::PREVIEW_PATIENCE;
use kith_shared::problem::Code;
use reqwest::StatusCode;

use super::site::Site;
use crate::harness::{TestServer, refused};

#[tokio::test]
async fn whatever_the_reason_there_is_one_answer() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let mia = server.register("mia").await;
    let paths = [
        "/untitled",
        "/json",
        "/packed",
        "/error",
        "/none",
        "/heads",
        "/telnet",
        "/loop",
        "/lost",
        "/file",
        "/cat.png",
    ];
    let mut urls: Vec<String> = paths.iter().map(|path| site.url(path)).collect();
    urls.extend(
        ["", "boats", "example.org", "ftp://example.org", "http://", "http://no-such-name.invalid/"]
            .map(str::to_owned),
    );
    urls.push(format!("http://mia:secret@127.0.0.1:{}/boats", site.port()));
    urls.push(site.url(&format!("/boats?{}", "x".repeat(2_000))));
    let mut told = Vec::new();
    for url in &urls {
        let answer = mia.asks_preview(url).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{url}");
        told.push(answer.text().await.unwrap());
    }
    assert!(told.iter().all(|text| *text == told[0]), "{told:?}");
    assert!(site.asked("/boats").is_empty());
}

#[tokio::test]
async fn a_slow_page_is_not_waited_for() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let mia = server.register("mia").await;
    let begin = Instant::now();
    let slow = ["/never", "/drips"].map(|path| {
        let (mia, url) = (&mia, site.url(path));
        async move { refused(mia.asks_preview(&url).await, Code::PreviewUnavailable).await }
    });
    join_all(slow).await;
    assert!(begin.elapsed() >= PREVIEW_PATIENCE, "they were given their time");
    // Known to have none, it is not waited for again.
    refused(mia.asks_preview(&site.url("/never")).await, Code::PreviewUnavailable).await;
    assert_eq!(site.asked("/never").len(), 1);
}

#[tokio::test]
async fn what_only_the_server_can_reach_is_not_looked_at() {
    let (server, site) = (TestServer::start_public().await, Site::start().await);
    let mia = server.register("mia").await;
    let port = site.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f.1",
        "10.0.0.1",
        "169.254.169.254",
    ] {
        for url in [format!("http://{host}:{port}/boats"), format!("http://{host}/latest/meta-data/")] {
            refused(mia.asks_preview(&url).await, Code::PreviewUnavailable).await;
        }
    }
    assert!(site.was_asked_nothing());
}

#[tokio::test]
async fn where_previews_are_off_no_page_is_looked_at() {
    let (server, site) = (TestServer::start_previewing(None).await, Site::start().await);
    let mia = server.register("mia").await;
    refused(mia.asks_preview(&site.url("/boats")).await, Code::PreviewUnavailable).await;
    assert!(site.was_asked_nothing());
    let there = TestServer::start_previewing(Some(Reach::Any)).await;
    there.register("mia").await.preview(&site.url("/boats")).await;
}

#[tokio::test]
async fn only_who_is_logged_in_asks() {
    let server = TestServer::start().await;
    let body = serde_json::json!({"url": "https://example.org"});
    refused(server.post(kith_shared::routes::PREVIEWS, &body).await, Code::Unauthorized).await;
}
