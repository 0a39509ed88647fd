//! One HTTP request to a bot's address: bounded in time and size, and no redirect followed.

use axum::body::Bytes;
use axum::http::{Request, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use kith_shared::limits::DELIVERY_PATIENCE;
use tokio_util::task::AbortOnDropHandle;

use super::connect::{Stream, Unconnected, connect};
use super::target::{Reach, Target};

/// Bytes of an answer that are read.
const ANSWER: usize = 64 * 1024;

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    #[error("there was no answer within 10 seconds")]
    Late,
    #[error(transparent)]
    Unconnected(#[from] Unconnected),
    #[error("what answered is no HTTP server: {0}")]
    Http(#[from] hyper::Error),
    #[error("the answer is too long, or broke off")]
    Body,
}

pub struct Answer {
    pub status: u16,
    pub body: Bytes,
}

/// What is posted, with the headers that are its own.
pub struct Post {
    pub delivery: String,
    pub signature: String,
    pub body: Vec<u8>,
}

pub async fn post(url: &str, reach: Reach, post: Post) -> Result<Answer, Unanswered> {
    let asked = async {
        let target = Target::parse(url, reach).map_err(|_| Unconnected::Address)?;
        ask(connect(&target, reach).await?, &target, post).await
    };
    tokio::time::timeout(DELIVERY_PATIENCE, asked).await.unwrap_or(Err(Unanswered::Late))
}

async fn ask(
    stream: Box<dyn Stream>,
    target: &Target,
    Post { delivery, signature, body }: Post,
) -> Result<Answer, Unanswered> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let request = Request::post(target.path())
        .header(header::HOST, target.authority())
        .header(header::USER_AGENT, concat!("Kith/", env!("CARGO_PKG_VERSION")))
        .header(header::CONTENT_TYPE, "application/json")
        .header("kith-delivery", delivery)
        .header("kith-signature", signature)
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| Unconnected::Address)?;
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), ANSWER).collect().await.map_err(|_| Unanswered::Body)?;
    Ok(Answer { status, body: body.to_bytes() })
}
