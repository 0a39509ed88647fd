//! `kith import`: what other chats export, brought in beside a server that runs, and seen by who was here before.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kith_shared::conversation::{Conversation, ConversationKind, Role};
use kith_shared::message::{Message, Page};
use kith_shared::problem::Code;
use kith_shared::{Seq, routes};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::command;
use crate::harness::{Person, TestServer, refused};
use crate::media::{PNG, hash};

fn import(data: &Path, format: &str, path: &Path) -> Command {
    let mut kith = command::kith(["import", format]);
    kith.arg(path).arg("--data").arg(data);
    kith
}

/// Does it, and gives back what it says.
async fn imported(data: &Path, format: &str, path: &Path) -> String {
    command::done(import(data, format, path)).await
}

/// Does it not, and gives back why.
async fn not_imported(data: &Path, format: &str, path: &Path) -> String {
    command::refused(import(data, format, path)).await
}

fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    folder
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap()
}

fn zipped(files: &[(&str, Vec<u8>)], to: &Path) {
    let mut zip = ZipWriter::new(fs::File::create(to).unwrap());
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// What somebody sees of everything.
struct Seen {
    conversation: Conversation,
    messages: Vec<Message>,
}

impl Seen {
    async fn all(person: &Person) -> Vec<Self> {
        let conversations: Vec<Conversation> = person.get(routes::CONVERSATIONS).await;
        let mut seen = Vec::new();
        for conversation in conversations {
            let mut messages = Vec::new();
            loop {
                let page: Page = person.page(conversation.id, &format!("after={}", messages.len())).await;
                messages.extend(page.messages);
                if !page.more {
                    break;
                }
            }
            seen.push(Self { conversation, messages });
        }
        seen.sort_by_key(|seen| seen.conversation.title.clone());
        seen
    }

    fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.conversation.members.iter().map(|member| member.user.username.as_str()).collect();
        names.sort_unstable();
        names
    }

    fn texts(&self) -> Vec<&str> {
        self.messages.iter().map(|message| message.body.words().unwrap()).collect()
    }

    fn owner(&self) -> &str {
        let owner = self.conversation.members.iter().find(|member| member.role == Role::Owner);
        &owner.unwrap().user.username
    }
}

fn slack() -> Vec<(&'static str, Vec<u8>)> {
    let users = json!([
        {"id": "U1", "name": "mia", "profile": {"display_name": "Mia K."}},
        {"id": "U2", "name": "leo", "profile": {"display_name": "", "real_name": "Leo Lang"}},
        {"id": "U3", "name": "Jürg W", "real_name": "Jürg W"},
    ]);
    let channels = json!([{
        "id": "C1", "name": "kites", "created": 1_699_000_000, "creator": "U2",
        "members": ["U1", "U2", "U3"], "purpose": {"value": "All that flies"},
    }]);
    let dms = json!([{"id": "D1", "created": 1_699_000_000, "members": ["U1", "U2"]}]);
    let first = json!([
        {"type": "message", "subtype": "channel_join", "user": "U1", "text": "joined", "ts": "1700000000.000000"},
        {"type": "message", "user": "U2", "text": "*Wind* for <@U1> &amp; <@U3> :tada:", "ts": "1700000001.000100",
         "thread_ts": "1700000001.000100", "edited": {"user": "U2", "ts": "1700000009.000000"},
         "reactions": [{"name": "+1", "users": ["U1", "U3"]}, {"name": "our-logo", "users": ["U1"]}]},
        {"type": "message", "user": "U3", "text": "Look", "ts": "1700000002.000100",
         "files": [{"id": "F1", "name": "kite.png"}, {"id": "F2", "name": "lost.pdf"}]},
    ]);
    let second = json!([
        {"type": "message", "user": "U1", "text": "Coming", "ts": "1700090000.500000", "thread_ts": "1700000001.000100"},
        {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "Weather", "text": "", "ts": "1700090001.000000",
         "attachments": [{"fallback": "Rain at five"}]},
        {"type": "message", "user": "U2", "text": "word ".repeat(1_700), "ts": "1700090002.000000"},
    ]);
    let dialog = json!([{"type": "message", "user": "U2", "text": "Between us", "ts": "1700000003.000000"}]);
    vec![
        ("users.json", bytes(&users)),
        ("channels.json", bytes(&channels)),
        ("dms.json", bytes(&dms)),
        ("kites/2023-11-14.json", bytes(&first)),
        ("kites/2023-11-15.json", bytes(&second)),
        ("D1/2023-11-14.json", bytes(&dialog)),
        ("__uploads/F1/kite.png", PNG.to_vec()),
    ]
}

#[tokio::test]
async fn a_workspace_of_slack_comes_over_and_a_second_time_adds_nothing() {
    let mut server = TestServer::start().await;
    let mia = server.register("mia").await;
    let export = folder(&slack());
    let said = imported(server.data(), "slack", export.path()).await;
    assert_eq!(
        said,
        "3 people, 1 groups, 1 dialogs, 8 messages, 1 files; 1 of a kind Kith does not have were left out\n"
    );
    server.restart().await;
    let mia = server.by_token(&mia.token).await;
    let seen = Seen::all(&mia).await;
    let [dialog, kites] = &seen[..] else { panic!("{} conversations", seen.len()) };
    assert_eq!(dialog.conversation.kind, ConversationKind::Direct);
    assert_eq!((dialog.names(), dialog.texts()), (vec!["leo", "mia"], vec!["Between us"]));
    assert!(dialog.conversation.writable, "they are friends");

    assert_eq!(kites.conversation.title.as_deref(), Some("kites"));
    assert_eq!(kites.conversation.description.as_deref(), Some("All that flies"));
    assert_eq!((kites.names(), kites.owner()), (vec!["jurg.w", "leo", "mia", "weather"], "leo"));
    assert_eq!((kites.conversation.unread, kites.conversation.created_at), (0, 1_699_000_000_000));
    let texts = kites.texts();
    assert_eq!(texts[..2], ["**Wind** for @mia & @jurg.w 🎉", "Look\n📎 `lost.pdf`"]);
    assert_eq!(texts[2..4], ["Coming", "Rain at five"]);
    assert_eq!(
        (texts.len(), texts[4..].iter().map(|text| text.split(' ').count()).sum::<usize>()),
        (7, 1_700)
    );
    let messages = &kites.messages;
    assert!(messages.iter().map(|message| message.seq.0).eq(1..=7));
    let times: Vec<_> = messages[..4].iter().map(|message| message.sent_at).collect();
    assert_eq!(times, [1_700_000_001_000, 1_700_000_002_000, 1_700_090_000_500, 1_700_090_001_000]);
    assert_eq!(messages[0].edited_at, Some(1_700_000_009_000));
    assert_eq!((messages[0].reactions.len(), messages[0].reactions[0].users.len()), (1, 2));
    assert_eq!(messages[0].reactions[0].emoji, "👍");
    assert_eq!(messages[2].body.reply_to(), Some(Seq(1)));
    assert_eq!(messages[2].sender, mia.id());
    let [file] = messages[1].body.files() else { panic!("{:?}", messages[1]) };
    assert_eq!((file.file, file.name.as_str(), file.width), (hash(PNG), "kite.png", Some(1)));
    assert_eq!(mia.file(file.file).await.bytes().await.unwrap(), PNG);

    let again = imported(server.data(), "slack", export.path()).await;
    assert!(again.starts_with("0 people, 0 groups, 0 dialogs, 0 messages, 0 files;"), "{again}");
    assert_eq!(Seen::all(&mia).await.len(), 2);
    // And life goes on.
    let mut socket = mia.connect().await;
    let sent = socket.write(kites.conversation.id, "Hello from Kith").await;
    assert_eq!(socket.acknowledged(sent).await.seq, Seq(8));
    let body = json!({"username": "leo", "password": "", "transport": "bearer"});
    refused(server.post(routes::LOG_IN, &body).await, Code::WrongCredentials).await;
}

#[tokio::test]
async fn a_newer_export_brings_what_is_new_and_who_came_and_nobody_back_who_left() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let mut files = slack();
    imported(server.data(), "slack", folder(&files).path()).await;
    let mut seen = Seen::all(&mia).await;
    let (kites, dialog) = (seen.remove(1).conversation, seen.remove(0).conversation);
    let mut socket = mia.connect().await;
    for id in [kites.id, dialog.id] {
        let sent = socket.write(id, "Written in Kith").await;
        socket.acknowledged(sent).await;
    }
    let left = mia.ask(Method::DELETE, &routes::membership(kites.id), None).await;
    assert!(left.status().is_success(), "{left:?}");

    let mut users: Value = serde_json::from_slice(&files[0].1).unwrap();
    users.as_array_mut().unwrap().push(json!({"id": "U4", "name": "ann"}));
    files[0].1 = bytes(&users);
    let mut channels: Value = serde_json::from_slice(&files[1].1).unwrap();
    channels[0]["members"].as_array_mut().unwrap().push(json!("U4"));
    files[1].1 = bytes(&channels);
    let news = json!([{"type": "message", "user": "U2", "text": "And then", "ts": "1700200000.000000"}]);
    files.push(("kites/2023-11-17.json", bytes(&news)));
    files.push(("D1/2023-11-17.json", bytes(&news)));
    let said = imported(server.data(), "slack", folder(&files).path()).await;
    assert!(said.starts_with("1 people, 0 groups, 0 dialogs, 2 messages, 0 files;"), "{said}");
    let seen = Seen::all(&mia).await;
    let [dialog] = &seen[..] else { panic!("mia is in {} conversations", seen.len()) };
    assert_eq!(dialog.texts(), ["Between us", "Written in Kith", "And then"]);
    let export = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_kith"))
        .args(["export", "--user", "ann", "--data"])
        .arg(server.data())
        .arg(export.path())
        .output();
    assert!(output.await.unwrap().status.success());
    let about = export.path().join("conversations").join(format!("{}.json", kites.id));
    let about: Value = serde_json::from_slice(&fs::read(about).unwrap()).unwrap();
    let members = about["members"].as_array().unwrap().iter();
    let mut members: Vec<_> = members.map(|member| member["username"].as_str().unwrap()).collect();
    members.sort_unstable();
    assert_eq!(members, ["ann", "jurg.w", "leo", "weather"]);
}

#[tokio::test]
async fn an_export_that_was_cut_is_named_by_file_and_line_and_goes_on_once_it_is_whole() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let mut files = slack();
    let whole = files[5].1.clone();
    files[5].1.truncate(whole.len() - 10);
    let export = folder(&files);
    let why = not_imported(server.data(), "slack", export.path()).await;
    assert!(why.contains("D1/2023-11-14.json, line 6"), "{why}");
    fs::write(export.path().join("D1/2023-11-14.json"), whole).unwrap();
    let said = imported(server.data(), "slack", export.path()).await;
    assert!(said.starts_with("0 people, 0 groups, 1 dialogs, 1 messages, 0 files;"), "{said}");
    let seen = Seen::all(&mia).await;
    assert_eq!(seen.iter().map(|seen| seen.messages.len()).collect::<Vec<_>>(), [1, 7]);
}

#[tokio::test]
async fn an_import_that_is_killed_while_people_write_is_done_again_and_nothing_is_lost_or_doubled() {
    let server = TestServer::start().await;
    let (mia, _leo, dialog) = server.two_friends().await;
    let mut files = slack();
    let many = (0..6_000).map(|number| {
        json!({"type": "message", "user": "U2", "text": format!("Number {number}"),
               "ts": format!("17001000{:02}.{:06}", number / 100, number % 100)})
    });
    files[4].1 = bytes(&Value::Array(many.collect()));
    let export = folder(&files);
    let mut kith = import(server.data(), "slack", export.path()).stdout(Stdio::null()).spawn().unwrap();
    let (mut socket, stop) = (mia.connect().await, Arc::<AtomicBool>::default());
    let stopped = stop.clone();
    let writing = tokio::spawn(async move {
        let mut written = 0;
        while !stopped.load(Ordering::SeqCst) {
            let sent = socket.write(dialog, "We go on").await;
            socket.acknowledged(sent).await;
            written += 1;
        }
        written
    });
    // Looked for where it is written: asking the server takes as long as several of its transactions.
    let database = rusqlite::Connection::open(server.database()).unwrap();
    let begun = "SELECT EXISTS (SELECT 1 FROM conversations WHERE title IS NOT NULL AND head_seq > 2)";
    while !database.query_row(begun, [], |row| row.get::<_, bool>(0)).unwrap() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    kith.kill().await.unwrap();
    stop.store(true, Ordering::SeqCst);
    let written: usize = writing.await.unwrap();
    let begun = Seen::all(&mia).await.into_iter().map(|seen| seen.messages.len()).max().unwrap();
    assert!(begun < 6_000, "it was too quick to be killed");
    imported(server.data(), "slack", export.path()).await;
    let seen = Seen::all(&mia).await;
    let [dialog, kites] = &seen[..] else { panic!("{} conversations", seen.len()) };
    assert_eq!(dialog.messages.len(), written + 1);
    let texts = kites.texts();
    assert_eq!(texts.len(), 6_002);
    assert!(texts[2..].iter().enumerate().all(|(number, text)| *text == format!("Number {number}")));
    assert!(kites.messages.iter().map(|message| message.seq.0).eq(1..=6_002));
}

#[tokio::test]
async fn an_archive_is_as_good_as_a_folder_and_nothing_in_either_leads_out_of_it() {
    let server = TestServer::start().await;
    server.register("mia").await;
    let place = tempfile::tempdir().unwrap();
    let archive = place.path().join("export.zip");
    let mut files = slack();
    files.push(("../../evil.json", b"[]".to_vec()));
    zipped(&files, &archive);
    let why = not_imported(server.data(), "slack", &archive).await;
    assert!(why.contains("../../evil.json") && why.contains("leads out"), "{why}");
    files.pop();
    zipped(&files, &archive);
    let said = imported(server.data(), "slack", &archive).await;
    assert!(said.starts_with("3 people, 1 groups, 1 dialogs, 8 messages, 1 files"), "{said}");

    fs::write(place.path().join("secret.txt"), "a secret").unwrap();
    let chat = json!({"name": "Zoe", "type": "personal_chat", "id": 7, "messages": [
        {"id": 1, "type": "message", "date_unixtime": "1700000000", "from": "Mia", "from_id": "user1",
         "text": "look", "file": "../secret.txt"},
    ]});
    fs::create_dir(place.path().join("telegram")).unwrap();
    fs::write(place.path().join("telegram/result.json"), bytes(&chat)).unwrap();
    let why = not_imported(server.data(), "telegram", &place.path().join("telegram")).await;
    assert!(why.contains("../secret.txt") && why.contains("leads out"), "{why}");
    let why = not_imported(server.data(), "slack", place.path()).await;
    assert!(why.contains("users.json"), "{why}");
}

#[tokio::test]
async fn chats_of_telegram_come_over() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let message = |id: i64, from: (&str, &str), text: Value| {
        json!({"id": id, "type": "message", "date_unixtime": (1_700_000_000 + id).to_string(),
               "from": from.0, "from_id": from.1, "text": text})
    };
    let (me, zoe) = (("Mia K", "user1"), ("Зоя", "user7"));
    let mut answer = message(3, me, json!(["see ", {"type": "bold", "text": "this"}]));
    answer["reply_to_message_id"] = json!(2);
    answer["photo"] = json!("photos/one.png");
    answer["edited_unixtime"] = json!("1700000100");
    let mut reacted = message(2, zoe, json!("snake_case *plain*"));
    reacted["reactions"] = json!([{"type": "emoji", "count": 1, "emoji": "🔥", "recent": [{"from": "Mia", "from_id": "user1"}]}]);
    let mut missing = message(5, zoe, json!(""));
    missing["file"] = json!("(File not included. Change data exporting settings to download.)");
    missing["file_name"] = json!("big.mp4");
    let call = json!({"id": 4, "type": "service", "date_unixtime": "1700000004", "actor": "Зоя", "actor_id": "user7",
                      "action": "phone_call", "text": ""});
    let whole = json!({
        "personal_information": {"user_id": 1, "first_name": "Mia", "last_name": "K", "username": "@mia"},
        "chats": {"list": [
            {"name": "Зоя", "type": "personal_chat", "id": 7, "messages": [reacted, answer, call, missing]},
            {"name": "Harbour", "type": "private_supergroup", "id": 9,
             "messages": [message(1, zoe, json!("ahoy")), message(2, me, json!("hello"))]},
            {"name": null, "type": "saved_messages", "id": 1, "messages": [message(1, me, json!("to myself"))]},
        ]},
    });
    let export = folder(&[("result.json", bytes(&whole)), ("photos/one.png", PNG.to_vec())]);
    let said = imported(server.data(), "telegram", export.path()).await;
    assert_eq!(
        said,
        "1 people, 1 groups, 2 dialogs, 6 messages, 1 files; 1 of a kind Kith does not have were left out\n"
    );
    let mut seen = Seen::all(&mia).await;
    seen.sort_by_key(|seen| (seen.conversation.title.clone(), seen.messages.len()));
    let [notes, dialog, harbour] = &seen[..] else { panic!("{} conversations", seen.len()) };
    assert_eq!((notes.names(), notes.texts()), (vec!["mia"], vec!["to myself"]));
    assert_eq!(dialog.names(), ["mia", "telegram-user7"]);
    assert_eq!(dialog.texts(), ["snake\\_case \\*plain\\*", "see **this**", "📎 `big.mp4`"]);
    let [first, second, _] = &dialog.messages[..] else { panic!("{:?}", dialog.messages) };
    assert_eq!((first.reactions[0].emoji.as_str(), &first.reactions[0].users[..]), ("🔥", &[mia.id()][..]));
    assert_eq!((second.body.reply_to(), second.edited_at), (Some(Seq(1)), Some(1_700_000_100_000)));
    assert_eq!(second.body.files()[0].file, hash(PNG));
    assert_eq!((harbour.names(), harbour.owner()), (vec!["mia", "telegram-user7"], "telegram-user7"));
    assert_eq!(harbour.texts(), ["ahoy", "hello"]);
    let again = imported(server.data(), "telegram", export.path()).await;
    assert!(again.starts_with("0 people, 0 groups, 0 dialogs, 0 messages, 0 files;"), "{again}");
}

#[tokio::test]
async fn two_peoples_exports_of_telegram_are_kept_apart() {
    let server = TestServer::start().await;
    let (mia, zoe) = (server.register("mia").await, server.register("zoe").await);
    let export = |me: i64, name: &str, text: &str| {
        let said = json!({"id": 1, "type": "message", "date_unixtime": "1700000001", "from": name,
                          "from_id": format!("user{me}"), "text": text});
        let made = json!({"id": 3, "type": "service", "date_unixtime": "1700000000", "actor": "Leo", "actor_id": "user7",
                          "action": "create_group", "text": ""});
        let ahoy = json!({"id": 4, "type": "message", "date_unixtime": "1700000002", "from": "Leo", "from_id": "user7",
                          "text": "ahoy"});
        let notes = json!({"id": 2, "type": "message", "date_unixtime": "1700000003", "from": name,
                           "from_id": format!("user{me}"), "text": format!("{name}'s own")});
        let whole = json!({
            "personal_information": {"user_id": me, "first_name": name},
            "chats": {"list": [
                {"name": "Leo", "type": "personal_chat", "id": 7, "messages": [said]},
                {"name": "Crew", "type": "private_supergroup", "id": 9, "messages": [made, ahoy]},
                {"name": null, "type": "saved_messages", "id": me, "messages": [notes]},
            ]},
        });
        folder(&[("result.json", bytes(&whole))])
    };
    for (me, name, text) in [(1, "Mia", "from mia"), (2, "Zoe", "from zoe")] {
        imported(server.data(), "telegram", export(me, name, text).path()).await;
    }
    for (person, texts) in
        [(&mia, ["Mia's own", "ahoy", "from mia"]), (&zoe, ["Zoe's own", "ahoy", "from zoe"])]
    {
        let seen = Seen::all(person).await;
        let mut all: Vec<&str> = seen.iter().flat_map(Seen::texts).collect();
        all.sort_unstable();
        assert_eq!(all, texts);
        let dialog = seen.iter().find(|seen| seen.names().len() == 2 && seen.conversation.title.is_none());
        assert!(dialog.is_some_and(|dialog| dialog.names().contains(&"leo")));
    }
    let crew = Seen::all(&mia).await.into_iter().find(|seen| seen.conversation.title.is_some()).unwrap();
    assert_eq!((crew.names(), crew.owner()), (vec!["leo", "mia", "zoe"], "leo"));

    let broken = json!({"name": "Leo", "type": "personal_chat", "id": 7, "messages": [{"id": "one"}]});
    let broken = bytes(&broken);
    let line = 1 + String::from_utf8_lossy(&broken).lines().position(|line| line.contains("one")).unwrap();
    let why = not_imported(server.data(), "telegram", folder(&[("result.json", broken)]).path()).await;
    assert!(why.contains(&format!("result.json, line {line}")), "{why}");
    // Nobody knows whose dialog it was.
    let alone = json!({"name": "Leo", "type": "personal_chat", "id": 7, "messages": [
        {"id": 1, "type": "message", "date_unixtime": "1700000001", "from": "Leo", "from_id": "user7", "text": "hello?"}]});
    let said = imported(server.data(), "telegram", folder(&[("result.json", bytes(&alone))]).path()).await;
    assert!(said.starts_with("0 people, 0 groups, 0 dialogs, 0 messages, 0 files; 1 of"), "{said}");
}

#[tokio::test]
async fn a_bulk_export_of_mattermost_comes_over() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let in_kites = |roles: &str| json!([{"name": "harbour", "roles": "team_user", "channels": [{"name": "kites", "roles": roles}]}]);
    let lines = [
        json!({"type": "version", "version": 1}),
        json!({"type": "team", "team": {"name": "harbour", "display_name": "Harbour", "type": "O"}}),
        json!({"type": "channel", "channel": {"team": "harbour", "name": "kites", "display_name": "Kites", "type": "O", "header": "All that flies"}}),
        json!({"type": "user", "user": {"username": "mia", "email": "mia@example.org", "teams": in_kites("channel_user")}}),
        json!({"type": "user", "user": {"username": "leo", "email": "leo@example.org", "first_name": "Leo", "last_name": "Lang",
               "teams": in_kites("channel_user channel_admin")}}),
        json!({"type": "emoji", "emoji": {"name": "our-logo", "image": "logo.png"}}),
        json!({"type": "post", "post": {"team": "harbour", "channel": "kites", "user": "leo", "message": "**Wind** :tada:",
               "create_at": 1_700_000_001_000_i64,
               "reactions": [{"user": "mia", "create_at": 1_700_000_002_000_i64, "emoji_name": "+1"}],
               "replies": [{"user": "mia", "message": "Coming", "create_at": 1_700_000_009_000_i64}],
               "attachments": [{"path": "20231114/kite.png"}, {"path": "20231114/lost.png"}]}}),
        json!({"type": "post", "post": {"team": "harbour", "channel": "kites", "user": "leo", "message": "In between",
               "create_at": 1_700_000_005_000_i64}}),
        json!({"type": "direct_channel", "direct_channel": {"members": ["mia", "leo"], "header": ""}}),
        json!({"type": "direct_post", "direct_post": {"channel_members": ["leo", "mia"], "user": "leo", "message": "Between us",
               "create_at": 1_700_000_003_000_i64, "edit_at": 1_700_000_004_000_i64}}),
    ];
    let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let export =
        folder(&[("bulk.jsonl", text.clone().into_bytes()), ("data/20231114/kite.png", PNG.to_vec())]);
    let file = export.path().join("bulk.jsonl");
    fs::write(&file, text.replace(r#""In between""#, r#""In betw"#)).unwrap();
    let why = not_imported(server.data(), "mattermost", &file).await;
    assert!(why.contains("bulk.jsonl, line 8"), "{why}");
    assert!(Seen::all(&mia).await.is_empty(), "nothing of it came");
    fs::write(&file, &text).unwrap();
    let said = imported(server.data(), "mattermost", export.path()).await;
    assert_eq!(
        said,
        "1 people, 1 groups, 1 dialogs, 4 messages, 1 files; 1 of a kind Kith does not have were left out\n"
    );
    let seen = Seen::all(&mia).await;
    let [dialog, kites] = &seen[..] else { panic!("{} conversations", seen.len()) };
    assert_eq!((dialog.texts(), dialog.messages[0].edited_at), (vec!["Between us"], Some(1_700_000_004_000)));
    assert_eq!((kites.names(), kites.owner()), (vec!["leo", "mia"], "leo"));
    assert_eq!(kites.texts(), ["**Wind** 🎉\n📎 `lost.png`", "In between", "Coming"]);
    assert_eq!(kites.messages[2].body.reply_to(), Some(Seq(1)));
    assert_eq!(kites.messages[0].body.files()[0].file, hash(PNG));
    assert_eq!(kites.messages[0].reactions[0].users, [mia.id()]);
    let again = imported(server.data(), "mattermost", &file).await;
    assert!(again.starts_with("0 people, 0 groups, 0 dialogs, 0 messages, 0 files;"), "{again}");
}
