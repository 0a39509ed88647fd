//! What the writer has done, counted for whoever watches the server.

use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};

/// Clones count together.
#[derive(Clone, Debug)]
pub struct Counted {
    /// New messages, changes of messages, and marks that moved.
    pub messages: Counter,
    pub changes: Counter,
    pub marks: Counter,
    /// Commits that failed: whoever waited for one was told to try again.
    pub failed: Counter,
    /// Writes that shared a commit.
    pub shared: Histogram,
    /// Seconds a commit took.
    pub commits: Histogram,
    /// Seconds from a message's coming to the server until it was in the queues of all who are connected here.
    pub deliveries: Histogram,
}

impl Default for Counted {
    fn default() -> Self {
        // A tenth of a millisecond to three seconds.
        let seconds = || Histogram::new(exponential_buckets(1e-4, 2.0, 16));
        Self {
            messages: Counter::default(),
            changes: Counter::default(),
            marks: Counter::default(),
            failed: Counter::default(),
            shared: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            commits: seconds(),
            deliveries: seconds(),
        }
    }
}

impl Counted {
    pub(super) fn committed(&self, writes: usize, took: Duration) {
        self.shared.observe(writes as f64);
        self.commits.observe(took.as_secs_f64());
    }

    pub(super) fn delivered(&self, came: impl Iterator<Item = Instant>) {
        let now = Instant::now();
        for came in came {
            self.deliveries.observe(now.duration_since(came).as_secs_f64());
        }
    }
}
