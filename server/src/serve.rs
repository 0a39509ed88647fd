//! Start-up and graceful shutdown, as one path.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;
use kith_shared::frame::close;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use crate::app::{App, Tasks};
use crate::error::Result;
use crate::media::{Media, MediaConfig};
use crate::origins::Origins;
use crate::outgoing::Reach;
use crate::previews::Previews;
use crate::push::{PushConfig, Pushes};
use crate::store::Store;
use crate::tls::TlsFiles;
use crate::{listen, metrics, security, tls};

/// How long connections may take to end once the server has to.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a server needs to know to start.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    /// By what it speaks TLS; it does not where it is not given.
    pub tls: Option<TlsFiles>,
    /// Where what was counted is told; nowhere where it is not given.
    pub metrics: Option<SocketAddr>,
    pub data: PathBuf,
    pub origins: Vec<String>,
    /// Which addresses bots may have messages posted to, and browsers pushes.
    pub reach: Reach,
    /// Which pages are looked at for link previews; none where there are to be no previews.
    pub previews: Option<Reach>,
    /// Whom operators of push services may write to; the site itself where it is not given.
    pub push_contact: Option<String>,
    pub media: MediaConfig,
}

/// A server that is ready to answer.
pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    metrics: Option<TcpListener>,
    app: App,
    tasks: Tasks,
    collecting: JoinHandle<()>,
    policy: HeaderValue,
}

impl Server {
    /// Opens the store and the port.
    pub async fn start(config: &Config) -> Result<Self> {
        let policy = security::policy(config.media.origin.as_deref())?;
        let tls = config.tls.clone().map(tls::acceptor).transpose()?;
        let store = Store::open(&config.data).await?;
        let (media, collecting) = Media::start(&config.media, &config.data, store.clone()).await?;
        let origins = Origins::new(config.origins.clone());
        let (key, sessions) = (store.secret("previews").await?, TaskTracker::new());
        let previews = Previews::new(store.clone(), media.clone(), config.previews, &key, sessions.clone())?;
        let push = PushConfig { reach: config.reach, contact: config.push_contact.clone() };
        let pushes = Pushes::open(store.clone(), push).await?;
        let (app, tasks) = App::start(store, media, previews, pushes, origins, config.reach, sessions);
        let listener = listen::open(config.listen).await?;
        let metrics = match config.metrics {
            Some(address) => Some(listen::open(address).await?),
            None => None,
        };
        Ok(Self { listener, tls, metrics, app, tasks, collecting, policy })
    }

    /// Where it listens: with port 0 asked for, the port that was free.
    pub fn address(&self) -> Result<SocketAddr> {
        listen::address(&self.listener)
    }

    /// Where what was counted is told.
    pub fn metrics_address(&self) -> Result<Option<SocketAddr>> {
        self.metrics.as_ref().map(listen::address).transpose()
    }

    /// Serves until `stop`; then sockets are told to reconnect, requests under way are finished, and what was taken is
    /// written before this returns.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let Self { listener, tls, metrics, app, tasks, collecting, policy } = self;
        let watched = metrics.map(|listener| tokio::spawn(metrics::serve(listener, app.clone())));
        let (hub, media) = (app.hub.clone(), app.media.clone());
        let stop = async move {
            stop.await;
            tracing::info!("going down");
            hub.close_all(close::GOING_AWAY);
            media.files.stop.cancel();
        };
        listen::serve(listener, tls, app.router(policy), stop).await;
        let (store, sessions) = (app.store.clone(), app.sessions.clone());
        // Whoever watches still sees that it goes down.
        if let Some(watched) = watched {
            watched.abort();
            // It ends by being aborted, and has let go of the app then.
            let _ = watched.await;
        }
        drop(app);
        tasks.expiring.abort();
        tasks.revoking.abort();
        sessions.close();
        tasks.stop_posting.cancel();
        let ended = async {
            sessions.wait().await;
            collecting.await?;
            tasks.posting.await?;
            tasks.pushing.await?;
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
