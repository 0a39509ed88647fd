//! What a bot's messages are posted to: an HTTP server that answers as it is told, and checks what it gets.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use kith_shared::bot::Delivery;
use kith_shared::message::Body;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::harness::PATIENCE;

/// A status and a body.
type Answer = (u16, String);

#[derive(Clone)]
pub struct Script(Arc<Mutex<VecDeque<Answer>>>, mpsc::UnboundedSender<Post>);

pub struct Receiver {
    pub url: String,
    script: Script,
    posts: mpsc::UnboundedReceiver<Post>,
}

pub struct Post {
    headers: HeaderMap,
    body: Bytes,
}

impl Receiver {
    /// Answers 200 to everything, until it is told otherwise.
    pub async fn start() -> Self {
        let (tell, posts) = mpsc::unbounded_channel();
        let script = Script(Arc::default(), tell);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hear", listener.local_addr().unwrap());
        let router = Router::new().route("/hear", post(hear)).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, script, posts }
    }

    /// The answers to the next posts, one each.
    pub fn answers(&self, next: &[(u16, &str)]) {
        let next = next.iter().map(|(status, body)| (*status, (*body).to_owned()));
        self.script.0.lock().unwrap().extend(next);
    }

    pub async fn post(&mut self) -> Post {
        tokio::time::timeout(PATIENCE, self.posts.recv()).await.expect("something is posted").unwrap()
    }

    /// The text of the next post, which has to be signed.
    pub async fn text(&mut self, secret: &str) -> String {
        let post = self.post().await;
        assert!(post.is_signed_by(secret), "{:?}", post.headers);
        post.text()
    }

    pub fn heard_nothing_more(&mut self) -> bool {
        self.posts.try_recv().is_err()
    }
}

async fn hear(
    axum::extract::State(Script(answers, tell)): axum::extract::State<Script>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let (status, answer) = answers.lock().unwrap().pop_front().unwrap_or((200, String::new()));
    tell.send(Post { headers, body }).unwrap();
    (StatusCode::from_u16(status).unwrap(), answer)
}

impl Post {
    pub fn delivery(&self) -> Delivery {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn name(&self) -> &str {
        self.headers["kith-delivery"].to_str().unwrap()
    }

    pub fn text(&self) -> String {
        match &self.delivery().messages[..] {
            [one] => match &one.body {
                Body::Text { text, .. } => text.clone(),
                Body::Poll { question, .. } => question.clone(),
                Body::Sticker(sent) => sent.emoji.clone(),
                Body::Deleted => "(deleted)".to_owned(),
                Body::Expired => "(expired)".to_owned(),
                Body::Notice(notice) => format!("(notice {:?})", notice.what),
            },
            other => panic!("not one message: {other:?}"),
        }
    }

    /// As docs/bots.md tells receivers to.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let signature = self.headers["kith-signature"].to_str().unwrap();
        let (time, hex) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
        let bytes = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{time}.").as_bytes());
        mac.update(&self.body);
        mac.verify_slice(&bytes.collect::<Vec<u8>>()).is_ok()
    }
}
