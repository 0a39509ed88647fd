//! A tus client that others wrote: <https://github.com/tus/tus-js-client>.

use std::path::Path;

use kith_shared::routes;
use reqwest::Method;
use tokio::process::Command;

use super::{hash, noise};
use crate::harness::TestServer;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/media/tus.js");

#[tokio::test]
async fn a_program_that_knows_tus_and_nothing_of_kith_brings_a_file() {
    let client =
        std::env::var("KITH_TUS_CLIENT").expect("`cargo xtask test` installs tus-js-client and says where");
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let (folder, bytes) = (tempfile::tempdir().unwrap(), noise(13, 2_000_000));
    let path = folder.path().join("a.bin");
    std::fs::write(&path, &bytes).unwrap();
    let address = bring(&client, &server.url(routes::UPLOADS), &mia.token, &path).await;
    let upload = address.strip_prefix(&server.url("")).unwrap().to_owned();
    assert_eq!(mia.stands(&upload).await, (bytes.len(), Some(hash(&bytes))));
    let head = mia.tus(Method::HEAD, &upload).send().await.unwrap();
    assert!(head.headers()["upload-metadata"].to_str().unwrap().starts_with("filename "));
    assert_eq!(mia.file(hash(&bytes)).await.bytes().await.unwrap(), bytes);
}

async fn bring(client: &str, endpoint: &str, token: &str, path: &Path) -> String {
    let mut node = Command::new("node");
    node.arg(SCRIPT).args([client, endpoint, token]).arg(path);
    let done = node.output().await.expect("Node.js is there, where npm is");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}
