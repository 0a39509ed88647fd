//! Who is there: telling friends, and keeping when somebody was last seen.

use std::time::Duration;

use kith_shared::frame::ServerFrame;
use kith_shared::{Millis, SessionId, UserId};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::bus::Event;
use crate::store::Store;

/// Comings and goings within it are written together. After a crash, that much may be missing.
const GATHER: Duration = Duration::from_secs(5);

/// Has it written soon that somebody came or went. Its task ends, with everything written, when the last one is gone.
#[derive(Clone)]
pub struct Seen(watch::Sender<()>);

impl Seen {
    pub fn start(store: Store) -> (Self, JoinHandle<()>) {
        let (sender, mut news) = watch::channel(());
        let run = async move {
            while news.changed().await.is_ok() {
                // Cut short by the end.
                let _ = tokio::time::timeout(GATHER, ended(&mut news)).await;
                if let Err(error) = store.write_last_seen().await {
                    tracing::warn!(%error, "who was seen last could not be written");
                }
            }
        };
        (Self(sender), tokio::spawn(run))
    }
}

async fn ended(news: &mut watch::Receiver<()>) {
    while news.changed().await.is_ok() {}
}

/// The user came or went just now, by this session.
pub fn seen(app: &App, user: UserId, session: SessionId) {
    app.store.saw(user, session);
    app.seen.0.send_replace(());
}

/// Tells the user's friends whether they are there now, as far as the user tells it. Whoever changes it tells it after, so
/// that what is told last is right.
pub async fn announce(app: &App, user: UserId) {
    match app.store.friends(user).await {
        Ok(friends) => announce_to(app, user, friends).await,
        Err(error) => tracing::warn!(%error, "friends could not be told who is there"),
    }
}

pub async fn announce_to(app: &App, user: UserId, users: Vec<UserId>) {
    if users.is_empty() {
        return;
    }
    // Between what is found out and what is told, nobody else tells.
    let _turn = app.announcing.lock().await;
    let online = app.hub.is_online(user);
    let last_seen = if online { None } else { last_seen(app, user).await };
    app.bus.publish(Event::Users { users, frame: ServerFrame::Presence { user, online, last_seen } });
}

async fn last_seen(app: &App, user: UserId) -> Option<Millis> {
    let found = app.store.last_seen(user).await;
    found
        .inspect_err(|error| tracing::warn!(%error, "friends could not be told when somebody was there"))
        .ok()?
}
