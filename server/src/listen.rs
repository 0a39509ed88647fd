//! The open port: every connection is a task, and all end gracefully.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::{Error, Result};

/// Bytes read ahead of one connection. Left to itself hyper takes up to 400 KiB, and an upload holds some four times what
/// this is, which fifty at once do too; it is put together to larger batches before it is written.
const READ_AHEAD: usize = 32 * 1024;
/// Connections that may wait to be taken: after a restart everybody comes at once, and who finds no place waits a second.
/// The system may allow fewer.
const BACKLOG: u32 = 16_384;
/// How long a connection may take to become one of TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long no connection is taken when the system has none to give.
const PAUSE: Duration = Duration::from_millis(100);

/// Opens a port.
///
/// # Errors
/// When another has it, or it may not be had.
pub async fn open(address: SocketAddr) -> Result<TcpListener> {
    let failed = |error| Error::Io(format!("{address} can't be listened on"), error);
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A server that is started again has its port at once.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    listen().map_err(failed)
}

/// Where it listens: with port 0 asked for, the port that was free.
///
/// # Errors
/// What the system says.
pub fn address(listener: &TcpListener) -> Result<SocketAddr> {
    listener.local_addr().map_err(|error| Error::Io("the port has no address".to_owned(), error))
}

/// Serves until `stop`, and then until what was asked before is answered; over TLS where there is a certificate for it.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.max_buf_size(READ_AHEAD);
    let (connections, ending) = (TaskTracker::new(), CancellationToken::new());
    let mut stop = pin!(stop);
    loop {
        let stream = tokio::select! {
            () = &mut stop => break,
            stream = accept(&listener) => stream,
        };
        let (http, router, ending) = (http.clone(), router.clone(), ending.clone());
        match tls.clone() {
            None => connections.spawn(talk(http, stream, router, ending)),
            Some(tls) => connections.spawn(async move {
                match timeout(HANDSHAKE, tls.accept(stream)).await {
                    Ok(Ok(stream)) => talk(http, stream, router, ending).await,
                    Ok(Err(error)) => tracing::debug!(%error, "a connection is no TLS"),
                    Err(_) => tracing::debug!("a connection did not become TLS in time"),
                }
            }),
        };
    }
    drop(listener);
    ending.cancel();
    connections.close();
    connections.wait().await;
}

/// Answers what comes over one connection until it ends, or `ending` has it end.
async fn talk<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    http: http1::Builder,
    stream: S,
    router: Router,
    ending: CancellationToken,
) {
    let service = TowerToHyperService::new(router);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = ending.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // A frame is small and somebody waits for it.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY is not to be had");
                }
                return stream;
            }
            Err(error) => {
                tracing::warn!(%error, "a connection can't be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
