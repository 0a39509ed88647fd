//! Puts new messages into the search index, behind the writer and never in its way.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use crate::error::Result;
use crate::store::Store;

/// What comes within it is indexed together. Under load it is also how long the writer has for itself after a batch.
const GATHER: Duration = Duration::from_millis(500);
/// How long it has while the index catches up.
const BREATH: Duration = Duration::from_millis(25);

/// Wakes the indexer, which ends when the last one is gone.
#[derive(Clone)]
pub struct Waker(watch::Sender<()>);

impl Waker {
    /// There are new messages.
    pub fn wake(&self) {
        self.0.send_replace(());
    }
}

/// The last waker is gone.
struct Ended;

/// Starts the indexer, at first with what an earlier run left over. A batch under way is finished before it ends; what is
/// not indexed then is when the server starts again.
pub fn start(store: Store) -> (Waker, JoinHandle<()>) {
    let (waker, mut woken) = watch::channel(());
    woken.mark_changed();
    let run = async move { while take_turn(&store, &mut woken).await.is_ok() {} };
    (Waker(waker), tokio::spawn(run))
}

async fn take_turn(store: &Store, woken: &mut watch::Receiver<()>) -> Result<(), Ended> {
    woken.changed().await.map_err(|_| Ended)?;
    pause(woken, GATHER).await?;
    let mut behind = i64::MAX;
    loop {
        let left = match step(store).await {
            Ok(0) => return Ok(()),
            Ok(left) => left,
            Err(error) => {
                tracing::error!(%error, "the search index is behind");
                return Ok(());
            }
        };
        // More came than was indexed: sending has the disk.
        pause(woken, if left > behind { GATHER } else { BREATH }).await?;
        behind = left;
    }
}

/// Indexes one batch. Answers how many messages are left.
async fn step(store: &Store) -> Result<i64> {
    store.index_batch().await?;
    store.search_backlog().await
}

/// Messages that come meanwhile are found by the next step.
async fn pause(woken: &mut watch::Receiver<()>, time: Duration) -> Result<(), Ended> {
    let end = Instant::now() + time;
    while let Ok(news) = timeout_at(end, woken.changed()).await {
        news.map_err(|_| Ended)?;
    }
    Ok(())
}
