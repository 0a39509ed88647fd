//! Group commit: one task takes what many connections want written and commits it together.
//!
//! A commit with `synchronous=FULL` waits for the disk. While it does, the next writes gather; then they share the next
//! wait. Nothing is answered or published before the commit that holds it has returned; a second task tells of one
//! batch while the next is written.

mod batch;
mod marks;

use std::sync::Arc;

use kith_shared::message::{Body, Head, Message};
use kith_shared::{ClientId, ConversationId, Millis, Seq, UserId};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use self::batch::Look;
use super::Store;
use crate::error::{Error, Result};
use crate::time;

/// Writes that may wait for the writer; whoever brings one more waits with it.
const QUEUE: usize = 4_096;
/// Writes in one commit.
const BATCH: usize = 512;

/// A message to be written. Its body has been validated.
pub struct Draft {
    pub conversation: ConversationId,
    pub sender: UserId,
    pub client_id: ClientId,
    pub body: Body,
    /// The connection it came by, which is given the acknowledgement where the others are given the message.
    pub origin: u64,
}

/// A read mark to be moved forward.
#[derive(Clone, Copy)]
pub struct ReadDraft {
    pub conversation: ConversationId,
    pub user: UserId,
    pub seq: Seq,
}

/// Where a durable message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    pub head: Head,
    pub sent_at: Millis,
    /// It was there before: this is its first answer again, and nothing was published.
    pub again: bool,
}

/// Who hears of what was committed, in the order it was.
pub trait Publish: Send + Sync + 'static {
    fn message(&self, message: Message, origin: u64);
    fn read(&self, mark: ReadDraft);
}

type Answer<T> = oneshot::Sender<Result<T>>;

/// Resolves when the write is durable or refused.
pub type Answered<T> = oneshot::Receiver<Result<T>>;

enum Write {
    Message(Draft, Answer<Committed>),
    Read(ReadDraft, Answer<()>),
}

/// A handle to the writer. It ends, with everything written, when the last handle is gone.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Write>,
}

impl Writer {
    /// Starts the writer's task; the handle given back ends with it.
    pub fn start(store: Store, publish: Arc<dyn Publish>) -> (Self, JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        (Self { queue }, tokio::spawn(run(store, publish, waiting)))
    }

    /// Hands over a message; waits only while the queue is full, so that calls keep their order.
    ///
    /// # Errors
    /// Only when the server is going down; the rest comes through the answer: `conversation_not_found`,
    /// `not_writable`, `client_id_reused`, or what the database said.
    pub async fn message(&self, draft: Draft) -> Result<Answered<Committed>> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Write::Message(draft, answer)).await.map_err(|_| Error::GoingDown)?;
        Ok(answered)
    }

    /// Hands over a read mark; see [`Writer::message`].
    ///
    /// # Errors
    /// As there; through the answer `conversation_not_found` or `seq_in_future`.
    pub async fn read(&self, mark: ReadDraft) -> Result<Answered<()>> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Write::Read(mark, answer)).await.map_err(|_| Error::GoingDown)?;
        Ok(answered)
    }
}

async fn run(store: Store, publish: Arc<dyn Publish>, mut waiting: mpsc::Receiver<Write>) {
    // One batch at most waits to be told: this is no second queue.
    let (told, to_tell) = mpsc::channel(1);
    let telling = tokio::spawn(tell_all(publish, to_tell));
    let mut writes = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut writes, BATCH).await > 0 {
        let mut batch = Batch::default();
        for write in writes.drain(..) {
            match write {
                Write::Message(draft, answer) => batch.messages.push((draft, answer)),
                Write::Read(mark, answer) => batch.marks.push((mark, answer)),
            }
        }
        match commit(&store, &batch.messages, &batch.marks).await {
            Ok(done) => {
                // Nobody would hear of what is written: the end of the task says why.
                if told.send((batch, done)).await.is_err() {
                    break;
                }
            }
            Err(error) => {
                let writes = batch.messages.len() + batch.marks.len();
                tracing::error!(%error, writes, "a commit failed");
                batch.fail();
            }
        }
    }
    drop(told);
    if let Err(error) = telling.await {
        tracing::error!(%error, "what was written could not be told");
    }
}

async fn tell_all(publish: Arc<dyn Publish>, mut to_tell: mpsc::Receiver<(Batch, Done)>) {
    while let Some((batch, done)) = to_tell.recv().await {
        batch.tell(done, &*publish);
    }
}

/// What is written together, and who waits for it.
#[derive(Default)]
struct Batch {
    messages: Vec<(Draft, Answer<Committed>)>,
    marks: Vec<(ReadDraft, Answer<()>)>,
}

/// What one commit led to, in the order of what was asked.
struct Done {
    now: Millis,
    messages: Vec<Result<Committed>>,
    marks: Vec<Result<()>>,
    moved: Vec<ReadDraft>,
}

type Messages = [(Draft, Answer<Committed>)];
type Marks = [(ReadDraft, Answer<()>)];

async fn commit(store: &Store, messages: &Messages, marks: &Marks) -> Result<Done> {
    match attempt(store, messages, marks, Look::ForRefused).await {
        Err(error) if batch::met_known(&error) => attempt(store, messages, marks, Look::ForAll).await,
        done => done,
    }
}

/// Leaves nothing behind when it fails.
async fn attempt(store: &Store, messages: &Messages, marks: &Marks, look: Look) -> Result<Done> {
    let now = time::now();
    let mut tx = store.begin().await?;
    let messages = batch::insert(&mut tx, messages, now, look).await?;
    // After the messages: a mark may name one of this very batch.
    let (marks, moved) = marks::advance(&mut tx, marks).await?;
    tx.commit().await?;
    Ok(Done { now, messages, marks, moved })
}

impl Batch {
    fn tell(self, done: Done, to: &dyn Publish) {
        for ((draft, answer), outcome) in self.messages.into_iter().zip(done.messages) {
            if let Ok(Committed { head, again: false, .. }) = outcome {
                let Draft { conversation, sender, client_id, body, origin } = draft;
                let (seq, change) = (head.seq, head.change);
                let message =
                    Message { conversation, seq, change, sender, client_id, sent_at: done.now, body };
                to.message(message, origin);
            }
            // Nobody waits any more when the connection has gone: the message stands all the same.
            let _ = answer.send(outcome);
        }
        for mark in done.moved {
            to.read(mark);
        }
        for ((_, answer), outcome) in self.marks.into_iter().zip(done.marks) {
            let _ = answer.send(outcome);
        }
    }

    /// Nothing of it was written: everybody is told so, and may try again.
    fn fail(self) {
        let busy = || Error::from(kith_shared::problem::Code::Busy);
        for (_, answer) in self.messages {
            let _ = answer.send(Err(busy()));
        }
        for (_, answer) in self.marks {
            let _ = answer.send(Err(busy()));
        }
    }
}
