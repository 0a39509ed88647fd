//! Waiting for what has to come, however long the machine takes.

use std::fmt::Debug;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Longer than anything takes that works at all: reaching it fails the test.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(30);

/// Looks again and again until what is seen is as it should be; says what was seen last when it never is.
pub async fn until<T: Debug, F: Future<Output = Result<T>>>(
    what: &str,
    mut look: impl FnMut() -> F,
    right: impl Fn(&T) -> bool,
) -> Result<T> {
    let start = Instant::now();
    loop {
        let seen = look().await?;
        if right(&seen) {
            return Ok(seen);
        }
        if start.elapsed() > PATIENCE {
            bail!("{what}: not so after {PATIENCE:?}; the last seen was {seen:?}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}
