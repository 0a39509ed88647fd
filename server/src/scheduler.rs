//! Sends messages at their time, through the writer as any other. One task sleeps until the next is due.
//!
//! A message is sent under the `client_id` it was scheduled with, and taken from those that wait after: killed in between,
//! the server sends it again, which is the same message.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use kith_shared::frame::ServerFrame;
use kith_shared::problem::Code;
use kith_shared::scheduled::Scheduled;
use kith_shared::{ClientId, UserId};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::bus::{Bus, Event};
use crate::error::Result;
use crate::store::scheduled::Due;
use crate::store::{Committed, Store, Writer};
use crate::{posting, time};

/// Sent together.
const BATCH: i64 = 64;
/// The longest sleep while something waits: the clock may have been set meanwhile.
const SLEEP: Duration = Duration::from_secs(30);
/// How long a database that failed is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// Wakes the scheduler, which ends when this is gone.
pub struct Scheduler {
    waker: watch::Sender<()>,
    /// Held while messages are sent, and while one is changed: none is taken back that is being sent.
    pub sending: Arc<Mutex<()>>,
}

impl Scheduler {
    /// What waits is another now.
    pub fn wake(&self) {
        self.waker.send_replace(());
    }
}

pub fn start(store: Store, writer: Writer, bus: Arc<dyn Bus>) -> (Scheduler, JoinHandle<()>) {
    let (waker, mut woken) = watch::channel(());
    let sending = Arc::new(Mutex::new(()));
    let sender = Sender { store, writer, bus, sending: sending.clone() };
    let run = async move {
        loop {
            let sleep = sender.turn().await.unwrap_or_else(|error| {
                tracing::error!(%error, "scheduled messages wait longer");
                Some(PAUSE)
            });
            let news = match sleep {
                Some(sleep) => timeout(sleep, woken.changed()).await.unwrap_or(Ok(())),
                None => woken.changed().await,
            };
            if news.is_err() {
                break;
            }
        }
    };
    (Scheduler { waker, sending }, tokio::spawn(run))
}

struct Sender {
    store: Store,
    writer: Writer,
    bus: Arc<dyn Bus>,
    sending: Arc<Mutex<()>>,
}

impl Sender {
    /// Sends what is due. Answers how long there is nothing more to do; for ever, with nothing that waits.
    async fn turn(&self) -> Result<Option<Duration>> {
        let sent = {
            let _sending = self.sending.lock().await;
            let due = self.store.due(time::now(), BATCH).await?;
            self.send(due).await?
        };
        if sent {
            return Ok(Some(Duration::ZERO));
        }
        let next = self.store.next_due().await?;
        Ok(next.map(|at| time::until(at).min(SLEEP)))
    }

    /// Whether there were any.
    async fn send(&self, due: Vec<Due>) -> Result<bool> {
        let sent =
            due.iter().map(|Due { user, message: Scheduled { conversation, client_id, body, .. } }| {
                posting::write(&self.writer, (*conversation, *user), *client_id, body)
            });
        let outcomes = join_all(sent).await;
        for (Due { user, message }, outcome) in due.iter().zip(outcomes) {
            self.settle(*user, message.client_id, outcome).await?;
        }
        Ok(!due.is_empty())
    }

    async fn settle(&self, user: UserId, client_id: ClientId, outcome: Result<Committed>) -> Result<()> {
        let frame = match outcome.map_err(|error| (error.code(), error)) {
            Ok(_) => {
                let change = self.store.drop_scheduled(user, client_id).await?;
                ServerFrame::Unscheduled { client_id, change }
            }
            // Nothing is wrong with it: it is tried again.
            Err((Code::Busy | Code::Internal, error)) => return Err(error),
            Err((code, _)) => {
                let (scheduled, change) = self.store.set_scheduled(user, client_id, None, Some(code)).await?;
                ServerFrame::Scheduled { scheduled, change }
            }
        };
        self.bus.publish(Event::Users { users: vec![user], frame });
        Ok(())
    }
}
