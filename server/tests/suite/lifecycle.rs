//! The `kith` command itself: start, stop, kill.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use futures_util::{SinkExt, StreamExt};
use kith_shared::frame::{ClientFrame, ServerFrame, close};
use kith_shared::message::{Body, Page};
use kith_shared::{ClientId, ConversationId, routes};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use uuid::Uuid;

use crate::harness::{PASSWORD, PATIENCE, TestServer, http};

/// A running `kith serve`; killed when a test is done with it.
pub struct Kith {
    pub child: Child,
    pub address: String,
}

impl Kith {
    fn start(data: &Path, listen: &str) -> Self {
        Self::start_with(data, listen, &[])
    }

    pub fn start_with(data: &Path, listen: &str, options: &[&str]) -> Self {
        Self::start_in(data, listen, options, &[])
    }

    /// With variables of its environment.
    pub fn start_in(data: &Path, listen: &str, options: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kith"))
            .args(["serve", "--listen", listen, "--log", "error", "--data"])
            .arg(data)
            .args(options)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit("://").next().unwrap().to_owned();
        Self { child, address }
    }

    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    pub async fn post(&self, token: &str, path: &str, body: Value) -> Value {
        self.ask(Method::POST, token, path, Some(body)).await
    }

    pub async fn put(&self, token: &str, path: &str, body: Value) -> Value {
        self.ask(Method::PUT, token, path, Some(body)).await
    }

    pub async fn get(&self, token: &str, path: &str) -> Value {
        self.ask(Method::GET, token, path, None).await
    }

    async fn ask(&self, method: Method, token: &str, path: &str, body: Option<Value>) -> Value {
        let http = http();
        let request = http.request(method, format!("http://{}{path}", self.address)).bearer_auth(token);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        request.send().await.unwrap().json().await.unwrap()
    }

    pub async fn token(&self, username: &str) -> String {
        let body = json!({"username": username, "password": PASSWORD, "transport": "bearer"});
        self.post("", routes::REGISTER, body).await["token"].as_str().unwrap().to_owned()
    }

    async fn socket(
        &self,
        token: &str,
    ) -> tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>> {
        let mut request = format!("ws://{}{}", self.address, routes::SOCKET).into_client_request().unwrap();
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        tokio_tungstenite::connect_async(request).await.unwrap().0
    }
}

impl Drop for Kith {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A token and a dialog to write in.
async fn dialog(kith: &Kith) -> (String, ConversationId) {
    let (mia, leo) = (kith.token("mia").await, kith.token("leo").await);
    let invitation = kith.post(&mia, routes::INVITATIONS, json!({})).await;
    let path = routes::invitation_accept(invitation["token"].as_str().unwrap());
    let conversation = kith.post(&leo, &path, json!({})).await;
    (mia, conversation["id"].as_str().unwrap().parse().unwrap())
}

#[tokio::test]
async fn a_stop_signal_tells_sockets_to_come_back_and_ends_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let data = tempfile::tempdir().unwrap();
        let mut kith = Kith::start(data.path(), "127.0.0.1:0");
        let token = kith.token("mia").await;
        let mut socket = kith.socket(&token).await;
        assert!(matches!(socket.next().await, Some(Ok(Message::Text(_)))));
        kith.signal(signal);
        let code = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Message::Close(frame) = socket.next().await.expect("a close frame").unwrap() {
                    break u16::from(frame.expect("a close code").code);
                }
            }
        });
        assert_eq!(code.await.unwrap(), close::GOING_AWAY);
        assert!(kith.child.wait().unwrap().success(), "{signal}");
    }
}

#[tokio::test]
async fn whatever_was_acknowledged_before_a_sigkill_is_there_after_it_once() {
    let data = tempfile::tempdir().unwrap();
    let mut kith = Kith::start(data.path(), "127.0.0.1:0");
    let (token, conversation) = dialog(&kith).await;
    let (mut sink, mut stream) = kith.socket(&token).await.split();

    let sent: Vec<ClientId> = (0..5_000).map(|_| ClientId(Uuid::now_v7())).collect();
    let burst = sent.clone();
    let writing = tokio::spawn(async move {
        for (n, client_id) in burst.into_iter().enumerate() {
            let body = Body::text(n.to_string());
            let frame = ClientFrame::Send { conversation, client_id, body };
            if sink.send(Message::text(serde_json::to_string(&frame).unwrap())).await.is_err() {
                break;
            }
        }
    });
    let mut acknowledged = Vec::new();
    while let Some(Ok(Message::Text(text))) = stream.next().await {
        if let ServerFrame::Ack { client_id, head, .. } = serde_json::from_str(&text).unwrap() {
            acknowledged.push((client_id, head.seq));
        }
        // In the middle of the burst, with commits under way.
        if acknowledged.len() == 500 {
            kith.signal("-KILL");
        }
    }
    writing.await.unwrap();
    kith.child.wait().unwrap();
    assert!(acknowledged.len() >= 500);

    let kith = Kith::start(data.path(), "127.0.0.1:0");
    let mut stored = Vec::new();
    let http = http();
    loop {
        let path = routes::messages(conversation);
        let url = format!("http://{}{path}?after={}", kith.address, stored.len());
        let page: Page = http.get(url).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
        stored.extend(page.messages.into_iter().map(|message| (message.client_id, message.seq)));
        if !page.more {
            break;
        }
    }
    assert!(stored.iter().map(|(_, seq)| seq.0).eq(1..=stored.len() as i64), "dense");
    assert!(stored.iter().map(|(client_id, _)| client_id).eq(&sent[..stored.len()]), "in order, none twice");
    assert!(acknowledged.iter().all(|known| stored.contains(known)), "nothing acknowledged is lost");
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let data = tempfile::tempdir().unwrap();
    let running = Kith::start(data.path(), "127.0.0.1:0");
    let other = tempfile::tempdir().unwrap();
    let second = |data: &Path| {
        let command = Command::new(env!("CARGO_BIN_EXE_kith"))
            .args(["serve", "--log", "error", "--listen", &running.address, "--data"])
            .arg(data)
            .output()
            .unwrap();
        assert!(!command.status.success());
        String::from_utf8(command.stderr).unwrap()
    };
    assert!(second(other.path()).contains(&running.address));
    assert!(second(Path::new("/dev/null/kith")).contains("/dev/null/kith"));
}

#[tokio::test]
async fn a_graceful_stop_waits_for_what_was_taken() {
    let mut server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    let mut socket = mia.connect().await;
    let sent = socket.write(conversation, "before the end").await;
    socket.acknowledged(sent).await;
    server.stop().await;
    assert_eq!(socket.close_code().await, close::GOING_AWAY);
    let request = server.http.get(server.url(routes::HEALTH)).send().await;
    assert!(request.is_err() || request.unwrap().status() != StatusCode::OK);
}

#[test]
fn help_and_version_tell_what_there_is() {
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_kith")).args(args).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(run(&["--version"]).trim(), concat!("kith ", env!("CARGO_PKG_VERSION")));
    let help = run(&["serve", "--help"]);
    for variable in
        ["KITH_LISTEN", "KITH_DATA", "KITH_ORIGIN", "KITH_WEBHOOKS_TO_PRIVATE", "KITH_LOG", "KITH_LOG_FORMAT"]
    {
        assert!(help.contains(variable), "{variable}");
    }
}
