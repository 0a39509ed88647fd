//! What pages say of themselves, and how they are asked.

use futures_util::future::join_all;
use kith_shared::limits::{PREVIEW_TITLE_CHARS, PREVIEWS_A_MINUTE};
use kith_shared::problem::Code;
use reqwest::StatusCode;

use super::site::Site;
use crate::harness::{TestServer, refused};
use crate::media::{hash, png};

#[tokio::test]
async fn a_page_is_told_by_its_title_description_site_and_picture() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let mia = server.register("mia").await;
    let url = site.url("/boats#oars");
    let preview = mia.preview(&url).await;
    assert_eq!((preview.url, preview.title.as_str()), (url, "Boats & oars"));
    assert_eq!(preview.description.as_deref(), Some("All of them, at six."));
    assert_eq!(preview.site.as_deref(), Some("Harbour"));
    let image = preview.image.expect("a picture");
    assert_eq!((image.file, image.width, image.height), (hash(&png(640, 480)), 640, 480));
    // Whoever asked may see it before anything is sent; its type is what it is, not what the site said.
    let picture = mia.file(image.file).await;
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert_eq!(picture.bytes().await.unwrap(), png(640, 480));
}

#[tokio::test]
async fn a_page_is_asked_for_nobody_in_particular() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let mia = server.register("mia").await;
    mia.preview(&site.url("/boats?when=six o'clock#oars")).await;
    let asked = site.asked("/boats?when=six%20o%27clock");
    let head = asked[0].to_ascii_lowercase();
    assert!(
        head.contains("\r\naccept-encoding: identity\r\n") && head.contains("\r\nuser-agent: kith/"),
        "{head}"
    );
    for told in ["cookie", "authorization", "referer", "accept-language", "mia"] {
        assert!(!head.contains(told), "{told}: {head}");
    }
}

#[tokio::test]
async fn pages_say_it_in_their_own_ways() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let mia = server.register("mia").await;
    for (path, title, description) in [
        ("/little", "A little", None),
        ("/words", "Лодки", None),
        ("/broken", "Bro<b>ken", Some("a b c")),
        ("/cut", "Cut off", None),
        ("/endless", "Endless", None),
    ] {
        let preview = mia.preview(&site.url(path)).await;
        assert_eq!((preview.title.as_str(), preview.description.as_deref()), (title, description), "{path}");
        assert!(preview.title.chars().count() <= PREVIEW_TITLE_CHARS && preview.image.is_none());
    }
}

#[tokio::test]
async fn a_picture_that_can_not_be_shown_is_left_out() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let mia = server.register("mia").await;
    for path in ["/bomb", "/vast", "/drawn", "/without", "/inline"] {
        let preview = mia.preview(&site.url(path)).await;
        assert_eq!((preview.title.as_str(), preview.image), ("Pictured", None), "{path}");
    }
    refused(mia.file(hash(&png(100_000, 100_000))).await, Code::FileNotFound).await;
}

#[tokio::test]
async fn a_page_is_followed_where_it_went_but_not_for_ever() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let mia = server.register("mia").await;
    let preview = mia.preview(&site.url("/3")).await;
    assert_eq!((preview.url, preview.title.as_str()), (site.url("/3"), "Boats & oars"));
    assert!(preview.image.is_some(), "its picture lies where it went");
    refused(mia.asks_preview(&site.url("/4")).await, Code::PreviewUnavailable).await;
}

#[tokio::test]
async fn a_page_is_looked_at_once_for_all_who_ask() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let url = site.url("/boats");
    let all = join_all((0..10).map(|_| mia.preview(&url))).await;
    assert!(all.iter().all(|preview| *preview == all[0]));
    let again = leo.preview(&url).await;
    assert_eq!(again, all[0]);
    assert_eq!((site.asked("/boats").len(), site.asked("/cat.png").len()), (1, 1));
    assert_eq!(leo.file(again.image.unwrap().file).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn nobody_has_more_pages_looked_at_than_they_can_read() {
    let (server, site) = (TestServer::start().await, Site::start().await);
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let known = site.url("/little");
    mia.preview(&known).await;
    for n in 1..PREVIEWS_A_MINUTE {
        refused(mia.asks_preview(&site.url(&format!("/none{n}"))).await, Code::PreviewUnavailable).await;
    }
    refused(mia.asks_preview(&site.url("/boats")).await, Code::TooMany).await;
    mia.preview(&known).await;
    leo.preview(&site.url("/boats")).await;
}
