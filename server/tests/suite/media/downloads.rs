//! Having files again: ranges, caches, names, types, and for whom.

use kith_shared::problem::Code;
use kith_shared::routes;
use reqwest::{Method, StatusCode};

use super::{PNG, attachment, carrying, noise};
use crate::harness::{Person, TestServer, refused};

#[tokio::test]
async fn a_range_is_had_as_it_is_asked_for() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bytes = noise(3, 200_000);
    let path = routes::file(mia.brings(&bytes).await);
    let ask = |range: &'static str| mia.request(Method::GET, &path).header("range", range).send();
    let part = ask("bytes=1000-99999").await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], "bytes 1000-99999/200000");
    assert_eq!(part.headers()["content-length"], "99000");
    assert_eq!(part.bytes().await.unwrap(), bytes[1_000..100_000]);
    assert_eq!(ask("bytes=-5").await.unwrap().bytes().await.unwrap(), bytes[199_995..]);
    assert_eq!(ask("bytes=199999-").await.unwrap().bytes().await.unwrap(), bytes[199_999..]);
    let beyond = ask("bytes=200000-").await.unwrap();
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.headers()["content-range"], "bytes */200000");
    let head = mia.request(Method::HEAD, &path).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], "200000");
    assert_eq!(head.headers()["accept-ranges"], "bytes");
}

#[tokio::test]
async fn what_one_has_is_not_sent_again() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let file = mia.brings(PNG).await;
    let first = mia.file(file).await;
    let tag = first.headers()["etag"].clone();
    assert_eq!(tag, format!("\"{file}\"").as_str());
    assert!(first.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    let ask = |name: &'static str| mia.request(Method::GET, &routes::file(file)).header(name, tag.clone());
    assert_eq!(ask("if-none-match").send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
    let part = ask("if-range").header("range", "bytes=0-1").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    let other = mia.request(Method::GET, &routes::file(file)).header("if-range", "\"other\"");
    assert_eq!(other.header("range", "bytes=0-1").send().await.unwrap().status(), StatusCode::OK);
}

/// The type, how it is shown, and what may run in it.
async fn told(mia: &Person, bytes: &[u8], name: &str) -> [String; 3] {
    let path = format!("{}?name={name}", routes::file(mia.brings(bytes).await));
    let response = mia.ask(Method::GET, &path, None).await;
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    ["content-type", "content-disposition", "content-security-policy"]
        .map(|name| response.headers()[name].to_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_a_browser_could_run_is_only_saved() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let sandbox = "sandbox; default-src 'none'; frame-ancestors 'none'";
    let [kind, shown, policy] = told(&mia, PNG, "cat.png").await;
    assert_eq!((kind.as_str(), shown.as_str()), ("image/png", "inline; filename=\"cat.png\""));
    assert_eq!(policy, sandbox);
    for (bytes, kind) in [
        (&b"<!doctype html><script>alert(1)</script>"[..], "text/html"),
        (b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "text/xml"),
        (b"%PDF-1.7 /JavaScript", "application/pdf"),
        (b"\xef\xbb\xbf alert(1)", "text/plain"),
        (b"\0\0\0 no type at all", "application/octet-stream"),
    ] {
        let [told, shown, policy] = told(&mia, bytes, "photo.png").await;
        assert_eq!((told.as_str(), policy.as_str()), (kind, sandbox));
        assert_eq!(shown, "attachment; filename=\"photo.png\"");
    }
}

#[tokio::test]
async fn a_picture_that_is_a_script_too_is_a_picture() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let [kind, ..] = told(&mia, b"GIF89a/*\x01\0\x01\0*/=1;alert(1)//<script>", "both.js").await;
    assert_eq!(kind, "image/gif");
}

#[tokio::test]
async fn a_strange_name_can_be_saved() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    for (name, said) in [
        ("..%2F..%2Fetc%2Fpasswd", "inline; filename=\"passwd\""),
        (
            "a%22%0D%0Ax-evil%3A%201.png",
            "inline; filename=\"a_x-evil: 1.png\"; filename*=UTF-8''a%22x-evil%3A%201.png",
        ),
        ("%E2%80%AE%D8%AA.png", "inline; filename=\"_.png\"; filename*=UTF-8''%D8%AA.png"),
        ("", "inline; filename=\"file\""),
    ] {
        assert_eq!(told(&mia, PNG, name).await[1], said);
    }
    let long = told(&mia, PNG, &format!("{}.png", "a".repeat(300))).await;
    assert_eq!(long[1].len(), "inline; filename=\"\"".len() + 200);
}

#[tokio::test]
async fn a_file_is_for_who_may_see_a_message_that_carries_it() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let zoe = server.register("zoe").await;
    mia.befriends(&zoe).await;
    let group = mia.groups("Boats", &[&leo]).await.id;
    let file = mia.brings(PNG).await;
    refused(leo.file(file).await, Code::FileNotFound).await;
    let mut socket = mia.connect().await;
    let sent = socket.send_body(group, carrying("", vec![attachment(file, "photo", "cat.png")])).await;
    let head = socket.acknowledged(sent).await;
    assert_eq!(leo.file(file).await.bytes().await.unwrap(), PNG);
    refused(zoe.file(file).await, Code::FileNotFound).await;
    let nobody = server.get(&routes::file(file)).await;
    refused(nobody, Code::Unauthorized).await;
    leo.ask(Method::DELETE, &routes::membership(group), None).await;
    refused(leo.file(file).await, Code::FileNotFound).await;
    let add = serde_json::json!({"users": [zoe.id()]});
    assert_eq!(mia.post(&routes::members(group), add).await.status(), StatusCode::OK);
    assert_eq!(zoe.file(file).await.status(), StatusCode::OK);
    let deleted = socket.deletes(group, head.seq.0).await;
    socket.acknowledged(deleted).await;
    refused(zoe.file(file).await, Code::FileNotFound).await;
}
