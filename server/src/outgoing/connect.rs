//! A connection to an address given by a user: to one that is within reach, whatever its name stood for before.

use std::sync::{Arc, LazyLock};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::target::{Reach, Target};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum Unconnected {
    #[error("the address can't be used")]
    Address,
    #[error("the name is not known: {0}")]
    Name(std::io::Error),
    #[error("the address is a private one")]
    Private,
    #[error("it can't be connected to: {0}")]
    Connect(std::io::Error),
}

/// What HTTP is spoken over.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Connects to the first of the target's addresses that can be connected to.
pub async fn connect(target: &Target, reach: Reach) -> Result<Box<dyn Stream>, Unconnected> {
    let stream = reach_one(target, reach).await?;
    if !target.is_tls {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(target.host.clone()).map_err(|_| Unconnected::Address)?;
    Ok(Box::new(TLS.connect(name, stream).await.map_err(Unconnected::Connect)?))
}

async fn reach_one(target: &Target, reach: Reach) -> Result<TcpStream, Unconnected> {
    let mut failed = Unconnected::Private;
    for address in target.addresses(reach).await.map_err(Unconnected::Name)? {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = Unconnected::Connect(error),
        }
    }
    Err(failed)
}

/// By the certificates the machine trusts; read when the first https address is connected to.
static TLS: LazyLock<TlsConnector> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    let (trusted, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if trusted == 0 {
        tracing::error!("this machine trusts no certificates: no https address can be connected to");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[
            &tokio_rustls::rustls::version::TLS13,
            &tokio_rustls::rustls::version::TLS12,
        ]);
    #[expect(clippy::expect_used, reason = "ring speaks both versions")]
    let config = config.expect("ring speaks TLS 1.2 and 1.3");
    TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
});
