//! One HTTP request to an address given by a user: bounded in time and size, no redirect followed, and no address
//! connected to that is not within reach.

use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::http::{Request, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use kith_shared::limits::DELIVERY_PATIENCE;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_util::task::AbortOnDropHandle;

use super::target::{Reach, Target};

/// Bytes of an answer that are read.
const ANSWER: usize = 64 * 1024;

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    #[error("there was no answer within 10 seconds")]
    Late,
    #[error("the address can't be used")]
    Address,
    #[error("the name is not known: {0}")]
    Name(std::io::Error),
    #[error("the address is a private one")]
    Private,
    #[error("it can't be connected to: {0}")]
    Connect(std::io::Error),
    #[error("what answered is no HTTP server: {0}")]
    Http(#[from] hyper::Error),
    #[error("the answer is too long, or broke off")]
    Body,
}

pub struct Answer {
    pub status: u16,
    pub body: Bytes,
}

/// What is posted, with the headers that are its own.
pub struct Post {
    pub delivery: String,
    pub signature: String,
    pub body: Vec<u8>,
}

pub async fn post(url: &str, reach: Reach, post: Post) -> Result<Answer, Unanswered> {
    let asked = async {
        let target = Target::parse(url, reach).map_err(|_| Unanswered::Address)?;
        let stream = connect(&target, reach).await?;
        if !target.is_tls {
            return ask(stream, &target, post).await;
        }
        let name = ServerName::try_from(target.host.clone()).map_err(|_| Unanswered::Address)?;
        let stream = TLS.connect(name, stream).await.map_err(Unanswered::Connect)?;
        ask(stream, &target, post).await
    };
    tokio::time::timeout(DELIVERY_PATIENCE, asked).await.unwrap_or(Err(Unanswered::Late))
}

/// The first of the addresses that can be connected to.
async fn connect(target: &Target, reach: Reach) -> Result<TcpStream, Unanswered> {
    let mut failed = Unanswered::Private;
    for address in target.addresses(reach).await.map_err(Unanswered::Name)? {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = Unanswered::Connect(error),
        }
    }
    Err(failed)
}

async fn ask(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    target: &Target,
    Post { delivery, signature, body }: Post,
) -> Result<Answer, Unanswered> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let host = target.uri.authority().map_or("", |authority| authority.as_str());
    let path = target.uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::post(path)
        .header(header::HOST, host)
        .header(header::USER_AGENT, concat!("Kith/", env!("CARGO_PKG_VERSION")))
        .header(header::CONTENT_TYPE, "application/json")
        .header("kith-delivery", delivery)
        .header("kith-signature", signature)
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| Unanswered::Address)?;
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), ANSWER).collect().await.map_err(|_| Unanswered::Body)?;
    Ok(Answer { status, body: body.to_bytes() })
}

/// By the certificates the machine trusts; read when the first https address is posted to.
static TLS: LazyLock<TlsConnector> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    let (trusted, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if trusted == 0 {
        tracing::error!("this machine trusts no certificates: no https address can be posted to");
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
