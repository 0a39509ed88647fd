//! Has messages disappear when their time has come.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::error::Result;
use crate::store::{Store, Writer};
use crate::time;

/// How long it sleeps at most: a clock that was set anew is noticed by then.
const LONGEST: Duration = Duration::from_secs(60);
/// How long a database that failed is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// Wakes the expirer: something that disappears was written.
#[derive(Clone, Default)]
pub struct Waker(Arc<Notify>);

impl Waker {
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Runs until it is dropped. What disappears is written by the writer, which is asked only where something is due.
pub async fn run(store: Store, writer: Writer, waker: Waker) {
    loop {
        let wait = match step(&store, &writer).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "messages that disappear are late");
                PAUSE
            }
        };
        // Woken or not, what is due is looked for again.
        let _ = timeout(wait, waker.0.notified()).await;
    }
}

/// Answers how long until the next is due.
async fn step(store: &Store, writer: &Writer) -> Result<Duration> {
    while let Some(due) = store.next_expiry().await? {
        let wait = u64::try_from(due - time::now()).unwrap_or(0);
        if wait > 0 {
            return Ok(Duration::from_millis(wait).min(LONGEST));
        }
        writer.expire().await?;
    }
    Ok(LONGEST)
}
