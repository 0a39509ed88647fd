//! Files in an object store that speaks S3.

use std::net::SocketAddr;
use std::path::Path;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use kith_shared::routes;
use reqwest::{Method, StatusCode};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

use super::alone::Alone;
use super::{hash, noise, standing};
use crate::lifecycle::Kith;

/// An object store over a folder, with one bucket.
async fn object_store(folder: &Path) -> SocketAddr {
    std::fs::create_dir(folder.join("kith")).unwrap();
    let mut service = S3ServiceBuilder::new(FileSystem::new(folder).unwrap());
    service.set_auth(SimpleAuth::from_single("mias key", "mias secret"));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = service.clone();
            tokio::spawn(async move {
                let http = Builder::new(TokioExecutor::new());
                let _ = http.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

#[tokio::test]
async fn files_lie_in_a_bucket_and_come_out_of_it_in_ranges() {
    let (data, bucket) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let endpoint = format!("http://{}", object_store(bucket.path()).await);
    let variables = [
        ("AWS_ENDPOINT", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "mias key"),
        ("AWS_SECRET_ACCESS_KEY", "mias secret"),
        ("KITH_MEDIA", "s3://kith"),
    ];
    let kith = Kith::start_in(data.path(), "127.0.0.1:0", &[], &variables);
    let mia = Alone::over(kith, routes::REGISTER).await;
    // More than one part of a multipart upload, and less than one.
    for bytes in [noise(11, 20 << 20), noise(12, 1_000), Vec::new()] {
        let upload = mia.begin(bytes.len()).await;
        let done = mia.patch(&upload, 0, &bytes).send().await.unwrap();
        assert_eq!(standing(&done), (bytes.len(), Some(hash(&bytes))));
        let file = || mia.tus(Method::GET, &routes::file(hash(&bytes)));
        assert_eq!(hash(&file().send().await.unwrap().bytes().await.unwrap()), hash(&bytes));
        if bytes.len() > 900 {
            let part = file().header("range", "bytes=100-899").send().await.unwrap();
            assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
            assert_eq!(part.bytes().await.unwrap(), bytes[100..900]);
        }
    }
    assert_eq!(std::fs::read_dir(data.path().join("uploads")).unwrap().count(), 0);
    let folders = std::fs::read_dir(bucket.path().join("kith/files")).unwrap();
    assert_eq!(folders.count(), 3);
}
