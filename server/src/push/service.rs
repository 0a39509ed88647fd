//! Requests to push services, over connections that are kept: one that is there is used again, and only so many are open at
//! once, to each and in all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{HeaderMap, Request, Response, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::sync::Semaphore;
use tokio_util::task::AbortOnDropHandle;

use crate::outgoing::{Reach, Target, Unconnected, connect};

/// Requests under way at once, in all and to one push service: one that hangs leaves the others theirs.
const AT_ONCE: usize = 256;
const AT_ONCE_TO_ONE: usize = 128;
/// How long a push service may take to answer, connecting to it included.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection nothing was sent over for so long is closed.
const IDLE: Duration = Duration::from_secs(20);
/// Bytes of an answer that are read, so that its connection can be used again.
const ANSWER: usize = 16 * 1024;

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    #[error("there was no answer within 10 seconds")]
    Late,
    #[error(transparent)]
    Unconnected(#[from] Unconnected),
    #[error("what answered is no HTTP server: {0}")]
    Http(#[from] hyper::Error),
    /// What the request was made for may have changed while it waited for its turn.
    #[error("it waited too long for its turn")]
    Waited,
}

pub struct Answer {
    pub status: u16,
    /// When to try again, as the header says it.
    pub retry_after: Option<String>,
}

/// What is posted: the headers that are its own, and the body.
pub struct Post {
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Every push service there is a connection to.
pub struct Services {
    reach: Reach,
    in_all: Semaphore,
    of: Mutex<HashMap<String, Arc<Service>>>,
}

struct Service {
    at_once: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

struct Connection {
    sender: SendRequest<Full<Bytes>>,
    used: Instant,
    _task: AbortOnDropHandle<hyper::Result<()>>,
}

impl Services {
    pub fn new(reach: Reach) -> Self {
        Self { reach, in_all: Semaphore::new(AT_ONCE), of: Mutex::default() }
    }

    /// Posts to a device's endpoint; what is posted is made once it is its turn. Waits for that no longer than
    /// `patience`.
    ///
    /// # Errors
    /// When there is no answer, or `post` makes none.
    pub async fn post<E: From<Unanswered>>(
        &self,
        endpoint: &str,
        patience: Duration,
        post: impl FnOnce(&Target) -> Result<Post, E>,
    ) -> Result<Answer, E> {
        let target =
            Target::parse(endpoint, self.reach).map_err(|_| Unanswered::from(Unconnected::Address))?;
        let service = self.service(&target);
        let turn = async { (service.at_once.acquire().await, self.in_all.acquire().await) };
        let _turn = tokio::time::timeout(patience, turn).await.map_err(|_| Unanswered::Waited)?;
        let post = post(&target)?;
        let asked = service.ask(&target, self.reach, &post);
        Ok(tokio::time::timeout(PATIENCE, asked).await.unwrap_or(Err(Unanswered::Late))?)
    }

    /// Closes what was not used for a while, and forgets who is not spoken to any more.
    pub fn tidy(&self) {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.retain(|_, service| {
            let mut idle = service.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.retain(Connection::is_open);
            !idle.is_empty() || Arc::strong_count(service) > 1
        });
    }

    fn service(&self, target: &Target) -> Arc<Service> {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Service { at_once: Semaphore::new(AT_ONCE_TO_ONE), idle: Mutex::default() });
        of.entry(target.origin()).or_insert_with(new).clone()
    }
}

impl Connection {
    fn is_open(&self) -> bool {
        !self.sender.is_closed() && self.used.elapsed() < IDLE
    }
}

impl Service {
    async fn ask(&self, target: &Target, reach: Reach, post: &Post) -> Result<Answer, Unanswered> {
        if let Some(mut kept) = self.take() {
            // Closed by the other side meanwhile, most likely: sent again, it replaces itself if it did come.
            if let Ok(response) = kept.send(target, post).await {
                return Ok(self.answer(kept, response).await);
            }
        }
        let (sender, connection) = http1::handshake(TokioIo::new(connect(target, reach).await?)).await?;
        let task = AbortOnDropHandle::new(tokio::spawn(connection));
        let mut new = Connection { sender, used: Instant::now(), _task: task };
        let response = new.send(target, post).await?;
        Ok(self.answer(new, response).await)
    }

    fn take(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::from_fn(|| idle.pop()).find(Connection::is_open)
    }

    /// The connection is kept where the whole answer was read.
    async fn answer(&self, mut by: Connection, response: Response<Incoming>) -> Answer {
        let status = response.status().as_u16();
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned);
        if Limited::new(response.into_body(), ANSWER).collect().await.is_ok() {
            by.used = Instant::now();
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(by);
        }
        Answer { status, retry_after }
    }
}

impl Connection {
    async fn send(&mut self, target: &Target, post: &Post) -> Result<Response<Incoming>, Unanswered> {
        let mut request = Request::post(target.path())
            .body(Full::new(post.body.clone()))
            .map_err(|_| Unconnected::Address)?;
        *request.headers_mut() = post.headers.clone();
        self.sender.ready().await?;
        Ok(self.sender.send_request(request).await?)
    }
}
