//! Somebody else's site, to be linked to: two pages, each with a picture.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};

/// A large one, and a small one.
const VIEW: &[u8] = include_bytes!("../../../docs/screenshot.png");
const SIGN: &[u8] = include_bytes!("../../../client/assets/touch_icon.png");

pub struct Site {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// Its thread waits for whoever asks until the tests end.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, asked) = (listener.local_addr()?, Arc::<Mutex<Vec<String>>>::default());
        let heard = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever has hung up wants no answer.
                let _ = answer(stream, &heard);
            }
        });
        Ok(Self { address, asked })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|asked| *asked == path).count()
    }
}

fn answer(mut stream: TcpStream, asked: &Mutex<Vec<String>>) -> Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().context("a request")??;
    let path = first.split(' ').nth(1).context("a path")?.to_owned();
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
    let (content_type, body) = match path.as_str() {
        "/view.png" => ("image/png", VIEW.to_vec()),
        "/sign.png" => ("image/png", SIGN.to_vec()),
        "/rain" => ("text/html", page("Rain all day", "Wind from the north-west, and cold.", "/sign.png")),
        _ => ("text/html", page("Boats for hire, by the hour", BOATS, "/view.png")),
    };
    let length = body.len();
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n")?;
    Ok(stream.write_all(&body)?)
}

const BOATS: &str = "Rowing boats, two sails and a raft for ten, from Easter until the lake freezes. Oars are lent \
    against a deposit; whoever brings the boat back dry pays half. The raft has to be booked a day before, and nobody \
    under twelve goes alone.";

fn page(title: &str, description: &str, image: &str) -> Vec<u8> {
    format!(
        "<!doctype html><title>{title}</title><meta property='og:description' content='{description}'>
         <meta property='og:site_name' content='Harbour Office'><meta property='og:image' content='{image}'>"
    )
    .into_bytes()
}
