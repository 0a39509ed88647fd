//! Start-up and graceful shutdown, as one path.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::serve::ListenerExt;
use kith_shared::frame::close;
use tokio::net::TcpListener;

use crate::app::{App, Tasks};
use crate::error::{Error, Result};
use crate::origins::Origins;
use crate::outgoing::Reach;
use crate::store::Store;

/// How long connections may take to end once the server has to.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a server needs to know to start.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub origins: Vec<String>,
    /// Which addresses bots may have messages posted to.
    pub reach: Reach,
}

/// A server that is ready to answer.
pub struct Server {
    listener: TcpListener,
    app: App,
    tasks: Tasks,
}

impl Server {
    /// Opens the store and the port.
    pub async fn start(config: &Config) -> Result<Self> {
        let store = Store::open(&config.data).await?;
        let (app, tasks) = App::start(store, Origins::new(config.origins.clone()), config.reach);
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|error| Error::Io(format!("{} can't be listened on", config.listen), error))?;
        Ok(Self { listener, app, tasks })
    }

    /// Where it listens: with port 0 asked for, the port that was free.
    pub fn address(&self) -> Result<SocketAddr> {
        self.listener.local_addr().map_err(|error| Error::Io("the port has no address".to_owned(), error))
    }

    /// Serves until `stop`; then sockets are told to reconnect, requests under way are finished, and what was taken is
    /// written before this returns.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let Self { listener, app, tasks } = self;
        let hub = app.hub.clone();
        let stop = async move {
            stop.await;
            tracing::info!("going down");
            hub.close_all(close::GOING_AWAY);
        };
        // A frame is small and somebody waits for it.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY is not to be had");
            }
        });
        axum::serve(listener, app.router())
            .with_graceful_shutdown(stop)
            .await
            .map_err(|error| Error::Io("the port failed".to_owned(), error))?;
        let (store, sessions) = (app.store.clone(), app.sessions.clone());
        drop(app);
        tasks.expiring.abort();
        sessions.close();
        tasks.stop_posting.cancel();
        let ended = async {
            sessions.wait().await;
            tasks.posting.await?;
            tasks.scheduling.await?;
            tasks.writing.await?;
            tasks.indexing.await?;
            tasks.seeing.await
        };
        if tokio::time::timeout(PATIENCE, ended).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        store.close().await;
        Ok(())
    }
}
