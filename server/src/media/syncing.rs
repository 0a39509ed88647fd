//! What has come of an upload is made durable while more comes: the disk works beside the network.

use std::fs::File;
use std::io;
use std::thread::{self, JoinHandle};

/// Bytes after which what has come is made durable. No more than these come before that is done, so that no more than
/// twice as many come again after a crash, and the disk has as little left to do when a body ends.
pub const CHECKPOINT: u64 = 16 * 1024 * 1024;

/// How far a file that grows is on the disk.
pub struct Syncing {
    durable: u64,
    /// So many bytes are on their way there.
    under_way: Option<(u64, JoinHandle<io::Result<()>>)>,
    /// One of the attempts failed.
    pub failed: bool,
}

impl Syncing {
    pub fn new(durable: u64) -> Self {
        Self { durable, under_way: None, failed: false }
    }

    /// To be called as `written` grows. Answers how much has become durable, when something has.
    pub fn go_on(&mut self, file: &File, written: u64) -> io::Result<Option<u64>> {
        let due = |from: u64| written - from >= CHECKPOINT;
        let done = match &self.under_way {
            Some((bytes, thread)) if thread.is_finished() || due(*bytes) => self.wait()?,
            _ => None,
        };
        if self.under_way.is_none() && due(self.durable) {
            // A thread of its own: those for blocking work may all be taken by uploads that wait for this.
            let sync = |file: File| thread::Builder::new().spawn(move || file.sync_data());
            let started = file.try_clone().and_then(sync);
            self.failed |= started.is_err();
            self.under_way = Some((written, started?));
        }
        Ok(done)
    }

    /// Waits for what is on its way to the disk, and answers how much is there then.
    pub fn wait(&mut self) -> io::Result<Option<u64>> {
        let Some((bytes, thread)) = self.under_way.take() else { return Ok(None) };
        let done = thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread panicked")));
        self.failed |= done.is_err();
        done?;
        self.durable = bytes;
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_durable_no_later_than_as_much_again() {
        let file = tempfile::tempfile().unwrap();
        let mut syncing = Syncing::new(7);
        assert_eq!(syncing.go_on(&file, 7 + CHECKPOINT - 1).unwrap(), None);
        assert_eq!(syncing.go_on(&file, 7 + CHECKPOINT).unwrap(), None);
        assert_eq!(syncing.go_on(&file, 7 + 2 * CHECKPOINT).unwrap(), Some(7 + CHECKPOINT));
        assert_eq!(syncing.wait().unwrap(), Some(7 + 2 * CHECKPOINT));
        assert_eq!(syncing.wait().unwrap(), None);
    }
}
