//! Many pairs, as fast as it goes: how many messages a second are acknowledged, and what the server works for each.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;

use crate::Subject;
use crate::seat::{Heard, Pair, Seat, heard};

pub const PAIRS: usize = 50;
/// Messages a writer has under way before it waits for an acknowledgement.
pub const WINDOW: u64 = 16;
pub const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(5);
/// Past this something is broken.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Rate {
    pub per_second: f64,
    pub cpu_per_message: Duration,
}

/// What all writers and readers share.
#[derive(Default)]
pub struct Talk {
    pub acknowledged: AtomicU64,
    pub over: AtomicBool,
}

pub async fn measure(subject: &Subject) -> Result<Rate> {
    let talk = Arc::new(Talk::default());
    let mut pairs = JoinSet::new();
    for pair in &subject.pairs[..PAIRS] {
        run(&mut pairs, pair, subject.process.address(), &talk).await?;
    }
    tokio::time::sleep(WARM_UP).await;
    let (start, cpu) = (Instant::now(), subject.process.cpu()?);
    let before = talk.acknowledged.load(Ordering::Relaxed);
    tokio::time::sleep(MEASURED).await;
    let messages = talk.acknowledged.load(Ordering::Relaxed) - before;
    let (took, cpu) = (start.elapsed(), subject.process.cpu()? - cpu);

    talk.over.store(true, Ordering::Relaxed);
    let all_delivered = async {
        while let Some(ended) = pairs.join_next().await {
            ended??;
        }
        Ok::<_, anyhow::Error>(())
    };
    tokio::time::timeout(PATIENCE, all_delivered).await.context("messages were lost")??;
    Ok(Rate {
        per_second: messages as f64 / took.as_secs_f64(),
        cpu_per_message: cpu.div_f64(messages.max(1) as f64),
    })
}

/// Starts a pair's two ends. The reader's ends only once it has heard all that was written.
async fn run(
    tasks: &mut JoinSet<Result<()>>,
    pair: &Pair,
    address: SocketAddr,
    talk: &Arc<Talk>,
) -> Result<()> {
    let (reader, writer) = (pair.reader.connect(address).await?, pair.writer.connect(address).await?);
    let (written, all) = oneshot::channel();
    let seat = pair.writer.clone();
    let talk = talk.clone();
    tasks.spawn(read(reader, all));
    tasks.spawn(async move {
        // Nobody listens any more when the reader failed, which says why.
        let _ = written.send(write(&seat, writer, &talk).await?);
        Ok(())
    });
    Ok(())
}

/// Keeps the window full until the talk is over; how many it wrote.
pub async fn write(seat: &Seat, mut socket: WebSocketStream<TcpStream>, talk: &Talk) -> Result<u64> {
    let (mut written, mut acknowledged) = (0, 0);
    loop {
        if !talk.over.load(Ordering::Relaxed) {
            while written - acknowledged < WINDOW {
                socket.feed(seat.message()?).await?;
                written += 1;
            }
            socket.flush().await?;
        }
        if written == acknowledged {
            return Ok(written);
        }
        let before = acknowledged;
        let mut next = Some(socket.next().await);
        // Whatever came with it is answered with it.
        while let Some(message) = next {
            acknowledged += u64::from(heard(message.transpose()?)? == Heard::Acknowledged);
            next = socket.next().now_or_never();
        }
        talk.acknowledged.fetch_add(acknowledged - before, Ordering::Relaxed);
    }
}

async fn read(mut socket: WebSocketStream<TcpStream>, mut written: oneshot::Receiver<u64>) -> Result<()> {
    let (mut delivered, mut all) = (0, None);
    while all != Some(delivered) {
        tokio::select! {
            message = socket.next() => {
                delivered += heard(message.transpose()?)?.delivered();
            }
            count = &mut written, if all.is_none() => all = Some(count.context("the writer failed")?),
        }
    }
    Ok(())
}
