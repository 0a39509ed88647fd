//! What breaks while files come in: connections, disks, the server itself.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use kith_shared::auth::Session;
use kith_shared::problem::Code;
use kith_shared::routes;
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::alone::Alone;
use super::{hash, noise, standing};
use crate::harness::{TestServer, read, refused};
use crate::lifecycle::Kith;

/// The head of a request that promises `length` bytes.
fn promise(upload: &str, token: &str, offset: usize, length: usize) -> String {
    format!(
        "PATCH {upload} HTTP/1.1\r\nhost: kith\r\nauthorization: Bearer {token}\r\ntus-resumable: 1.0.0\r\n\
         content-type: application/offset+octet-stream\r\nupload-offset: {offset}\r\ncontent-length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn an_upload_cut_at_every_tenth_goes_on_where_it_stopped() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bytes = noise(4, 1_000_000);
    let upload = mia.begin_upload(bytes.len()).await;
    let mut offset = 0;
    for tenth in 1..10 {
        let mut connection = TcpStream::connect(server.address).await.unwrap();
        let head = promise(&upload, &mia.token, offset, bytes.len() - offset);
        connection.write_all(head.as_bytes()).await.unwrap();
        let cut = tenth * 100_000;
        connection.write_all(&bytes[offset..cut]).await.unwrap();
        connection.shutdown().await.unwrap();
        // It has heard of the end when it ends too.
        let _ = connection.read_to_end(&mut Vec::new()).await;
        assert_eq!(mia.stands(&upload).await, (cut, None));
        offset = cut;
    }
    let done = mia.patch(&upload, offset, &bytes[offset..]).send().await.unwrap();
    assert_eq!(standing(&done), (bytes.len(), Some(hash(&bytes))));
    assert_eq!(mia.file(hash(&bytes)).await.bytes().await.unwrap(), bytes);
}

#[tokio::test]
async fn what_is_checked_and_cut_counts_for_nothing() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bytes = noise(5, 100_000);
    let upload = mia.begin_upload(bytes.len()).await;
    let head = promise(&upload, &mia.token, 0, bytes.len());
    let head = head.replace("upload-offset", "upload-checksum: sha256 AAAA\r\nupload-offset");
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&bytes[..50_000]).await.unwrap();
    connection.shutdown().await.unwrap();
    let _ = connection.read_to_end(&mut Vec::new()).await;
    assert_eq!(mia.stands(&upload).await, (0, None));
}

#[tokio::test]
async fn a_new_connection_cuts_the_one_that_hangs() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bytes = noise(6, 100_000);
    let upload = mia.begin_upload(bytes.len()).await;
    let mut hangs = TcpStream::connect(server.address).await.unwrap();
    // The server says when it begins to read.
    let head = promise(&upload, &mia.token, 0, bytes.len())
        .replace("host: kith", "host: kith\r\nexpect: 100-continue");
    hangs.write_all(head.as_bytes()).await.unwrap();
    let mut reads = [0; 25];
    hangs.read_exact(&mut reads).await.unwrap();
    assert_eq!(&reads, b"HTTP/1.1 100 Continue\r\n\r\n");
    hangs.write_all(&bytes[..10]).await.unwrap();
    let (offset, _) = mia.stands(&upload).await;
    let done = mia.patch(&upload, offset, &bytes[offset..]).send().await.unwrap();
    assert_eq!(standing(&done), (bytes.len(), Some(hash(&bytes))));
    let mut answer = String::new();
    let _ = hangs.read_to_string(&mut answer).await;
    assert!(!answer.contains("204"), "{answer}");
}

#[tokio::test]
async fn an_upload_goes_on_after_the_server_was_started_anew() {
    let mut server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bytes = noise(7, 100_000);
    let upload = mia.begin_upload(bytes.len()).await;
    mia.patch(&upload, 0, &bytes[..60_000]).send().await.unwrap();
    server.restart().await;
    let mia = server.log_in("mia").await;
    assert_eq!(mia.stands(&upload).await, (60_000, None));
    let done = mia.patch(&upload, 60_000, &bytes[60_000..]).send().await.unwrap();
    assert_eq!(standing(&done), (bytes.len(), Some(hash(&bytes))));
}

#[tokio::test]
async fn an_upload_whose_file_is_gone_begins_anew() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let upload = mia.begin_upload(10).await;
    mia.patch(&upload, 0, *b"01234").send().await.unwrap();
    let spool = server.data().join("media/uploads");
    std::fs::remove_file(spool.join(upload.rsplit('/').next().unwrap())).unwrap();
    for offset in [5, 0] {
        refused(mia.patch(&upload, offset, *b"56789").send().await.unwrap(), Code::UploadNotFound).await;
    }
    mia.brings(b"0123456789").await;
}

#[tokio::test]
async fn a_server_that_goes_down_waits_for_nobody_who_uploads() {
    let mut server = TestServer::start().await;
    let mia = server.register("mia").await;
    let upload = mia.begin_upload(100).await;
    let mut hangs = TcpStream::connect(server.address).await.unwrap();
    hangs.write_all(promise(&upload, &mia.token, 0, 100).as_bytes()).await.unwrap();
    hangs.write_all(b"0123456789").await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn an_upload_goes_on_after_the_server_was_killed_in_the_middle_of_it() {
    let data = tempfile::tempdir().unwrap();
    let mut killed = Alone::over(Kith::start_with(data.path(), "127.0.0.1:0", &[]), routes::REGISTER).await;
    let bytes = noise(8, 48 << 20);
    let upload = killed.begin(bytes.len()).await;
    let mut connection = TcpStream::connect(&killed.kith.address).await.unwrap();
    connection.write_all(promise(&upload, &killed.token, 0, bytes.len()).as_bytes()).await.unwrap();
    connection.write_all(&bytes[..40 << 20]).await.unwrap();
    killed.kith.child.kill().unwrap();
    killed.kith.child.wait().unwrap();
    let again = Alone::over(Kith::start_with(data.path(), "127.0.0.1:0", &[]), routes::LOG_IN).await;
    let (offset, file) = again.stands(&upload).await;
    assert!(file.is_none() && offset <= 40 << 20, "{offset}");
    let done = again.patch(&upload, offset, &bytes[offset..]).send().await.unwrap();
    assert_eq!(standing(&done), (bytes.len(), Some(hash(&bytes))));
    let path = routes::file(hash(&bytes));
    let had = again.tus(Method::GET, &path).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(hash(&had), hash(&bytes));
}

/// Starts a server no file of which may grow beyond so many KiB: to it the disk is full then.
fn start_on_a_small_disk(data: &std::path::Path, kib: u32) -> Kith {
    let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$@\"");
    let mut command = Command::new("bash");
    command.args(["-c", &script, "bash", env!("CARGO_BIN_EXE_kith"), "serve", "--listen", "127.0.0.1:0"]);
    command.args(["--log", "error", "--data"]).arg(data).stdout(Stdio::piped()).process_group(0);
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit("http://").next().unwrap().to_owned();
    Kith { child, address }
}

#[tokio::test]
async fn a_full_disk_is_said_and_what_there_was_room_for_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let mut small = Alone::over(start_on_a_small_disk(data.path(), 4 << 10), routes::REGISTER).await;
    let bytes = noise(10, 6 << 20);
    let upload = small.begin(bytes.len()).await;
    refused(small.patch(&upload, 0, &bytes).send().await.unwrap(), Code::StorageFull).await;
    let (offset, file) = small.stands(&upload).await;
    assert_eq!((offset > 3 << 20 && offset <= 4 << 20, file), (true, None), "{offset}");
    // What fits still comes in.
    let little = small.begin(3).await;
    assert!(standing(&small.patch(&little, 0, b"abc").send().await.unwrap()).1.is_some());
    small.kith.child.kill().unwrap();
    small.kith.child.wait().unwrap();
    let roomy = Alone::over(Kith::start_with(data.path(), "127.0.0.1:0", &[]), routes::LOG_IN).await;
    let done = roomy.patch(&upload, offset, &bytes[offset..]).send().await.unwrap();
    assert_eq!(standing(&done), (bytes.len(), Some(hash(&bytes))));
    let me: Session = read(roomy.tus(Method::GET, routes::ME).send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(me.user.username, "mia");
}
