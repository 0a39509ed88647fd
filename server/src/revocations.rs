//! Hears of sessions that another process ended, such as `kith admin`, and has their sockets closed as if they had been ended
//! here.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::bus::{Bus, Event};
use crate::store::Store;

/// How long a socket may outlive its session then. SQLite tells no other process of a commit, so it is looked for.
const EVERY: Duration = Duration::from_secs(1);

/// Runs until it is dropped. It begins with what was there before: those sessions have no sockets, so nothing comes of them,
/// and none is missed that is ended while the server starts.
pub async fn run(store: Store, bus: Arc<dyn Bus>) {
    let mut heard = 0;
    loop {
        match store.revocations(heard).await {
            Ok((sessions, last)) => {
                let ended = sessions.into_iter().map(|session| Event::SessionEnded { session });
                bus.publish_all(ended.collect());
                heard = last;
            }
            Err(error) => {
                tracing::warn!(%error, "sessions ended elsewhere keep their sockets a while longer")
            }
        }
        sleep(EVERY).await;
    }
}
