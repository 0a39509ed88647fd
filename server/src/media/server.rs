//! A server of files alone: by signed address, out of the storage, with no database. There may be many.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use axum::http::HeaderValue;
use axum::routing::get;
use kith_shared::routes;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tower_http::catch_panic::CatchPanicLayer;

use super::{Files, MediaConfig};
use crate::error::{Error, Result};
use crate::tls::TlsFiles;
use crate::{listen, rest, security, tls};

pub struct MediaServer {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    files: Files,
    policy: HeaderValue,
}

impl MediaServer {
    /// Opens the storage and the port.
    ///
    /// # Errors
    /// When one of them can't be, or there is no key: addresses are signed elsewhere.
    pub async fn start(
        listen: SocketAddr,
        tls: Option<TlsFiles>,
        config: &MediaConfig,
        data: &Path,
    ) -> Result<Self> {
        let key = config.key.as_deref().ok_or(Error::Missing("--media-key"))?;
        let files = Files::open(config, data, key.as_bytes())?;
        let tls = tls.map(tls::acceptor).transpose()?;
        let (listener, policy) = (listen::open(listen).await?, security::policy(None)?);
        Ok(Self { listener, tls, files, policy })
    }

    /// Where it listens: with port 0 asked for, the port that was free.
    pub fn address(&self) -> Result<SocketAddr> {
        listen::address(&self.listener)
    }

    /// Serves until `stop`; files on their way are cut then.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { listener, tls, files, policy } = self;
        let under_way = files.stop.clone();
        let router = Router::new()
            .merge(rest::by_signature())
            .route(routes::HEALTH, get("ok"))
            .route(routes::READY, get("ready"))
            .fallback(rest::nothing_here)
            .layer(CatchPanicLayer::custom(security::panicked))
            .layer(axum::middleware::map_response_with_state(policy, security::headers))
            .with_state(files);
        let stop = async move {
            stop.await;
            under_way.cancel();
        };
        listen::serve(listener, tls, router, stop).await;
    }
}
