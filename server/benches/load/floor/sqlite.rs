//! SQLite at its best: one thread, one prepared statement, and one commit for whatever waits.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use anyhow::Result;
use rusqlite::{Connection, TransactionBehavior};

use super::Letter;

/// As durable as Kith, with nothing delivered before it is on the disk, and a room's messages can be read again: a log
/// one can't read would be no floor of a chat.
const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 4000;
    CREATE TABLE IF NOT EXISTS messages
        (id INTEGER PRIMARY KEY, room INTEGER NOT NULL, sender INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS messages_by_room ON messages (room)";

/// Writes in one commit, as in Kith.
const BATCH: usize = 512;

pub struct Keeper {
    queue: Sender<Letter>,
}

impl Keeper {
    /// Writes the letter, then delivers it.
    pub fn keep(&self, letter: Letter) {
        // Fails only once a commit has, which ended the thread and was told there.
        let _ = self.queue.send(letter);
    }
}

pub fn open(folder: &Path) -> Result<Keeper> {
    let db = Connection::open(folder.join("relay.sqlite"))?;
    db.execute_batch(TABLES)?;
    let (queue, waiting) = channel();
    thread::spawn(move || {
        if let Err(error) = run(db, &waiting) {
            eprintln!("the relay's SQLite failed: {error}");
        }
    });
    Ok(Keeper { queue })
}

fn run(mut db: Connection, waiting: &Receiver<Letter>) -> rusqlite::Result<()> {
    while let Ok(first) = waiting.recv() {
        let letters: Vec<Letter> = std::iter::once(first).chain(waiting.try_iter()).take(BATCH).collect();
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert =
                tx.prepare_cached("INSERT INTO messages (room, sender, body) VALUES (?, ?, ?)")?;
            for Letter { from: (room, end), text, .. } in &letters {
                insert.execute((room, end, text.as_str()))?;
            }
        }
        tx.commit()?;
        letters.into_iter().for_each(Letter::deliver);
    }
    Ok(())
}
