//! `kith admin` beside a server that runs, and with it stopped.

use std::path::Path;
use std::process::Output;

use futures_util::future::join_all;
use kith_shared::auth::Session;
use kith_shared::contact::Invitation;
use kith_shared::conversation::Conversation;
use kith_shared::frame::close;
use kith_shared::problem::Code;
use kith_shared::{limits, routes};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::command;
use crate::harness::{PASSWORD, Person, TestServer, read, refused};

fn run(data: &Path, arguments: &[&str]) -> Command {
    let mut kith = command::kith(["admin"]);
    kith.args(arguments).arg("--data").arg(data);
    kith
}

/// What the command prints when it has done what it was asked.
async fn admin(server: &TestServer, arguments: &[&str]) -> String {
    command::done(run(server.data(), arguments)).await
}

/// What it says when it can't.
async fn fails(data: &Path, arguments: &[&str]) -> String {
    let said = command::refused(run(data, arguments)).await;
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

async fn registers(server: &TestServer, username: &str, invitation: Option<&str>) -> Response {
    let body =
        json!({"username": username, "password": PASSWORD, "transport": "bearer", "invitation": invitation});
    server.post(routes::REGISTER, &body).await
}

async fn logs_in(server: &TestServer, username: &str, password: &str) -> Response {
    let body = json!({"username": username, "password": password, "transport": "bearer"});
    server.post(routes::LOG_IN, &body).await
}

async fn invites(person: &Person, path: &str, body: Value) -> String {
    read::<Invitation>(person.post(path, body).await, StatusCode::CREATED).await.token
}

/// Resets a password; answers the new one, and what is said of the sessions.
async fn resets(server: &TestServer, username: &str) -> (String, String) {
    let said = admin(server, &["reset-password", username]).await;
    let (first, second) = said.trim_end().split_once('\n').unwrap();
    (first.rsplit(' ').next().unwrap().to_owned(), second.to_owned())
}

/// Each user's line.
async fn users(server: &TestServer) -> Vec<Value> {
    let lines = admin(server, &["users", "--json"]).await;
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn all_users_are_listed_with_the_server_running_and_stopped() {
    let mut server = TestServer::start().await;
    let mia = server.register("mia").await;
    server.log_in("mia").await;
    let body = json!({"username": "joerg", "password": PASSWORD, "display_name": "Jörg  \u{1F98A}"});
    let joerg: Session = read(server.post(routes::REGISTER, &body).await, StatusCode::CREATED).await;
    mia.makes_bot("robo").await;

    let listed = users(&server).await;
    let told = |key: &str| listed.iter().map(|user| user[key].clone()).collect::<Vec<_>>();
    assert_eq!(told("username"), ["mia", "joerg", "robo"], "who came first first");
    assert_eq!(told("display_name")[1], "Jörg  \u{1F98A}");
    assert_eq!(told("bot"), [false, false, true]);
    assert_eq!(told("sessions"), [2, 1, 1]);
    assert_eq!(told("last_seen"), [Value::Null, Value::Null, Value::Null]);
    let at = listed[1]["registered_at"].as_i64().unwrap();
    assert!((joerg.created_at - 60_000..=joerg.created_at).contains(&at), "{at}");

    mia.connect().await.pong().await;
    server.stop().await;
    let listed = users(&server).await;
    assert!(listed[0]["last_seen"].as_i64().unwrap() >= mia.session.created_at, "{listed:?}");
    let table = admin(&server, &["users"]).await;
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    let column = |line: &str, at: usize| line.chars().skip(at).collect::<String>();
    let heading = lines[0].find("REGISTERED").unwrap();
    let day = &column(lines[1], heading)[..3];
    assert_eq!(day, "202", "{table}");
    assert!(column(lines[2], heading).starts_with(day), "columns stand below each other\n{table}");
    assert!(lines[2].contains("never") && lines[3].contains("yes") && lines[1].ends_with('2'), "{table}");
}

#[tokio::test]
async fn a_reset_password_logs_in_and_the_old_one_and_its_sessions_and_sockets_are_over() {
    let mut server = TestServer::start().await;
    let (phone, laptop) = (server.register("mia").await, server.log_in("mia").await);
    let leo = server.register("leo").await;
    let (mut on_phone, mut on_laptop) = (phone.connect().await, laptop.connect().await);
    let mut leos = leo.connect().await;

    // By whatever case, as in logging in.
    let (password, said) = resets(&server, "MIA").await;
    assert_eq!(said, "2 sessions were ended.");
    for device in [&phone, &laptop] {
        refused(device.ask(Method::GET, routes::ME, None).await, Code::Unauthorized).await;
    }
    for socket in [&mut on_phone, &mut on_laptop] {
        assert_eq!(socket.close_code().await, close::SESSION_ENDED);
    }
    refused(logs_in(&server, "mia", PASSWORD).await, Code::WrongCredentials).await;
    let session: Session = read(logs_in(&server, "mia", &password).await, StatusCode::OK).await;
    let again = server.by_token(&session.token.unwrap()).await;
    let mut socket = again.connect().await;
    socket.pong().await;
    leos.pong().await;
    assert_eq!(leo.get::<Session>(routes::ME).await.id, leo.session.id);

    server.stop().await;
    let (last, said) = resets(&server, "mia").await;
    assert_eq!(said, "1 session was ended.");
    assert_ne!(last, password);
    server.restart_stopped().await;
    refused(logs_in(&server, "mia", &password).await, Code::WrongCredentials).await;
    let request = server.http.get(server.url(routes::ME)).bearer_auth(&again.token);
    refused(request.send().await.unwrap(), Code::Unauthorized).await;
    assert_eq!(logs_in(&server, "mia", &last).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_cannot_be_done_is_said_in_a_sentence() {
    let server = TestServer::start().await;
    server.register("mia").await.makes_bot("robo").await;
    for nobody in ["nobody", "not a name", "x"] {
        let said = fails(server.data(), &["reset-password", nobody]).await;
        assert_eq!(said, format!("kith: there is no user {nobody}\n"));
    }
    assert!(fails(server.data(), &["reset-password", "robo"]).await.contains("robo is a bot"));
    assert_eq!(users(&server).await[1]["sessions"], 1, "the bot's token stays");
    // What is no such command, is told apart from what could not be done.
    for arguments in [
        &["registration", "sometimes"][..],
        &["quota", "lots"],
        &["quota", "99999999999"],
        &["reset-password"],
        &["dance"],
        &[],
    ] {
        let Output { status, stderr, .. } = command::ended(run(server.data(), arguments)).await;
        assert_eq!(status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8(stderr).unwrap().contains("--help"), "{arguments:?}");
    }
}

#[tokio::test]
async fn a_folder_without_a_database_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    for arguments in [&["users"][..], &["reset-password", "mia"], &["registration", "closed"]] {
        for data in [folder.path(), &missing] {
            let said = fails(data, arguments).await;
            assert!(said.contains("no database") && said.contains(data.to_str().unwrap()), "{said}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    // One that another version has made is not touched either.
    let mut server = TestServer::start().await;
    server.stop().await;
    let connection = rusqlite::Connection::open(server.database()).unwrap();
    connection
        .execute(
            "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
            [],
        )
        .unwrap();
    drop(connection);
    assert!(fails(server.data(), &["users"]).await.contains("another version"));
}

#[tokio::test]
async fn who_may_register_is_set_beside_a_server_that_runs_and_stays_set() {
    let mut server = TestServer::start().await;
    let mia = server.register("mia").await;
    assert!(admin(&server, &["registration"]).await.starts_with("open: "));

    assert!(admin(&server, &["registration", "closed"]).await.starts_with("closed: "));
    let link = invites(&mia, routes::INVITATIONS, json!({})).await;
    for invitation in [None, Some(link.as_str())] {
        refused(registers(&server, "leo", invitation).await, Code::RegistrationClosed).await;
    }
    // Whether a name is taken is not told to who could not have it.
    refused(registers(&server, "mia", None).await, Code::RegistrationClosed).await;
    assert_eq!(logs_in(&server, "mia", PASSWORD).await.status(), StatusCode::OK);
    mia.makes_bot("robo").await;
    server.restart().await;
    refused(registers(&server, "leo", None).await, Code::RegistrationClosed).await;

    server.stop().await;
    assert!(admin(&server, &["registration", "invitation"]).await.starts_with("invitation: "));
    server.restart_stopped().await;
    assert!(admin(&server, &["registration"]).await.starts_with("invitation: "));
    refused(registers(&server, "leo", None).await, Code::InvitationRequired).await;
    read::<Session>(registers(&server, "leo", Some(&link)).await, StatusCode::CREATED).await;

    admin(&server, &["registration", "open"]).await;
    read::<Session>(registers(&server, "ana", None).await, StatusCode::CREATED).await;
    // A link that is of no use does no harm where none is needed.
    read::<Session>(registers(&server, "zoe", Some("nonsense")).await, StatusCode::CREATED).await;
}

#[tokio::test]
async fn where_it_takes_an_invitation_a_friends_or_a_groups_link_lets_one_register_and_is_used_after() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let group = mia.groups("Harbour", &[]).await.id;
    let friends = invites(&mia, routes::INVITATIONS, json!({})).await;
    let groups = invites(&mia, &routes::group_invitations(group), json!({})).await;
    let asking = invites(&mia, &routes::group_invitations(group), json!({"approval": true})).await;
    admin(&server, &["registration", "invitation"]).await;

    // A name that is taken costs the link nothing.
    refused(registers(&server, "mia", Some(&friends)).await, Code::UsernameTaken).await;
    for (username, link) in [("leo", &friends), ("ana", &groups), ("zoe", &asking)] {
        let session: Session =
            read(registers(&server, username, Some(link)).await, StatusCode::CREATED).await;
        let person = server.by_token(&session.token.unwrap()).await;
        let accepted = person.post(&routes::invitation_accept(link), json!({})).await;
        if username == "zoe" {
            assert_eq!(accepted.status(), StatusCode::ACCEPTED, "she asks to be let in");
        } else {
            read::<Conversation>(accepted, StatusCode::OK).await;
        }
    }
}

#[tokio::test]
async fn a_link_that_is_used_up_expired_taken_back_or_unknown_lets_nobody_register() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    admin(&server, &["registration", "invitation"]).await;

    let used = invites(&mia, routes::INVITATIONS, json!({})).await;
    let accepted = leo.post(&routes::invitation_accept(&used), json!({})).await;
    read::<Conversation>(accepted, StatusCode::OK).await;
    let expired = invites(&mia, routes::INVITATIONS, json!({"life": 1})).await;
    while server.get(&routes::invitation_preview(&expired)).await.status() == StatusCode::OK {}
    let taken_back = mia.post(routes::INVITATIONS, json!({})).await;
    let taken_back: Invitation = read(taken_back, StatusCode::CREATED).await;
    mia.ask(Method::DELETE, &routes::invitation(taken_back.id), None).await;
    for link in [&used, &expired, &taken_back.token, "AAAAAAAAAAAAAAAAAAAAAA", "", "' OR 1 = 1 --"] {
        refused(registers(&server, "ana", Some(link)).await, Code::InvitationRequired).await;
    }

    // It makes no more accounts than may use it, however many try at once.
    let link = invites(&mia, routes::INVITATIONS, json!({"max_uses": 2})).await;
    let names: Vec<_> = (0..5).map(|n| format!("guest{n}")).collect();
    let answers = join_all(names.iter().map(|name| registers(&server, name, Some(&link)))).await;
    let made = answers.iter().filter(|answer| answer.status() == StatusCode::CREATED).count();
    assert_eq!(made, 2);
    refused(registers(&server, "late", Some(&link)).await, Code::InvitationRequired).await;
    // Those who have an account can use it still.
    let accepted = leo.post(&routes::invitation_accept(&link), json!({})).await;
    read::<Conversation>(accepted, StatusCode::OK).await;
}

/// Begins an upload.
async fn brings(person: &Person, bytes: i64) -> Response {
    let request = person.request(Method::POST, routes::UPLOADS).header("tus-resumable", "1.0.0");
    request.header("upload-length", bytes).send().await.unwrap()
}

#[tokio::test]
async fn nobody_begins_an_upload_beyond_the_quota_that_is_set() {
    let mut server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    assert!(admin(&server, &["quota"]).await.starts_with("20480 MB: "));
    assert!(admin(&server, &["quota", "1"]).await.starts_with("1 MB: "));
    refused(brings(&mia, (1 << 20) + 1).await, Code::QuotaReached).await;
    assert_eq!(brings(&mia, 1 << 19).await.status(), StatusCode::CREATED);
    assert_eq!(brings(&mia, 1 << 19).await.status(), StatusCode::CREATED);
    refused(brings(&mia, 1).await, Code::QuotaReached).await;
    assert_eq!(brings(&leo, 1 << 20).await.status(), StatusCode::CREATED, "each has their own");

    server.stop().await;
    assert!(admin(&server, &["quota", "0"]).await.starts_with("0 MB: "));
    server.restart_stopped().await;
    let (mia, leo) = (server.by_token(&mia.token).await, server.by_token(&leo.token).await);
    for person in [&mia, &leo] {
        refused(brings(person, 1).await, Code::QuotaReached).await;
    }
    assert!(admin(&server, &["quota", "none"]).await.starts_with("none: "));
    for _ in 0..=limits::USER_BYTES / limits::FILE_BYTES {
        assert_eq!(brings(&mia, limits::FILE_BYTES).await.status(), StatusCode::CREATED);
    }
    assert!(admin(&server, &["quota"]).await.starts_with("none: "));
}
