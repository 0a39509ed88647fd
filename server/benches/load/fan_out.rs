//! A few write in a large group where everybody listens: how many deliveries a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;

use crate::Subject;
use crate::rate::{PATIENCE, Talk, WARM_UP, write};
use crate::seat::{Seat, heard};

/// Members of the groups, all connected.
pub const SIZES: [usize; 2] = [100, 1_000];
pub const WRITERS: usize = 4;
const MEASURED: Duration = Duration::from_secs(4);

/// Deliveries a second in the group whose members these are.
pub async fn measure(subject: &Subject, members: &[Seat]) -> Result<f64> {
    let (talk, delivered) = (Arc::new(Talk::default()), Arc::new(AtomicU64::new(0)));
    let address = subject.process.address();
    let connections = stream::iter(members).map(|seat| seat.connect(address)).buffered(64);
    let mut sockets: Vec<_> = connections.try_collect().await?;

    // How much was written in all, once it is known.
    let (all, written) = watch::channel(None);
    let mut readers = JoinSet::new();
    for socket in sockets.split_off(WRITERS) {
        readers.spawn(read(socket, delivered.clone(), written.clone()));
    }
    let mut writers = JoinSet::new();
    for (seat, socket) in members.iter().cloned().zip(sockets) {
        let talk = talk.clone();
        writers.spawn(async move { write(&seat, socket, &talk).await });
    }
    tokio::time::sleep(WARM_UP).await;
    let (start, before) = (Instant::now(), delivered.load(Ordering::Relaxed));
    tokio::time::sleep(MEASURED).await;
    let (deliveries, took) = (delivered.load(Ordering::Relaxed) - before, start.elapsed());

    talk.over.store(true, Ordering::Relaxed);
    let all_delivered = async {
        let mut total = 0;
        while let Some(ended) = writers.join_next().await {
            total += ended??;
        }
        all.send(Some(total)).context("every reader failed")?;
        while let Some(ended) = readers.join_next().await {
            ended??;
        }
        Ok::<_, anyhow::Error>(())
    };
    tokio::time::timeout(PATIENCE, all_delivered).await.context("messages were lost")??;
    Ok(deliveries as f64 / took.as_secs_f64())
}

/// Ends once it has heard all that was written.
async fn read(
    mut socket: WebSocketStream<TcpStream>,
    delivered: Arc<AtomicU64>,
    mut written: watch::Receiver<Option<u64>>,
) -> Result<()> {
    let mut mine = 0;
    while *written.borrow_and_update() != Some(mine) {
        let mut next = tokio::select! {
            message = socket.next() => Some(message),
            known = written.changed() => {
                known.context("a writer failed")?;
                None
            }
        };
        let before = mine;
        while let Some(message) = next {
            mine += heard(message.transpose()?)?.delivered();
            next = socket.next().now_or_never();
        }
        delivered.fetch_add(mine - before, Ordering::Relaxed);
    }
    Ok(())
}
