//! Something of somebody else's site: bounded in size, and no address connected to that is not within reach, however often
//! one leads on to another. Nobody is told who asks.

use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use kith_shared::limits::PREVIEW_REDIRECTS;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use crate::outgoing::{Reach, Target, Unconnected, connect};

/// Bytes of an answer's headers.
const HEAD: usize = 32 * 1024;

/// Why there is nothing. Nobody is told: what could be had from where is none of theirs.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    #[error(transparent)]
    Unconnected(#[from] Unconnected),
    #[error("what answered is no HTTP server: {0}")]
    Http(#[from] hyper::Error),
    #[error("it answered {0}")]
    Status(StatusCode),
    #[error("it led on too often, or nowhere")]
    Redirects,
    #[error("it is of another type, or packed")]
    Type,
}

/// What is asked for.
pub struct Wanted {
    /// As the request's `Accept` says.
    pub accept: &'static str,
    /// Whether an answer of this content type is worth reading.
    pub is_read: fn(&str) -> bool,
    /// Bytes that are read.
    pub most: usize,
}

pub struct Got {
    /// Where it was in the end.
    pub url: Url,
    pub content_type: String,
    pub bytes: Vec<u8>,
    /// Whether that is all of it.
    pub whole: bool,
}

enum Answer {
    Got(Got),
    LeadsTo(Url),
}

pub async fn get(mut url: Url, reach: Reach, wanted: &Wanted) -> Result<Got, Unread> {
    for _ in 0..=PREVIEW_REDIRECTS {
        match ask(url, reach, wanted).await? {
            Answer::Got(got) => return Ok(got),
            Answer::LeadsTo(next) => url = next,
        }
    }
    Err(Unread::Redirects)
}

async fn ask(url: Url, reach: Reach, wanted: &Wanted) -> Result<Answer, Unread> {
    let target = Target::page(url.as_str(), reach).map_err(|_| Unconnected::Address)?;
    let stream = TokioIo::new(connect(&target, reach).await?);
    let (mut sender, connection) = http1::Builder::new().max_buf_size(HEAD).handshake(stream).await?;
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let request = Request::get(target.path())
        .header(header::HOST, target.authority())
        .header(header::USER_AGENT, concat!("Kith/", env!("CARGO_PKG_VERSION"), " (link preview)"))
        .header(header::ACCEPT, wanted.accept)
        // Packed, a few bytes might be any number.
        .header(header::ACCEPT_ENCODING, "identity")
        .body(Empty::<Bytes>::new())
        .map_err(|_| Unconnected::Address)?;
    let (head, body) = sender.send_request(request).await?.into_parts();
    if head.status.is_redirection() {
        let to = text(&head.headers, header::LOCATION).and_then(|to| url.join(to).ok());
        return to.map(Answer::LeadsTo).ok_or(Unread::Redirects);
    }
    if head.status != StatusCode::OK {
        return Err(Unread::Status(head.status));
    }
    let content_type = text(&head.headers, header::CONTENT_TYPE).unwrap_or_default().to_owned();
    let is_packed = text(&head.headers, header::CONTENT_ENCODING).is_some_and(|it| it != "identity");
    if is_packed || !(wanted.is_read)(&content_type) {
        return Err(Unread::Type);
    }
    let (bytes, whole) = read(body, wanted.most).await;
    Ok(Answer::Got(Got { url, content_type, bytes, whole }))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    // Addresses come as they are written, in any script.
    std::str::from_utf8(headers.get(name)?.as_bytes()).ok()
}

/// The beginning of a body, and whether that is all of it. What breaks off is what came.
async fn read(mut body: Incoming, most: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return (bytes, false) };
        let Ok(part) = frame.into_data() else { continue };
        let room = most - bytes.len();
        bytes.extend_from_slice(part.get(..room).unwrap_or(&part));
        if part.len() > room {
            return (bytes, false);
        }
    }
    (bytes, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANYTHING: Wanted = Wanted { accept: "*/*", is_read: |_| true, most: 1_000 };

    /// As it is asked for each address one is led on to.
    #[tokio::test]
    async fn what_stands_for_this_machine_is_not_connected_to() {
        let unread = async |url: &str| get(Url::parse(url).unwrap(), Reach::Public, &ANYTHING).await.err();
        for name in ["http://localhost/", "https://localhost/a?b"] {
            let unread = unread(name).await;
            assert!(matches!(unread, Some(Unread::Unconnected(Unconnected::Private))), "{name}: {unread:?}");
        }
        for address in
            ["http://127.0.0.1/", "http://0x7f.1/", "http://2130706433/", "https://[::ffff:7f00:1]/"]
        {
            let unread = unread(address).await;
            assert!(
                matches!(unread, Some(Unread::Unconnected(Unconnected::Address))),
                "{address}: {unread:?}"
            );
        }
    }
}
