//! Writes SQLite's log back into the database file beside the commits, not within them: what that waits for the disk,
//! nobody who sends a message waits for.

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::store::Store;

/// Commits after which the log is written back: under load some 5,000 pages. The writer's own connection does so from
/// 16,000 on and finds few left. Only then can the log begin anew, for nobody adds to it meanwhile.
const COMMITS: u32 = 64;

/// Counts commits.
pub struct Log {
    commits: u32,
    grown: mpsc::Sender<()>,
    written_back: JoinHandle<()>,
}

impl Log {
    pub fn watch(store: Store) -> Self {
        let (grown, waiting) = mpsc::channel(1);
        Self { commits: 0, grown, written_back: tokio::spawn(write_back(store, waiting)) }
    }

    pub fn grew(&mut self) {
        self.commits += 1;
        if self.commits == COMMITS {
            self.commits = 0;
            // Full when the last time still lasts: the next time takes this one's share too.
            let _ = self.grown.try_send(());
        }
    }

    /// Waits for what is under way.
    pub async fn end(self) {
        drop(self.grown);
        if let Err(error) = self.written_back.await {
            tracing::error!(%error, "the log could not be written back");
        }
    }
}

async fn write_back(store: Store, mut waiting: mpsc::Receiver<()>) {
    while waiting.recv().await.is_some() {
        if let Err(error) = store.write_log_back().await {
            tracing::warn!(%error, "the log stays longer than it should");
        }
    }
}
