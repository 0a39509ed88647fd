//! Group commit: one task takes what many connections want written and commits it together.
//!
//! A commit with `synchronous=FULL` waits for the disk. While it does, the next writes gather; then they share the next
//! wait. Nothing is answered or published before the commit that holds it has returned; a second task tells of one
//! batch while the next is written.

mod batch;
mod changes;
mod counted;
mod expiry;
mod log;
mod marks;

use std::sync::Arc;
use std::time::Instant;

use kith_shared::format::mentions_all;
use kith_shared::frame::ServerFrame;
use kith_shared::message::{Body, Head, Message};
use kith_shared::problem::Code;
use kith_shared::{ClientId, ConversationId, FileId, Millis, Seq, UserId};
use serde_json::value::{RawValue, to_raw_value};
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

pub(super) use self::batch::json;
use self::batch::{Look, Then};
pub use self::changes::{Action, ChangeDraft, Changed};
pub use self::counted::Counted;
use self::log::Log;
pub use self::marks::{Mark, MarkDraft, Moved};
use super::{Store, files};
use crate::error::{Error, Result};
use crate::time;

/// Writes that may wait for the writer; whoever brings one more waits with it.
const QUEUE: usize = 4_096;
/// Writes in one commit.
const BATCH: usize = 512;

/// Commits after which the connection is let go for a moment: whoever else has to write waits no longer than they take.
const TURN: u32 = 16;

/// The origin of what came by no connection: all of the sender's hear of it too, and none is acknowledged.
pub const NOBODY: u64 = 0;

/// A message as it is stored and delivered: its body was validated and serialised by whoever brought it.
pub type Sealed = Message<Box<RawValue>>;

/// A message to be written.
pub struct Draft {
    pub conversation: ConversationId,
    pub sender: UserId,
    pub client_id: ClientId,
    pub body: Box<RawValue>,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// It mentions everybody, which not everybody may.
    pub mentions_all: bool,
    /// What has to be there to show it.
    pub files: Vec<FileId>,
    /// The connection it came by, which is given the acknowledgement where the others are given the message.
    pub origin: u64,
}

impl Draft {
    /// A message of somebody's in a conversation, its body validated.
    pub fn new(
        (conversation, sender): (ConversationId, UserId),
        client_id: ClientId,
        body: &Body,
        origin: u64,
    ) -> Result<Self> {
        let mentions_all = matches!(body, Body::Text { text, .. } if mentions_all(text));
        let (reply_to, files) = (body.reply_to(), body.file_ids().collect());
        let body = to_raw_value(body)?;
        Ok(Self { conversation, sender, client_id, body, reply_to, mentions_all, files, origin })
    }
}

/// Where a durable message stands, or one that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    pub head: Head,
    pub sent_at: Millis,
    /// When a message that was sent disappears.
    pub expires_at: Option<Millis>,
    /// It was there before, or changed nothing: nothing was published.
    pub again: bool,
}

impl Committed {
    /// What the one who sent it is told.
    pub fn ack(self, conversation: ConversationId, client_id: ClientId) -> ServerFrame {
        let Self { head, sent_at, expires_at, .. } = self;
        ServerFrame::Ack { conversation, client_id, head, sent_at, expires_at }
    }
}

/// Who hears of what was committed.
pub trait Publish: Send + Sync + 'static {
    /// What one commit wrote, in its order: messages with the connections they came by, changed ones, and marks that
    /// moved.
    fn publish(&self, messages: Vec<(Sealed, u64)>, changed: Vec<Changed>, marks: Vec<Moved>);
}

/// Who asked for something to be written. Each call is answered once, when it is durable or refused:
/// `conversation_not_found`, `not_writable`, `not_allowed`, `message_not_found`, `client_id_reused`, `seq_in_future`, or
/// what the database said; a change of a message with `message_deleted`, `not_yours`, `too_many`, `poll_closed` or
/// `invalid_vote` too.
pub trait Asker: Send + Sync {
    /// After the message was published, if it is new or changed; `client_id` is that of the change then.
    fn message_settled(&self, conversation: ConversationId, client_id: ClientId, outcome: Result<Committed>);
    fn mark_settled(&self, outcome: Result<()>);
}

enum Write {
    Message(Draft, Arc<dyn Asker>, Instant),
    Change(ChangeDraft, Arc<dyn Asker>),
    Mark(MarkDraft, Arc<dyn Asker>),
    /// Messages whose time has come disappear. Answered when those of one commit have.
    Expire(oneshot::Sender<()>),
}

/// A handle to the writer. It ends, with everything written, when the last handle is gone.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Write>,
    pub counted: Counted,
}

impl Writer {
    /// Starts the writer; the handle given back ends with it.
    pub fn start(store: Store, publish: Arc<dyn Publish>) -> (Self, JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (runtime, counted) = (Handle::current(), Counted::default());
        let counting = counted.clone();
        // A thread of its own: what the database answers is gone on with at once, whatever else the runtime has to do.
        let writer = move || runtime.block_on(run(&store, publish, waiting, counting));
        (Self { queue, counted }, tokio::task::spawn_blocking(writer))
    }

    /// Writes that wait for the next commit.
    pub fn waiting(&self) -> usize {
        QUEUE - self.queue.capacity()
    }

    /// Hands over a message; waits only while the queue is full, so that calls keep their order.
    ///
    /// # Errors
    /// Only when the server is going down; the asker is not answered then.
    pub async fn message(&self, draft: Draft, asker: Arc<dyn Asker>) -> Result<()> {
        let came = Instant::now();
        self.queue.send(Write::Message(draft, asker, came)).await.map_err(|_| Error::GoingDown)
    }

    /// Hands over a change of a message; see [`Writer::message`].
    pub async fn change(&self, draft: ChangeDraft, asker: Arc<dyn Asker>) -> Result<()> {
        self.queue.send(Write::Change(draft, asker)).await.map_err(|_| Error::GoingDown)
    }

    /// Has the next messages whose time has come disappear, and waits until they have.
    ///
    /// # Errors
    /// When they could not be written, or the server is going down.
    pub async fn expire(&self) -> Result<()> {
        let (done, waiting) = oneshot::channel();
        self.queue.send(Write::Expire(done)).await.map_err(|_| Error::GoingDown)?;
        waiting.await.map_err(|_| Error::from(Code::Busy))
    }

    /// Hands over a mark; see [`Writer::message`].
    pub async fn mark(&self, mark: MarkDraft, asker: Arc<dyn Asker>) -> Result<()> {
        self.queue.send(Write::Mark(mark, asker)).await.map_err(|_| Error::GoingDown)
    }
}

async fn run(store: &Store, publish: Arc<dyn Publish>, mut waiting: mpsc::Receiver<Write>, counted: Counted) {
    // One batch at most waits to be told: this is no second queue.
    let (told, to_tell) = mpsc::channel(1);
    let telling = tokio::spawn(tell_all(publish, to_tell, counted.clone()));
    let mut log = Log::watch(store.clone());
    let mut turn = Turn { store, connection: None, commits: 0 };
    let mut writes = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut writes, BATCH).await > 0 {
        let (batch, began) = (Batch::of(writes.drain(..)), Instant::now());
        let done = turn.commit(&batch).await;
        if waiting.is_empty() {
            turn.end();
        }
        log.grew();
        match done {
            Ok(done) => {
                counted.committed(batch.writes(), began.elapsed());
                // Nobody would hear of what is written: the end of the task says why.
                if told.send((batch, done)).await.is_err() {
                    break;
                }
            }
            Err(error) => {
                tracing::error!(%error, writes = batch.writes(), "a commit failed");
                counted.failed.inc();
                batch.fail();
            }
        }
    }
    drop(told);
    log.end().await;
    if let Err(error) = telling.await {
        tracing::error!(%error, "what was written could not be told");
    }
}

async fn tell_all(publish: Arc<dyn Publish>, mut to_tell: mpsc::Receiver<(Batch, Done)>, counted: Counted) {
    while let Some((batch, done)) = to_tell.recv().await {
        batch.tell(done, &*publish, &counted);
    }
}

/// The write connection, kept from one commit to the next while there is more: taking it anew costs as much as half a
/// commit.
struct Turn<'a> {
    store: &'a Store,
    connection: Option<PoolConnection<Sqlite>>,
    commits: u32,
}

impl Turn<'_> {
    async fn commit(&mut self, batch: &Batch) -> Result<Done> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.store.write.acquire().await?),
        };
        let done = commit(connection, batch).await;
        self.commits += 1;
        if done.is_err() {
            connection.close_on_drop();
        }
        if self.commits == TURN || done.is_err() {
            self.end();
        }
        done
    }

    fn end(&mut self) {
        (self.connection, self.commits) = (None, 0);
    }
}

/// What is written together, and who waits for it.
#[derive(Default)]
struct Batch {
    drafts: Vec<Draft>,
    /// Who brought each of the drafts.
    authors: Vec<Arc<dyn Asker>>,
    /// When each of the drafts came.
    came: Vec<Instant>,
    changes: Vec<ChangeDraft>,
    /// Who brought each of the changes.
    changers: Vec<Arc<dyn Asker>>,
    marks: Vec<MarkDraft>,
    /// Who brought each of the marks.
    markers: Vec<Arc<dyn Asker>>,
    /// Who waits for messages to disappear.
    expirers: Vec<oneshot::Sender<()>>,
}

impl Batch {
    fn writes(&self) -> usize {
        self.drafts.len() + self.changes.len() + self.marks.len() + self.expirers.len()
    }

    /// Whether new messages are all that it writes, and texts all they are.
    fn is_plain(&self) -> bool {
        let carries = self.drafts.iter().any(|draft| !draft.files.is_empty());
        self.changes.is_empty() && self.marks.is_empty() && self.expirers.is_empty() && !carries
    }

    /// Which files the messages carry that are new.
    fn carried<'a>(&'a self, outcomes: &[Result<Committed>]) -> Vec<(ConversationId, Seq, &'a [FileId])> {
        let carries = |(draft, outcome): (&'a Draft, &Result<Committed>)| match outcome {
            Ok(done) if !done.again && !draft.files.is_empty() => {
                Some((draft.conversation, done.head.seq, &*draft.files))
            }
            _ => None,
        };
        self.drafts.iter().zip(outcomes).filter_map(carries).collect()
    }
}

/// What one commit led to, in the order of what was asked.
struct Done {
    now: Millis,
    messages: Vec<Result<Committed>>,
    changes: Vec<Result<Committed>>,
    changed: Vec<Changed>,
    marks: Vec<Result<()>>,
    moved: Vec<Moved>,
}

/// What failed may leave a transaction open.
async fn commit(db: &mut SqliteConnection, batch: &Batch) -> Result<Done> {
    match attempt(db, batch, Look::ForRefused).await {
        Err(error) if batch::met_known(&error) => {
            sqlx::query("ROLLBACK").execute(&mut *db).await?;
            attempt(db, batch, Look::ForAll).await
        }
        done => done,
    }
}

async fn attempt(db: &mut SqliteConnection, batch: &Batch, look: Look) -> Result<Done> {
    let now = time::now();
    let then = if batch.is_plain() { Then::Commit } else { Then::GoOn };
    let messages = batch::insert(db, &batch.drafts, now, look, then).await?;
    if then == Then::Commit {
        let (changes, changed, marks, moved) = Default::default();
        return Ok(Done { now, messages, changes, changed, marks, moved });
    }
    let carried = batch.carried(&messages);
    if !carried.is_empty() {
        files::carry(db, &carried).await?;
    }
    // After the messages, as a change or a mark may name one of this very batch. They are published in the same order,
    // so that each conversation's changes come one after the other.
    let (changes, mut changed) = changes::make(db, &batch.changes, now).await?;
    if !batch.expirers.is_empty() {
        changed.extend(expiry::expire(db, now).await?);
    }
    let (marks, moved) = marks::advance(db, &batch.marks).await?;
    sqlx::query(batch::COMMIT).execute(db).await?;
    Ok(Done { now, messages, changes, changed, marks, moved })
}

impl Batch {
    fn of(writes: impl Iterator<Item = Write>) -> Self {
        let mut batch = Self::default();
        for write in writes {
            match write {
                Write::Message(draft, asker, came) => {
                    batch.drafts.push(draft);
                    batch.authors.push(asker);
                    batch.came.push(came);
                }
                Write::Change(draft, asker) => {
                    batch.changes.push(draft);
                    batch.changers.push(asker);
                }
                Write::Mark(mark, asker) => {
                    batch.marks.push(mark);
                    batch.markers.push(asker);
                }
                Write::Expire(done) => batch.expirers.push(done),
            }
        }
        batch
    }

    fn tell(self, done: Done, to: &dyn Publish, counted: &Counted) {
        let mut new = Vec::with_capacity(self.drafts.len());
        let mut came = Vec::with_capacity(self.drafts.len());
        let mut settled = Vec::with_capacity(self.drafts.len());
        for ((draft, outcome), at) in self.drafts.into_iter().zip(done.messages).zip(self.came) {
            let Draft { conversation, sender, client_id, body, origin, .. } = draft;
            if let Ok(Committed { head, expires_at, again: false, .. }) = outcome {
                let sent = Message::new(conversation, head, (sender, client_id), done.now, body);
                let message = Message { expires_at, ..sent };
                new.push((message, origin));
                came.push(at);
            }
            settled.push((conversation, client_id, outcome));
        }
        counted.messages.inc_by(new.len() as u64);
        counted.changes.inc_by(done.changed.len() as u64);
        counted.marks.inc_by(done.moved.len() as u64);
        to.publish(new, done.changed, done.moved);
        counted.delivered(came.into_iter());
        for (author, (conversation, client_id, outcome)) in self.authors.iter().zip(settled) {
            author.message_settled(conversation, client_id, outcome);
        }
        for ((draft, changer), outcome) in self.changes.iter().zip(self.changers).zip(done.changes) {
            changer.message_settled(draft.conversation, draft.client_id, outcome);
        }
        self.markers.iter().zip(done.marks).for_each(|(marker, outcome)| marker.mark_settled(outcome));
        for expirer in self.expirers {
            // Who waits no more has no need to know.
            let _ = expirer.send(());
        }
    }

    /// Nothing of it was written: everybody is told so, and may try again.
    fn fail(self) {
        let busy = || Error::from(Code::Busy);
        for (draft, author) in self.drafts.iter().zip(self.authors) {
            author.message_settled(draft.conversation, draft.client_id, Err(busy()));
        }
        for (draft, changer) in self.changes.iter().zip(self.changers) {
            changer.message_settled(draft.conversation, draft.client_id, Err(busy()));
        }
        self.markers.iter().for_each(|marker| marker.mark_settled(Err(busy())));
    }
}
