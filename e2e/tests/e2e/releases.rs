//! Releases of Kith, one after the other, at one address: in front of the real server stands one that gives its files
//! out as those of a later version, whose files have other names and in which those of the one before are gone.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};

use crate::server::Server;

pub struct Releases {
    address: SocketAddr,
    given: Arc<Mutex<Given>>,
}

/// What is given out now.
#[derive(Default)]
struct Given {
    /// `None` is the server's own.
    version: Option<String>,
    /// A file of it is missing, as while it is being deployed.
    is_broken: bool,
}

impl Releases {
    /// Its threads wait for whoever asks until the tests end.
    pub fn start(server: &Server) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, given) = (listener.local_addr()?, Arc::<Mutex<Given>>::default());
        let (behind, releases) = (server.address().to_owned(), given.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (behind, given) = (behind.clone(), releases.clone());
                // Whoever has hung up wants no answer.
                std::thread::spawn(move || drop(answer(stream, &behind, &given)));
            }
        });
        Ok(Self { address, given })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on this version is given out, whole or with a file missing.
    pub fn release(&self, version: &str, is_broken: bool) {
        *lock(&self.given) = Given { version: Some(version.to_owned()), is_broken };
    }
}

fn lock(given: &Mutex<Given>) -> MutexGuard<'_, Given> {
    given.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One request a connection.
fn answer(mut browser: TcpStream, behind: &str, given: &Mutex<Given>) -> Result<()> {
    let head = read_head(&mut browser)?;
    let path = head.split(' ').nth(1).context("a path")?.to_owned();
    let (version, is_broken) = {
        let given = lock(given);
        (given.version.clone(), given.is_broken)
    };
    if let Some(version) = version
        && head.starts_with("GET ")
        && !path.starts_with("/api/")
    {
        return browser.write_all(&released(behind, &path, &version, is_broken)?).map_err(Into::into);
    }
    let mut server = TcpStream::connect(behind)?;
    let head = match head.to_ascii_lowercase().contains("\r\nupgrade:") {
        true => head,
        false => {
            head.replacen("\r\n", "\r\nConnection: close\r\n", 1).replace("Connection: keep-alive\r\n", "")
        }
    };
    server.write_all(head.as_bytes())?;
    let (mut up, mut down) = (browser.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut up, &mut down);
        let _ = down.shutdown(Shutdown::Write);
    });
    std::io::copy(&mut server, &mut browser)?;
    Ok(browser.shutdown(Shutdown::Write)?)
}

/// A file as a later version has it: what is named by its content has another name, and so has what names it.
fn released(behind: &str, path: &str, version: &str, is_broken: bool) -> Result<Vec<u8>> {
    let mark = format!("client-{version}-");
    let asked = match path.strip_prefix("/client-") {
        None => path.to_owned(),
        Some(rest) => match rest.strip_prefix(&format!("{version}-")) {
            Some(rest) if !(is_broken && rest.ends_with(".wasm")) => format!("/client-{rest}"),
            // One of another version, or the one that is missing.
            _ => {
                return Ok(
                    b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
                );
            }
        },
    };
    let (headers, body) = fetch(behind, &asked)?;
    let kind = headers.get("content-type").cloned().unwrap_or_default();
    let body = if ["text/html", "text/javascript"].iter().any(|named| kind.starts_with(named)) {
        let text = String::from_utf8(body)?.replace("/client-", &format!("/{mark}"));
        text.replace("<html ", &format!("<html data-version=\"{version}\" ")).into_bytes()
    } else {
        body
    };
    let body = if path == "/service_worker.js" { renamed(body, version)? } else { body };
    // All else is as the server says it.
    let own = ["content-length", "connection", "etag", "cache-control"];
    let kept = headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let kept: String = kept.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\n{kept}content-length: {}\r\ncache-control: no-cache\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    Ok(answer)
}

/// The service worker knows its version by a name of 16 digits.
fn renamed(worker: Vec<u8>, version: &str) -> Result<Vec<u8>> {
    let worker = String::from_utf8(worker)?;
    let is_name = |text: &&str| text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let name = worker.split('"').find(is_name).context("the service worker has no version")?.to_owned();
    // Nothing of the old name stays: a part of it may happen to be the same.
    Ok(worker.replace(&name, &format!("{version:0>16}")).into_bytes())
}

fn fetch(behind: &str, path: &str) -> Result<(HashMap<String, String>, Vec<u8>)> {
    let mut server = TcpStream::connect(behind)?;
    write!(server, "GET {path} HTTP/1.1\r\nhost: {behind}\r\nconnection: close\r\n\r\n")?;
    let head = read_head(&mut server)?;
    let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers = pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let mut body = Vec::new();
    server.read_to_end(&mut body)?;
    Ok((headers, body))
}

/// Up to the empty line, and no further.
fn read_head(stream: &mut TcpStream) -> Result<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8(head)?)
}
