//! Files in an object store that speaks S3.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use kith_shared::routes;
use reqwest::{Method, StatusCode};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

use super::alone::Alone;
use super::{hash, noise, standing};
use crate::lifecycle::Kith;

/// An object store over a folder, with one bucket.
pub async fn object_store(folder: &Path) -> SocketAddr {
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

/// How the way to an object store is.
#[derive(Clone, Default)]
struct Way(Arc<AtomicUsize>);

impl Way {
    /// So many of the next connections break off in the middle of what is sent.
    fn cut(&self, connections: usize) {
        self.0.store(connections, Ordering::SeqCst);
    }

    fn is_cut(&self) -> bool {
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }

    fn cuts_left(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Where the object store is had by this way.
    async fn to(&self, store: SocketAddr) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, way) = (listener.local_addr().unwrap(), self.clone());
        tokio::spawn(async move {
            loop {
                let (here, _) = listener.accept().await.unwrap();
                let most = if way.is_cut() { 1 << 20 } else { u64::MAX };
                tokio::spawn(pass_on(here, store, most));
            }
        });
        address
    }
}

async fn pass_on(here: TcpStream, store: SocketAddr, most: u64) {
    let there = TcpStream::connect(store).await.unwrap();
    let (mut here_in, mut here_out) = here.into_split();
    let (mut there_in, mut there_out) = there.into_split();
    let back = tokio::spawn(async move { tokio::io::copy(&mut there_in, &mut here_out).await });
    // That one of them hangs up is what this is for.
    let _ = tokio::io::copy(&mut (&mut here_in).take(most), &mut there_out).await;
    back.abort();
}

async fn kith_over(data: &Path, store: SocketAddr) -> Alone {
    let endpoint = format!("http://{store}");
    Alone::over(Kith::start_in(data, "127.0.0.1:0", &[], &variables(&endpoint)), routes::REGISTER).await
}

/// By which a server keeps its files there.
pub fn variables(endpoint: &str) -> [(&str, &str); 6] {
    [
        ("AWS_ENDPOINT", endpoint),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "mias key"),
        ("AWS_SECRET_ACCESS_KEY", "mias secret"),
        ("KITH_MEDIA", "s3://kith"),
    ]
}

#[tokio::test]
async fn a_transfer_to_the_bucket_that_is_cut_is_done_again() {
    let (data, bucket) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let way = Way::default();
    way.cut(3);
    let mia = kith_over(data.path(), way.to(object_store(bucket.path()).await).await).await;
    let bytes = noise(13, 20 << 20);
    let upload = mia.begin(bytes.len()).await;
    let done = mia.patch(&upload, 0, &bytes).send().await.unwrap();
    assert_eq!(standing(&done), (bytes.len(), Some(hash(&bytes))));
    assert_eq!(way.cuts_left(), 0);
    let file = mia.tus(Method::GET, &routes::file(hash(&bytes))).send().await.unwrap();
    assert_eq!(hash(&file.bytes().await.unwrap()), hash(&bytes));
}

#[tokio::test]
async fn where_the_bucket_is_out_of_reach_the_upload_says_so_and_is_finished_later() {
    let (data, bucket) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let way = Way::default();
    way.cut(usize::MAX);
    let mia = kith_over(data.path(), way.to(object_store(bucket.path()).await).await).await;
    let bytes = noise(14, 20 << 20);
    let upload = mia.begin(bytes.len()).await;
    let refused = mia.patch(&upload, 0, &bytes).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let missing = mia.tus(Method::GET, &routes::file(hash(&bytes))).send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND, "half of it is not shown");
    way.cut(0);
    // All of it lies here still.
    let stands = mia.tus(Method::HEAD, &upload).send().await.unwrap();
    assert_eq!(standing(&stands), (bytes.len(), Some(hash(&bytes))));
    let file = mia.tus(Method::GET, &routes::file(hash(&bytes))).send().await.unwrap();
    assert_eq!(hash(&file.bytes().await.unwrap()), hash(&bytes));
}

#[tokio::test]
async fn files_lie_in_a_bucket_and_come_out_of_it_in_ranges() {
    let (data, bucket) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mia = kith_over(data.path(), object_store(bucket.path()).await).await;
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
