//! Pushes: how long after a message is sent its requests to the push service leave, and what they cost those who are there.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use kith_shared::routes;
use memchr::memmem;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use web_push_native::p256::SecretKey;
use web_push_native::p256::elliptic_curve::rand_core::OsRng;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;

use crate::common::kith::Rest;
use crate::common::latencies::Latencies;
use crate::common::process::Process;
use crate::fan_out;
use crate::seat::Seat;
use crate::{ROUNDS, Subject};

/// Messages whose pushes are measured, and one before them that opens the connections.
const MESSAGES: usize = 10;
/// Between two of them: longer than a conversation rests after a push.
const PAUSE: Duration = Duration::from_millis(1_500);
/// Past this something is broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was measured.
pub struct Pushes {
    pub recipients: usize,
    pub latencies: Latencies,
    /// Of the server, what is prepared for the next one included.
    pub cpu_per_push: Duration,
    /// Deliveries a second to those who are there while nobody gets pushes, and while all do.
    pub without: Vec<f64>,
    pub with: Vec<f64>,
}

/// In the group whose members these are: the last of them writes, the others get pushes.
pub async fn measure(subject: &Subject, members: &[Seat]) -> Result<Pushes> {
    let service = Service::start().await?;
    let rest = Rest::new(subject.process.address())?;
    let (writer, others) = members.split_last().context("nobody is there")?;
    let recipients = others.len();
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        unsubscribe(&rest, others).await?;
        without.push(fan_out::measure(subject, members).await?);
        service.subscribe(&rest, others).await?;
        with.push(fan_out::measure(subject, members).await?);
    }
    // New subscriptions, which no conversation of those before rests for.
    unsubscribe(&rest, others).await?;
    tokio::time::sleep(Duration::from_secs(20)).await;
    service.subscribe(&rest, others).await?;
    let (latencies, cpu) = service.measure(writer, &subject.process, recipients).await?;
    let cpu_per_push = cpu / u32::try_from(MESSAGES * recipients)?;
    Ok(Pushes { recipients, latencies, cpu_per_push, without, with })
}

async fn unsubscribe(rest: &Rest, members: &[Seat]) -> Result<()> {
    let ask = |seat: &Seat| rest.ask(Method::DELETE, seat.token.clone(), routes::PUSH_SUBSCRIPTION, None);
    stream::iter(members).map(ask).buffered(8).try_collect().await
}

/// A push service that takes everything, and remembers when.
struct Service {
    address: SocketAddr,
    taken: Arc<Taken>,
}

#[derive(Default)]
struct Taken {
    at: Mutex<Vec<Instant>>,
    more: Notify,
}

impl Service {
    async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, taken) = (listener.local_addr()?, Arc::<Taken>::default());
        let to = taken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let to = to.clone();
                // Ends where the server closes it.
                tokio::spawn(async move { drop(take(stream, &to).await) });
            }
        });
        Ok(Self { address, taken })
    }

    /// Has pushes for all of them come here. Nobody reads them.
    async fn subscribe(&self, rest: &Rest, members: &[Seat]) -> Result<()> {
        let ask = |(n, seat): (usize, &Seat)| {
            let key = SecretKey::random(&mut OsRng).public_key().to_encoded_point(false);
            let body = json!({
                "endpoint": format!("http://{}/send/{n}", self.address),
                "p256dh": URL_SAFE_NO_PAD.encode(key),
                "auth": "BTBZMqHH6r4Tts7J_aSIgg",
            });
            rest.ask(Method::PUT, seat.token.clone(), routes::PUSH_SUBSCRIPTION, Some(body))
        };
        stream::iter(members.iter().enumerate()).map(ask).buffered(8).try_collect().await
    }

    /// From each message's sending to each of its pushes coming here.
    async fn measure(
        &self,
        writer: &Seat,
        server: &Process,
        recipients: usize,
    ) -> Result<(Latencies, Duration)> {
        let mut socket = writer.connect(server.address()).await?;
        let (mut latencies, mut before) = (Latencies::default(), Duration::ZERO);
        for n in 0..=MESSAGES {
            self.taken.at.lock().unwrap_or_else(PoisonError::into_inner).clear();
            let sent = Instant::now();
            socket.send(writer.message()?).await?;
            let all = async {
                while self.count() < recipients {
                    self.taken.more.notified().await;
                }
            };
            tokio::time::timeout(PATIENCE, all).await.context("pushes were lost")?;
            if n > 0 {
                let at = self.taken.at.lock().unwrap_or_else(PoisonError::into_inner);
                latencies.extend(at.iter().map(|at| *at - sent).collect());
            }
            tokio::time::sleep(PAUSE).await;
            if n == 0 {
                before = server.cpu()?;
            }
        }
        Ok((latencies, server.cpu()? - before))
    }

    fn count(&self) -> usize {
        self.taken.at.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// As little of HTTP as there has to be: reading more would measure this side.
async fn take(mut stream: TcpStream, taken: &Taken) -> Result<()> {
    stream.set_nodelay(true)?;
    let (mut held, mut buffer) = (Vec::new(), [0; 8 * 1024]);
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            bail!("it ended");
        }
        if held.is_empty() {
            taken.at.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
            taken.more.notify_one();
        }
        held.extend_from_slice(&buffer[..read]);
        if is_whole(&held)? {
            held.clear();
            stream.write_all(b"HTTP/1.1 201 Created\r\nlocation: /m/1\r\ncontent-length: 0\r\n\r\n").await?;
        }
    }
}

fn is_whole(request: &[u8]) -> Result<bool> {
    let Some(head) = memmem::find(request, b"\r\n\r\n") else { return Ok(false) };
    let name = b"content-length: ";
    let from = memmem::find(request, name).context("no length")? + name.len();
    let digits = request[from..].iter().take_while(|byte| byte.is_ascii_digit());
    let length = digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
    Ok(request.len() >= head + 4 + length)
}
