//! Web Push: tells devices of messages while Kith is not open on them, through the push service each browser has.

//!
//! `inbox` takes in what was committed, `task` finds out who is told of it and begins, `queue` says when. `choice` finds the
//! message a device is told of, `text` what it is told, `told` remembers that. `sender` is one push, `encrypt` (with
//! `agreements`) and `vapid` make it one that the device alone can read and the push service knows the sender of, `service`
//! posts it.

mod agreements;
mod choice;
mod encrypt;
mod inbox;
mod queue;
mod sender;
mod service;
mod task;
mod text;
mod told;
mod vapid;

use std::sync::Arc;
use std::time::Duration;

use kith_shared::limits::PUSH_TESTS_A_MINUTE;
use kith_shared::push::{Push, PushOutcome, PushTest};
use kith_shared::{SessionId, UserId};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use self::inbox::Inbox;
pub use self::sender::Came;
use self::sender::{Outcome, Sender, Urgency, Wrapping};
use self::task::Task;
use crate::error::Result;
use crate::outgoing::Reach;
use crate::socket::hub::Hub;
use crate::store::Store;
use crate::store::push::Subscription;
use crate::turns::Turns;

/// What a server needs to know to push.
#[derive(Clone, Debug)]
pub struct PushConfig {
    /// Which push services are reached: those that bots' messages are posted to are.
    pub reach: Reach,
    /// A `mailto:` or `https:` address for the operators of push services; the site itself where it is not given.
    pub contact: Option<String>,
}

/// What handlers ask of the pushes.
#[derive(Clone)]
pub struct Pushes {
    store: Store,
    sender: Arc<Sender>,
    inbox: Arc<Inbox>,
    /// What topics are made with.
    topics: Vec<u8>,
    tests: Arc<Turns>,
}

/// How long a test is kept for a device that is not there: who asks for one looks at it now.
const TEST_LIFE: Duration = Duration::from_secs(60);
/// How long one waits for its turn.
const TEST_TURN: Duration = Duration::from_secs(10);

impl Pushes {
    pub async fn open(store: Store, config: PushConfig) -> Result<Self> {
        let sender = Arc::new(Sender::open(&store, config).await?);
        let inbox = Arc::new(Inbox::default());
        inbox.set_wanted(store.has_subscriptions().await?);
        let topics = store.secret("push topics").await?;
        Ok(Self { store, sender, inbox, topics, tests: Arc::new(Turns::new(PUSH_TESTS_A_MINUTE)) })
    }

    /// Pushes by what came of them. Clones count together.
    pub fn counted(&self) -> Family<Came, Counter> {
        self.sender.counted.clone()
    }

    /// Where what was committed is put.
    pub fn inbox(&self) -> Arc<Inbox> {
        self.inbox.clone()
    }

    /// Starts the task, which ends after `stop`.
    pub fn start(&self, hub: Arc<Hub>, stop: CancellationToken) -> JoinHandle<()> {
        let (store, sender, inbox) = (self.store.clone(), self.sender.clone(), self.inbox.clone());
        let task = Task { store, hub, sender, inbox, secret: self.topics.clone() };
        tokio::spawn(task.run(stop))
    }

    /// Where a session's pushes go from now on.
    pub async fn subscribe(&self, to: &Subscription) -> Result<()> {
        self.store.subscribe(to).await?;
        self.inbox.set_wanted(true);
        Ok(())
    }

    /// The public key browsers subscribe with.
    pub fn key(&self) -> &str {
        self.sender.key()
    }

    /// Sends one push to a session's device now, and says what came of it.
    ///
    /// # Errors
    /// `too_many`
    pub async fn test(&self, session: SessionId, user: UserId) -> Result<PushTest> {
        self.tests.take(user)?;
        let Some(subscription) = self.store.subscription(session).await? else {
            return Ok(PushTest { outcome: PushOutcome::NoSubscription, status: None });
        };
        let text = serde_json::to_vec(&Push::Test::<()> { user })?;
        let wrapping = Wrapping { topic: None, urgency: Urgency::High, life: TEST_LIFE };
        let outcome = self.sender.send(&subscription, &text, wrapping, TEST_TURN).await;
        let (outcome, status) = match outcome {
            Outcome::Taken(status) => (PushOutcome::Sent, Some(status)),
            Outcome::Gone(status) => {
                self.store.unsubscribe(session, Some(&subscription.endpoint)).await?;
                (PushOutcome::Gone, Some(status))
            }
            Outcome::Refused(status) | Outcome::Later { status: Some(status), .. } => {
                (PushOutcome::Refused, Some(status))
            }
            Outcome::Later { status: None, .. } | Outcome::Waited => (PushOutcome::Unreachable, None),
        };
        Ok(PushTest { outcome, status: status.map(u32::from) })
    }
}
