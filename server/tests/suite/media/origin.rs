//! Files on an origin of their own, and servers that serve nothing else.

use std::process::{Command, Stdio};

use kith_server::media::MediaConfig;
use kith_shared::problem::Code;
use kith_shared::routes;
use reqwest::StatusCode;
use reqwest::redirect::Policy;

use super::PNG;
use crate::harness::{TestServer, refused};
use crate::lifecycle::Kith;

const ORIGIN: &str = "https://media.example.org";
const KEY: &str = "the key of both";

async fn with_an_origin(storage: Option<String>) -> TestServer {
    let (origin, key) = (Some(ORIGIN.to_owned()), Some(KEY.to_owned()));
    TestServer::start_with(MediaConfig { storage, origin, key, ..MediaConfig::default() }).await
}

/// Where a file is to be had, as path and query.
async fn address(server: &TestServer, token: &str, path: &str) -> String {
    let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    let led = http.get(server.url(path)).bearer_auth(token).send().await.unwrap();
    assert_eq!(led.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(led.headers()["cache-control"], "no-store");
    let location = led.headers()["location"].to_str().unwrap();
    location.strip_prefix(ORIGIN).unwrap().to_owned()
}

#[tokio::test]
async fn who_may_have_a_file_is_led_to_the_origin_of_files() {
    let server = with_an_origin(None).await;
    let mia = server.register("mia").await;
    let path = format!("{}?name=a%20cat.png", routes::file(mia.brings(PNG).await));
    let address = address(&server, &mia.token, &path).await;
    let had = server.get(&address).await;
    assert_eq!(had.headers()["content-disposition"], "inline; filename=\"a cat.png\"");
    assert_eq!(had.headers()["cross-origin-resource-policy"], "cross-origin");
    assert_eq!(had.headers()["access-control-allow-origin"], "*");
    assert_eq!(had.bytes().await.unwrap(), PNG);
    // Nothing in it can be changed, and nobody is led there who may not have it.
    refused(server.get(&address.replace("image", "text")).await, Code::FileNotFound).await;
    refused(server.get(&path).await, Code::Unauthorized).await;
    let leo = server.register("leo").await;
    refused(leo.ask(reqwest::Method::GET, &path, None).await, Code::FileNotFound).await;
    let page = server.get("/").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("img-src 'self' blob: data: https://media.example.org;"), "{policy}");
}

#[tokio::test]
async fn a_server_of_files_alone_serves_what_another_has_signed() {
    let folder = tempfile::tempdir().unwrap();
    let server = with_an_origin(Some(folder.path().to_str().unwrap().to_owned())).await;
    let mia = server.register("mia").await;
    let address = address(&server, &mia.token, &routes::file(mia.brings(PNG).await)).await;
    let nothing = tempfile::tempdir().unwrap();
    let media = folder.path().to_str().unwrap();
    let options = ["--role", "media", "--media", media, "--media-key", KEY];
    let mut files = Kith::start_with(nothing.path(), "127.0.0.1:0", &options);
    let get = |path: &str| server.http.get(format!("http://{}{path}", files.address)).send();
    let part = server.http.get(format!("http://{}{address}", files.address)).header("range", "bytes=1-3");
    let part = part.send().await.unwrap();
    assert_eq!(
        (part.status(), &part.headers()["content-type"].clone()),
        (StatusCode::PARTIAL_CONTENT, &"image/png".parse().unwrap())
    );
    assert_eq!(part.bytes().await.unwrap(), PNG[1..4]);
    assert_eq!(get(routes::HEALTH).await.unwrap().status(), StatusCode::OK);
    refused(get(&address.replace("type=image", "type=text")).await.unwrap(), Code::FileNotFound).await;
    refused(get(routes::ME).await.unwrap(), Code::NotFound).await;
    assert!(!nothing.path().join("kith.sqlite").exists());
    files.signal("-TERM");
    assert!(files.child.wait().unwrap().success());
}

#[test]
fn what_can_not_be_served_is_said_at_the_start() {
    for (options, said) in [
        (&["--role", "media"][..], "--media-key has to be given"),
        (&["--media-origin", "media.example.org/files"], "--media-origin has to be an origin"),
        (&["--media", "gopher://files"], "the media storage failed"),
    ] {
        let data = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_kith"));
        let command =
            command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data.path()).args(options);
        let ended = command.stdout(Stdio::null()).output().unwrap();
        let error = String::from_utf8(ended.stderr).unwrap();
        assert!(!ended.status.success() && error.contains(said), "{options:?}: {error}");
    }
}
