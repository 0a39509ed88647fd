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

/// Runs until it is dropped, and is woken when something that disappears was written. What disappears is written by the
/// writer, which is asked only where something is due.
pub async fn run(store: Store, writer: Writer, woken: Arc<Notify>) {
    loop {
        let wait = match step(&store, &writer).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "messages that disappear are late");
                PAUSE
            }
        };
        // Woken or not, what is due is looked for again.
        let _ = timeout(wait, woken.notified()).await;
    }
}

/// Answers how long until the next is due.
async fn step(store: &Store, writer: &Writer) -> Result<Duration> {
    while let Some(due) = store.next_expiry().await? {
        let wait = time::until(due);
        if !wait.is_zero() {
            return Ok(wait.min(LONGEST));
        }
        writer.expire().await?;
    }
    Ok(LONGEST)
}
