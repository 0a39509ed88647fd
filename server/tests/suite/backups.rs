//! `kith backup` and `kith restore`, beside a server that runs and without one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use kith_shared::{ConversationId, FileId, routes};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::command;
use crate::harness::{Person, TestServer, http};
use crate::lifecycle::Kith;
use crate::media::alone::Alone;
use crate::media::s3::{object_store, variables};
use crate::media::{PNG, attachment, carrying, noise, standing};

fn kith(command: &str, backup: &Path, data: &Path) -> Command {
    let mut kith = command::kith([command]);
    kith.arg(backup).arg("--data").arg(data);
    kith
}

/// Does it, and gives back what it says.
async fn done(command: &str, backup: &Path, data: &Path) -> String {
    command::done(kith(command, backup, data)).await
}

/// Does it not, and gives back why.
async fn refused(command: &str, backup: &Path, data: &Path) -> String {
    command::refused(kith(command, backup, data)).await
}

/// Puts a backup back, and starts a server over it.
async fn restored(backup: &Path) -> (Kith, TempDir) {
    let data = tempfile::tempdir().unwrap();
    done("restore", backup, data.path()).await;
    (Kith::start_with(data.path(), "127.0.0.1:0", &[]), data)
}

impl Person {
    /// Sends a message with a file, which is stored then.
    async fn sends_file(&self, conversation: ConversationId, bytes: &[u8]) -> FileId {
        let file = self.brings(bytes).await;
        let mut socket = self.connect().await;
        let body = carrying("Look", vec![attachment(file, "file", "look.bin")]);
        let id = socket.send_body(conversation, body).await;
        socket.acknowledged(id).await;
        file
    }
}

impl Kith {
    async fn file(&self, token: &str, file: FileId) -> Vec<u8> {
        let url = format!("http://{}{}", self.address, routes::file(file));
        let answer = http().get(url).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.bytes().await.unwrap().to_vec()
    }

    /// The numbers of the newest messages, the last first.
    async fn newest(&self, token: &str, conversation: ConversationId) -> Vec<u64> {
        let page = self.get(token, &format!("{}?limit=100", routes::messages(conversation))).await;
        let messages = page["messages"].as_array().unwrap_or_else(|| panic!("{page}"));
        messages.iter().rev().map(|message| message["seq"].as_u64().unwrap()).collect()
    }
}

fn objects(backup: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(backup.join("media")).unwrap().map(|entry| entry.unwrap().path());
    folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn a_backup_made_while_people_write_has_all_that_was_acknowledged_before_and_goes_on() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let photo = mia.sends_file(conversation, PNG).await;
    let (acknowledged, stop) = (Arc::new(AtomicUsize::new(1)), Arc::new(AtomicBool::new(false)));
    let mut socket = leo.connect().await;
    let (counted, stopped) = (acknowledged.clone(), stop.clone());
    let writing = tokio::spawn(async move {
        while !stopped.load(Ordering::SeqCst) {
            let id = socket.write(conversation, "Wind from the north-west").await;
            socket.acknowledged(id).await;
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    while acknowledged.load(Ordering::SeqCst) < 50 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let backup = tempfile::tempdir().unwrap();
    let before = acknowledged.load(Ordering::SeqCst) as u64;
    let said = done("backup", backup.path(), server.data()).await;
    assert!(said.starts_with("2 users, ") && said.contains(" 1 files of 1 MB"), "{said}");
    stop.store(true, Ordering::SeqCst);
    writing.await.unwrap();
    let after = acknowledged.load(Ordering::SeqCst) as u64;

    let (kith, _data) = restored(backup.path()).await;
    let seqs = kith.newest(&mia.token, conversation).await;
    let last = seqs[0];
    assert!(before <= last && last <= after, "{before} {last} {after}");
    assert!(seqs.iter().copied().eq((1..=last).rev().take(seqs.len())), "{seqs:?}");
    assert_eq!(kith.file(&leo.token, photo).await, PNG);
    let body = json!({"client_id": uuid::Uuid::now_v7(), "body": {"kind": "text", "text": "We go on"}});
    let sent = kith.post(&leo.token, &routes::messages(conversation), body).await;
    assert_eq!(sent["head"]["seq"].as_u64(), Some(last + 1), "{sent}");
}

#[tokio::test]
async fn a_second_backup_copies_what_is_new_and_drops_what_is_gone() {
    let mut server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    let backup = tempfile::tempdir().unwrap();
    let first = mia.sends_file(conversation, &noise(1, 3_000_000)).await;
    let said = done("backup", backup.path(), server.data()).await;
    assert!(said.ends_with("; 1 files are new\n"), "{said}");
    let second = mia.sends_file(conversation, b"").await;
    let said = done("backup", backup.path(), server.data()).await;
    assert!(said.contains(" 2 files of 3 MB") && said.ends_with("; 1 files are new\n"), "{said}");
    server.stop().await;
    let said = done("backup", backup.path(), server.data()).await;
    assert!(said.ends_with("; 0 files are new\n"), "{said}");
    // An object that no database names is not kept for ever.
    fs::write(objects(backup.path())[0].with_file_name("00-stray"), "").unwrap();
    done("backup", backup.path(), server.data()).await;
    assert_eq!(objects(backup.path()).len(), 2);
    let databases = fs::read_dir(backup.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(databases.filter(|name| name.to_string_lossy().ends_with(".sqlite")).count(), 1);
    let (kith, _data) = restored(backup.path()).await;
    assert_eq!(kith.file(&mia.token, first).await, noise(1, 3_000_000));
    assert_eq!(kith.file(&mia.token, second).await, b"");
}

#[tokio::test]
async fn what_is_not_whole_is_not_put_back_and_nothing_is_put_over_what_is_there() {
    let server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    mia.sends_file(conversation, PNG).await;
    let (backup, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let why = refused("restore", backup.path(), data.path()).await;
    assert!(why.contains("backup.json"), "{why}");
    done("backup", backup.path(), server.data()).await;
    let why = refused("restore", backup.path(), server.data()).await;
    assert!(why.contains("is there already"), "{why}");

    let object = objects(backup.path()).remove(0);
    let mut bytes = fs::read(&object).unwrap();
    bytes[20] ^= 1;
    fs::write(&object, &bytes).unwrap();
    let why = refused("restore", backup.path(), data.path()).await;
    assert!(
        why.contains("not whole") && why.contains(object.file_name().unwrap().to_str().unwrap()),
        "{why}"
    );
    // Nothing a server would start with.
    assert!(!data.path().join("kith.sqlite").exists());
    bytes[20] ^= 1;
    fs::write(&object, &bytes).unwrap();

    let manifest: Value =
        serde_json::from_slice(&fs::read(backup.path().join("backup.json")).unwrap()).unwrap();
    let database = backup.path().join(manifest["database"].as_str().unwrap());
    let whole = fs::read(&database).unwrap();
    fs::write(&database, &whole[..whole.len() - 4096]).unwrap();
    let why = refused("restore", backup.path(), data.path()).await;
    assert!(why.contains("not whole"), "{why}");
    fs::write(&database, &whole).unwrap();
    done("restore", backup.path(), data.path()).await;
}

#[tokio::test]
async fn a_backup_that_fails_leaves_the_one_before_as_it_was() {
    let server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    mia.sends_file(conversation, PNG).await;
    let backup = tempfile::tempdir().unwrap();
    done("backup", backup.path(), server.data()).await;
    // A file that the database names and nobody has any more.
    let lost = mia.sends_file(conversation, &noise(2, 1_000)).await;
    let folder = server.data().join("media/files").join(&lost.to_string()[..2]);
    fs::remove_dir_all(folder).unwrap();
    let why = refused("backup", backup.path(), server.data()).await;
    assert!(why.contains(&lost.to_string()), "{why}");
    let (kith, _data) = restored(backup.path()).await;
    assert_eq!(kith.newest(&mia.token, conversation).await, [1]);

    let nowhere = tempfile::tempdir().unwrap();
    let why = refused("backup", backup.path(), nowhere.path()).await;
    assert!(why.contains("there is no database"), "{why}");
    assert_eq!(fs::read_dir(nowhere.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn files_in_an_object_store_are_in_the_backup_and_are_put_back_into_one() {
    let (bucket, data, backup) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = object_store(bucket.path()).await;
    let endpoint = format!("http://{store}");
    let running = Kith::start_in(data.path(), "127.0.0.1:0", &[], &variables(&endpoint));
    let mia = Alone::over(running, routes::REGISTER).await;
    let upload = mia.begin(9 << 20).await;
    let brought = mia.patch(&upload, 0, &noise(3, 9 << 20)).send().await.unwrap();
    let file = standing(&brought).1.expect("the file it is");
    let mut made = kith("backup", backup.path(), data.path());
    made.envs(variables(&endpoint));
    command::done(made).await;

    let (other, fresh) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = object_store(other.path()).await;
    let endpoint = format!("http://{store}");
    let mut back = kith("restore", backup.path(), fresh.path());
    back.envs(variables(&endpoint));
    command::done(back).await;
    let again = Kith::start_in(fresh.path(), "127.0.0.1:0", &[], &variables(&endpoint));
    assert_eq!(again.file(&mia.token, file).await, noise(3, 9 << 20));
}
