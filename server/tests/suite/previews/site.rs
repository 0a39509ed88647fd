//! Somebody else's site: an HTTP server on a port of its own that answers well, badly, or never.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::media::png;

pub struct Site {
    address: SocketAddr,
    /// The heads of all requests.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Site {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<String>>>::default());
        let heads = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, heads.clone()));
            }
        });
        Self { address, asked }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What was asked for a path.
    pub fn asked(&self, path: &str) -> Vec<String> {
        let begins = format!("GET {path} ");
        self.asked.lock().unwrap().iter().filter(|head| head.starts_with(&begins)).cloned().collect()
    }

    pub fn was_asked_nothing(&self) -> bool {
        self.asked.lock().unwrap().is_empty()
    }
}

/// Whoever asks may hang up at any time, and is let.
async fn answer(mut stream: TcpStream, heads: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    heads.lock().unwrap().push(head);
    match path.as_str() {
        "/never" => sleep(Duration::from_secs(60)).await,
        "/drips" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<title>Drip").await;
            while stream.write_all(b" drip").await.is_ok() {
                sleep(Duration::from_millis(200)).await;
            }
        }
        "/endless" => {
            let begins = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<title>Endless</title>";
            let _ = stream.write_all(begins).await;
            while stream.write_all(&[b' '; 4096]).await.is_ok() {}
        }
        path => {
            let _ = stream.write_all(&whole(path)).await;
            let _ = stream.shutdown().await;
        }
    }
}

/// An answer that ends.
fn whole(path: &str) -> Vec<u8> {
    let html = |body: &str| ok("text/html; charset=utf-8", body.as_bytes());
    let pictured =
        |image: &str| html(&format!("<title>Pictured</title><meta property='og:image' content='{image}'>"));
    match path.split('?').next().unwrap() {
        "/boats" => html(BOATS),
        "/words" => ok("text/html", &russian()),
        "/little" => html("<title> A little\n </title>"),
        "/broken" => html(BROKEN),
        "/cat.png" => ok("text/plain", &png(640, 480)),
        "/small" => pictured("/small.png"),
        "/small.png" => ok("image/png", &png(32, 32)),
        "/bomb" => pictured("/bomb.png"),
        "/bomb.png" => ok("image/png", &png(100_000, 100_000)),
        "/vast" => pictured("/vast.png"),
        "/vast.png" => ok("image/png", &[png(640, 480), vec![0; 3 << 20]].concat()),
        "/drawn" => pictured("/drawing.svg"),
        "/drawing.svg" => ok("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        "/without" => pictured("/none.png"),
        "/inline" => pictured("data:image/png;base64,AAAA"),
        "/cut" => b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 900\r\n\r\n<title>Cut off"
            .to_vec(),
        "/untitled" => html("<meta property='og:description' content='no title'>"),
        "/json" => ok("application/json", br#"{"title": "no page"}"#),
        "/packed" => {
            b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-encoding: gzip\r\n\r\n<title>hi".to_vec()
        }
        "/error" => b"HTTP/1.1 500 Oh\r\ncontent-type: text/html\r\n\r\n<title>Oh no</title>".to_vec(),
        "/heads" => {
            let header = format!("x: {}\r\n", "y".repeat(1_000)).repeat(200);
            format!("HTTP/1.1 200 OK\r\n{header}content-type: text/html\r\n\r\n<title>hi</title>")
                .into_bytes()
        }
        "/telnet" => b"220 mail.example.org ESMTP\r\n".to_vec(),
        "/loop" => moved("/loop"),
        "/lost" => b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n".to_vec(),
        "/file" => moved("file:///etc/passwd"),
        "/0" => moved("/boats?лодки"),
        path => match path[1..].parse::<u32>() {
            Ok(left) => moved(&format!("/{}", left - 1)),
            Err(_) => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec(),
        },
    }
}

fn ok(content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn moved(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

const BOATS: &str = r#"<!doctype html><html><head>
    <title>Boats – Harbour</title>
    <script>document.write("<meta property='og:title' content='Not this'>")</script>
    <meta name="description" content="Not this either">
    <meta property="og:title" content="Boats &amp; oars">
    <meta content="All of them,
        at six." property="og:description">
    <meta property="og:site_name" content="Harbour">
    <meta property="og:image" content="cat.png">
    </head><body><h1>Boats</h1></body></html>"#;

const BROKEN: &str =
    "<title>Bro<b>ken</title><meta <meta property=og:description content=' a \u{202e}b\u{7} c'
    ></head <!-- <title>no</title> --><p <<>&#x110000;&bogus;<meta property='og:site_name' content='";

/// In an encoding of its own, which the page names.
fn russian() -> Vec<u8> {
    let title: &[u8] = &[0xcb, 0xee, 0xe4, 0xea, 0xe8];
    [&b"<meta http-equiv=content-type content='text/html; charset=windows-1251'><title>"[..], title].concat()
}
