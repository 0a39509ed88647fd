//! Bringing files, as tus says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kith_shared::problem::Code;
use kith_shared::{limits, routes};
use reqwest::{Method, StatusCode};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{hash, noise, standing};
use crate::harness::{TestServer, refused};

#[tokio::test]
async fn a_file_comes_in_parts_and_is_named_by_what_is_in_it() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bytes = noise(1, 300_000);
    let upload = mia.begin_upload(bytes.len()).await;
    assert_eq!(mia.stands(&upload).await, (0, None));
    let part = mia.patch(&upload, 0, &bytes[..100_000]).send().await.unwrap();
    assert_eq!((part.status(), standing(&part)), (StatusCode::NO_CONTENT, (100_000, None)));
    let part = mia.patch(&upload, 100_000, &bytes[100_000..]).send().await.unwrap();
    assert_eq!(standing(&part), (300_000, Some(hash(&bytes))));
    assert_eq!(mia.stands(&upload).await, (300_000, Some(hash(&bytes))));
    assert_eq!(mia.file(hash(&bytes)).await.bytes().await.unwrap(), bytes);
}

#[tokio::test]
async fn what_the_server_can_do_is_told_to_anybody() {
    let server = TestServer::start().await;
    let options = server.http.request(Method::OPTIONS, server.url(routes::UPLOADS)).send().await.unwrap();
    assert_eq!(options.status(), StatusCode::NO_CONTENT);
    for (name, value) in [
        ("tus-resumable", "1.0.0"),
        ("tus-version", "1.0.0"),
        ("tus-extension", "creation,expiration,checksum,termination"),
        ("tus-checksum-algorithm", "sha1,sha256"),
        ("tus-max-size", "2147483648"),
    ] {
        assert_eq!(options.headers()[name], value, "{name}");
    }
}

#[tokio::test]
async fn an_empty_file_is_whole_at_once() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let begun = mia.tus(Method::POST, routes::UPLOADS).header("upload-length", 0).send().await.unwrap();
    assert_eq!(standing(&begun), (0, Some(hash(b""))));
    assert_eq!(mia.file(hash(b"")).await.bytes().await.unwrap().len(), 0);
}

#[tokio::test]
async fn what_was_said_of_a_file_is_told_again_with_when_it_ends() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let metadata = "filename d29ybGQucG5n,filetype aW1hZ2UvcG5n";
    let begin = mia.tus(Method::POST, routes::UPLOADS).header("upload-length", 7);
    let begun = begin.header("upload-metadata", metadata).send().await.unwrap();
    assert!(begun.headers().contains_key("upload-expires"));
    let upload = begun.headers()["location"].to_str().unwrap();
    let head = mia.tus(Method::HEAD, upload).send().await.unwrap();
    assert_eq!(head.headers()["upload-metadata"], metadata);
    assert_eq!(head.headers()["upload-length"], "7");
    assert_eq!(head.headers()["cache-control"], "no-store");
    let begin = mia.tus(Method::POST, routes::UPLOADS).header("upload-length", 7);
    refused(begin.header("upload-metadata", "filename ***").send().await.unwrap(), Code::InvalidUpload).await;
}

#[tokio::test]
async fn a_wrong_offset_moves_nothing() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let upload = mia.begin_upload(10).await;
    mia.patch(&upload, 0, *b"01234").send().await.unwrap();
    for offset in [0, 4, 6, 10] {
        refused(mia.patch(&upload, offset, *b"56789").send().await.unwrap(), Code::WrongOffset).await;
    }
    assert_eq!(mia.stands(&upload).await, (5, None));
    let done = mia.patch(&upload, 5, *b"56789").send().await.unwrap();
    assert_eq!(standing(&done), (10, Some(hash(b"0123456789"))));
}

#[tokio::test]
async fn more_than_was_announced_is_not_taken() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let upload = mia.begin_upload(4).await;
    refused(mia.patch(&upload, 0, *b"01234").send().await.unwrap(), Code::InvalidUpload).await;
    // Without a length said before, it is found out on the way.
    let pieces = [b"0123".to_vec(), b"45".to_vec()].map(Ok::<_, std::io::Error>);
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    refused(mia.patch(&upload, 0, *b"").body(body).send().await.unwrap(), Code::InvalidUpload).await;
    assert_eq!(mia.stands(&upload).await, (0, None));
}

#[tokio::test]
async fn what_was_changed_on_the_way_is_not_taken() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let upload = mia.begin_upload(10).await;
    let of = |name: &str, digest: &[u8]| format!("{name} {}", STANDARD.encode(digest));
    let good = of("sha256", &Sha256::digest(b"01234"));
    let done = mia.patch(&upload, 0, *b"01234").header("upload-checksum", good).send().await.unwrap();
    assert_eq!(standing(&done), (5, None));
    for (checksum, code) in [
        (of("sha256", &Sha256::digest(b"56788")), Code::ChecksumMismatch),
        (of("sha1", &Sha1::digest(b"56788")), Code::ChecksumMismatch),
        (of("md5", &[0; 16]), Code::InvalidUpload),
        ("sha256".to_owned(), Code::InvalidUpload),
    ] {
        let patch = mia.patch(&upload, 5, *b"56789").header("upload-checksum", checksum);
        refused(patch.send().await.unwrap(), code).await;
        assert_eq!(mia.stands(&upload).await, (5, None));
    }
    let good = of("sha1", &Sha1::digest(b"56789"));
    let done = mia.patch(&upload, 5, *b"56789").header("upload-checksum", good).send().await.unwrap();
    assert_eq!(standing(&done), (10, Some(hash(b"0123456789"))));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_a_byte_of_it() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let begin =
        |length: String| mia.tus(Method::POST, routes::UPLOADS).header("upload-length", length).send();
    refused(begin("20000000000".to_owned()).await.unwrap(), Code::FileTooLarge).await;
    for length in ["-1", "1e3", "", "99999999999999999999", "+5"] {
        refused(begin(length.to_owned()).await.unwrap(), Code::InvalidUpload).await;
    }
    let without = mia.tus(Method::POST, routes::UPLOADS).send().await.unwrap();
    refused(without, Code::InvalidUpload).await;
}

#[tokio::test]
async fn what_one_user_brings_is_bounded() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let begin = || mia.tus(Method::POST, routes::UPLOADS).header("upload-length", limits::FILE_BYTES).send();
    for _ in 0..limits::USER_BYTES / limits::FILE_BYTES {
        assert_eq!(begin().await.unwrap().status(), StatusCode::CREATED);
    }
    refused(begin().await.unwrap(), Code::QuotaReached).await;
    let zoe = server.register("zoe").await;
    for _ in 0..limits::UPLOADS {
        zoe.begin_upload(1).await;
    }
    let one_more = zoe.tus(Method::POST, routes::UPLOADS).header("upload-length", 1).send().await.unwrap();
    refused(one_more, Code::TooMany).await;
}

#[tokio::test]
async fn an_upload_is_its_users_alone_and_gone_when_it_is_given_up() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let upload = mia.begin_upload(4).await;
    refused(leo.patch(&upload, 0, *b"0123").send().await.unwrap(), Code::UploadNotFound).await;
    refused(leo.tus(Method::DELETE, &upload).send().await.unwrap(), Code::UploadNotFound).await;
    assert_eq!(leo.tus(Method::HEAD, &upload).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let nobody = server.http.post(server.url(routes::UPLOADS)).header("upload-length", 4);
    refused(nobody.send().await.unwrap(), Code::Unauthorized).await;
    mia.patch(&upload, 0, *b"01").send().await.unwrap();
    assert_eq!(mia.tus(Method::DELETE, &upload).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    refused(mia.patch(&upload, 2, *b"23").send().await.unwrap(), Code::UploadNotFound).await;
    let left = std::fs::read_dir(server.data().join("media/uploads")).unwrap().count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn another_version_and_another_type_are_refused() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let upload = mia.begin_upload(4).await;
    let old = mia.request(Method::PATCH, &upload).header("tus-resumable", "0.2.2").send().await.unwrap();
    assert_eq!(old.headers()["tus-version"], "1.0.0");
    refused(old, Code::WrongVersion).await;
    let json = mia.tus(Method::PATCH, &upload).header("upload-offset", 0).json("0123").send().await.unwrap();
    refused(json, Code::UnsupportedMediaType).await;
}

#[tokio::test]
async fn who_can_only_post_says_what_it_stands_for() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let upload = mia.begin_upload(4).await;
    let post = |method: &'static str| {
        mia.tus(Method::POST, &upload)
            .header("x-http-method-override", method)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", 0)
            .body(b"0123".to_vec())
            .send()
    };
    refused(post("GET").await.unwrap(), Code::MethodNotAllowed).await;
    assert_eq!(standing(&post("PATCH").await.unwrap()), (4, Some(hash(b"0123"))));
}

#[tokio::test]
async fn the_same_file_is_stored_once_whoever_brings_it() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let bytes = noise(2, 1_000);
    refused(leo.file(hash(&bytes)).await, Code::FileNotFound).await;
    mia.brings(&bytes).await;
    // Who only knows what it hashes to has not brought it.
    refused(leo.file(hash(&bytes)).await, Code::FileNotFound).await;
    let (one, two) = tokio::join!(leo.brings(&bytes), mia.brings(&bytes));
    assert_eq!((one, two), (hash(&bytes), hash(&bytes)));
    assert_eq!(leo.file(one).await.bytes().await.unwrap(), bytes);
    let folder = server.data().join("media/files").join(&one.to_string()[..2]);
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
}
