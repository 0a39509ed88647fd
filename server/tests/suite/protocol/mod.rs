//! docs/protocol.md is true: its examples are replayed, and it misses nothing.

mod document;
mod names;

use std::collections::{BTreeSet, HashMap};

use kith_shared::frame::{ClientFrame, ServerFrame, close};
use kith_shared::problem::Code;
use kith_shared::routes;
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use self::document::{Block, Content, Exchange, Frame};
use self::names::Names;
use crate::harness::{Socket, TestServer};
use crate::media::hash;
use crate::previews::site::Site;

#[tokio::test]
async fn the_documented_protocol_is_the_one_that_is_spoken() {
    let site = Site::start().await;
    let mut names = Names::default();
    names.set("page", site.url("/boats"));
    // A sticker that comes with the server.
    names.set("fox", hash(include_bytes!("../../../stickers/hello.webp")).to_string());
    let mut replay = Replay { server: TestServer::start().await, names, sockets: HashMap::new() };
    for Block { line, content } in document::blocks() {
        println!("docs/protocol.md, line {line}");
        match content {
            Content::Http(exchange) => replay.ask(&exchange).await,
            Content::Frames(frames) => {
                for frame in frames {
                    replay.frame(&frame).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn the_document_misses_no_call_frame_code_or_close_code() {
    let mut missing = crate::openapi::routes();
    let (mut sent, mut heard) = (BTreeSet::new(), BTreeSet::new());
    for Block { content, .. } in document::blocks() {
        match content {
            Content::Http(Exchange { method, path, .. }) => {
                missing.retain(|(of, route)| *of != method || !leads_to(route, &path));
            }
            Content::Frames(frames) => {
                missing.retain(|(_, route)| route != routes::SOCKET);
                for frame in frames {
                    let kinds = if frame.is_sent { &mut sent } else { &mut heard };
                    kinds.insert(frame.kind());
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
    let server = TestServer::start().await;
    let openapi: Value = server.get(routes::OPENAPI).await.json().await.unwrap();
    assert_eq!(sent, kinds(&openapi, "ClientFrame"));
    assert_eq!(heard, kinds(&openapi, "ServerFrame"));
    for code in Code::ALL {
        assert!(document::TEXT.contains(&format!("`{}`", code.as_str())), "{code:?}");
    }
    for code in [close::GOING_AWAY, close::IDLE, close::SESSION_ENDED, close::TOO_SLOW] {
        assert!(document::TEXT.contains(&format!("| {code} |")), "{code}");
    }
}

/// The types of a kind of frame, as the server describes them.
fn kinds(openapi: &Value, name: &str) -> BTreeSet<String> {
    let all = openapi["components"]["schemas"][name]["oneOf"].as_array().unwrap();
    let kind = |one: &Value| one["properties"]["type"]["enum"][0].as_str().unwrap().to_owned();
    all.iter().map(kind).collect()
}

/// Whether a path, its names not filled in, is one of the route's.
fn leads_to(route: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    let fits = |(wanted, part): (&str, &str)| wanted == part || wanted.starts_with('{');
    let same_length = route.split('/').count() == path.split('/').count();
    same_length && route.split('/').zip(path.split('/')).all(fits)
}

struct Replay {
    server: TestServer,
    names: Names,
    sockets: HashMap<String, Socket>,
}

impl Replay {
    async fn ask(&mut self, exchange: &Exchange) {
        let method = Method::from_bytes(exchange.method.as_bytes()).unwrap();
        let mut request = self.server.http.request(method, self.server.url(&self.names.fill(&exchange.path)));
        for (name, value) in &exchange.headers {
            request = request.header(name, self.names.fill(value));
        }
        if let Some(body) = &exchange.body {
            request = match serde_json::from_str::<Value>(&self.names.fill(body)) {
                Ok(body) => request.json(&body),
                // A file's bytes.
                Err(_) => request.body(body.clone()),
            };
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        for (name, value) in &exchange.told {
            let told = response.headers().get(name).unwrap_or_else(|| panic!("no {name} is told"));
            self.names.hold_header(value, told.to_str().unwrap());
        }
        let text = response.text().await.unwrap();
        assert_eq!(status.as_u16(), exchange.status, "{text}");
        let Some(documented) = &exchange.answer else { return };
        match serde_json::from_str(documented) {
            Ok(documented) => self.hold(&documented, &serde_json::from_str(&text).unwrap()),
            Err(_) => assert_eq!(&text, documented),
        }
    }

    async fn frame(&mut self, frame: &Frame) {
        if !self.sockets.contains_key(&frame.who) {
            let token = self.names.get(&format!("{}_token", frame.who));
            self.sockets.insert(frame.who.clone(), Socket::connect(self.server.address, token).await);
        }
        let socket = self.sockets.get_mut(&frame.who).unwrap();
        if frame.is_sent {
            let mut sent: Value = serde_json::from_str(&self.names.fill(&frame.json)).unwrap();
            names::bring_up_to_now(&mut sent);
            socket.raw(Message::text(sent.to_string())).await;
        } else {
            let kind = frame.kind();
            let heard = socket.hear_until(|heard| {
                let heard = serde_json::to_value(heard).ok()?;
                (heard["type"] == kind).then_some(heard)
            });
            let heard = heard.await;
            self.hold(&serde_json::from_str(&frame.json).unwrap(), &heard);
        }
        self.read_frame(frame);
    }

    fn hold(&mut self, documented: &Value, got: &Value) {
        self.names.hold(documented, got).unwrap_or_else(|difference| panic!("{difference}"));
    }

    /// A frame's example is one of the wire's, with all its fields and no other.
    fn read_frame(&mut self, frame: &Frame) {
        let text = self.names.fill(&frame.json);
        if frame.is_sent {
            whole::<ClientFrame>(&text);
        } else {
            whole::<ServerFrame>(&text);
        }
    }
}

/// Reads an example as the type it is of: written again it is the same.
fn whole<T: Serialize + DeserializeOwned>(text: &str) {
    let read: T = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let again = serde_json::to_value(&read).unwrap();
    assert_eq!(again, serde_json::from_str::<Value>(text).unwrap());
}
