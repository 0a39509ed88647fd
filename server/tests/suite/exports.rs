//! `kith export`, beside a server that runs.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use kith_shared::routes;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::command;
use crate::harness::TestServer;
use crate::media::{PNG, attachment, carrying, hash};

fn export(data: &Path, of: [&str; 2], folder: &Path) -> Command {
    let mut kith = command::kith(["export"]);
    kith.args(of).arg(folder).arg("--data").arg(data);
    kith
}

/// Does it, and gives back what it says.
async fn exported(data: &Path, of: [&str; 2], folder: &Path) -> String {
    command::done(export(data, of, folder)).await
}

/// Does it not, and gives back why.
async fn refused(data: &Path, of: [&str; 2], folder: &Path) -> String {
    command::refused(export(data, of, folder)).await
}

fn read(file: &Path) -> Value {
    let text = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_slice(&text).unwrap()
}

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn names(folder: &Path) -> HashSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// All that stands in any of a folder's files.
fn everything(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all += &everything(&path),
            false => all += &String::from_utf8_lossy(&fs::read(&path).unwrap()),
        }
    }
    all
}

#[tokio::test]
async fn a_person_takes_out_what_they_see_and_nothing_of_others() {
    let server = TestServer::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let zoe = server.register("zoe").await;
    let elsewhere = leo.befriends(&zoe).await;
    let group = leo.groups("Kites", &[&mia, &zoe]).await.id;
    let photo = mia.brings(PNG).await;
    let mut socket = mia.connect().await;
    let first = socket.write(dialog, "Wind from the north-west").await;
    socket.acknowledged(first).await;
    for text in ["Look", "Look again"] {
        let body = carrying(text, vec![attachment(photo, "photo", "kite.png")]);
        let sent = socket.send_body(group, body).await;
        socket.acknowledged(sent).await;
    }
    let mut other = leo.connect().await;
    let secret = other.write(elsewhere, "Between the two of us").await;
    other.acknowledged(secret).await;
    let theirs = json!({"key": "notify/keywords", "value": "leos-own-word"});
    assert!(leo.ask(Method::PATCH, routes::SETTINGS, Some(theirs)).await.status().is_success());
    let mine = json!({"key": "look/theme", "value": "dark"});
    assert!(mia.ask(Method::PATCH, routes::SETTINGS, Some(mine)).await.status().is_success());

    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("mia");
    let said = exported(server.data(), ["--user", "Mia"], &to).await;
    assert!(said.starts_with("2 conversations, 4 messages and 1 files are in "), "{said}");
    let about = read(&to.join("export.json"));
    assert_eq!((&about["user"], &about["messages"]), (&json!("mia"), &json!(4)), "{about}");
    assert_eq!(read(&to.join("profile.json"))["username"], "mia");
    assert_eq!(read(&to.join("contacts.json"))[0]["user"]["username"], "leo");
    assert_eq!(read(&to.join("settings.json"))[0]["value"], "dark");
    let sessions = read(&to.join("sessions.json"));
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    assert!(sessions[0].get("token").is_none() && sessions[0].get("token_hash").is_none(), "{sessions}");

    let conversations = to.join("conversations");
    let of = |id: &dyn std::fmt::Display| format!("{id}.messages.jsonl");
    let expected = [of(&dialog), of(&group), format!("{dialog}.json"), format!("{group}.json")];
    assert_eq!(names(&conversations), HashSet::from(expected));
    let about = read(&conversations.join(format!("{group}.json")));
    assert_eq!((&about["kind"], &about["title"]), (&json!("group"), &json!("Kites")));
    let roles = about["members"].as_array().unwrap().iter();
    let roles: HashSet<_> =
        roles.map(|one| (one["username"].as_str().unwrap(), one["role"].as_str().unwrap())).collect();
    assert_eq!(roles, HashSet::from([("leo", "owner"), ("mia", "member"), ("zoe", "member")]));
    let told = lines(&conversations.join(of(&dialog)));
    let message = &told[0];
    assert_eq!((&message["seq"], &message["sender_username"]), (&json!(1), &json!("mia")), "{message}");
    assert_eq!(message["body"]["text"], "Wind from the north-west");
    let told = lines(&conversations.join(of(&group)));
    assert_eq!(told.iter().map(|message| message["seq"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(told[1]["body"]["files"][0]["file"], photo.to_string());
    assert_eq!(names(&to.join("media")), HashSet::from([photo.to_string()]));
    assert_eq!(hash(&fs::read(to.join("media").join(photo.to_string())).unwrap()), photo);

    let all = everything(&to);
    for others in ["Between the two of us", "leos-own-word", "argon2", &elsewhere.to_string()] {
        assert!(!all.contains(others), "{others}");
    }
}

#[tokio::test]
async fn a_conversation_is_taken_out_whoever_is_in_it() {
    let server = TestServer::start().await;
    let (_mia, leo, dialog) = server.two_friends().await;
    let mut socket = leo.connect().await;
    // More than one page of them.
    for number in 1..=230 {
        let sent = socket.write(dialog, &format!("Number {number}")).await;
        socket.acknowledged(sent).await;
    }
    let folder = tempfile::tempdir().unwrap();
    exported(server.data(), ["--conversation", &dialog.to_string()], folder.path()).await;
    assert_eq!(
        names(folder.path()),
        HashSet::from(["export.json", "conversations", "media"].map(str::to_owned))
    );
    let told = lines(&folder.path().join("conversations").join(format!("{dialog}.messages.jsonl")));
    let texts: Vec<_> =
        told.iter().map(|message| message["body"]["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, (1..=230).map(|number| format!("Number {number}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_can_not_be_taken_out_is_said_in_a_sentence() {
    let server = TestServer::start().await;
    server.register("mia").await;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("out");
    let why = refused(server.data(), ["--user", "nobody"], &to).await;
    assert_eq!(why, "kith: there is no user nobody\n");
    let unknown = "0190d3a2-7b1c-7e4f-8a55-0123456789ab";
    let why = refused(server.data(), ["--conversation", unknown], &to).await;
    assert_eq!(why, format!("kith: there is no conversation {unknown}\n"));
    assert!(!to.exists(), "nothing is made for what there is not");
    fs::write(folder.path().join("letter.txt"), "Dear Leo").unwrap();
    let why = refused(server.data(), ["--user", "mia"], folder.path()).await;
    assert!(why.contains("is not empty"), "{why}");
    let why = refused(&folder.path().join("nowhere"), ["--user", "mia"], &to).await;
    assert!(why.contains("there is no database"), "{why}");
}
