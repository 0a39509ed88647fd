//! By what this process speaks TLS.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};

use crate::error::{Error, Result};

/// How often it is looked whether the files are others, at most.
const LOOK: Duration = Duration::from_secs(1);

/// Has whatever in this process makes a TLS client without choosing for itself use ring, as the rest of Kith does. Doing
/// it twice is doing it once.
pub fn use_ring() {
    // Refused where it was done before.
    let _ = ring::default_provider().install_default();
}

/// Where the server's certificate and its key lie, in PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The server's own certificate first, then those that vouch for it.
    pub certificates: PathBuf,
    pub key: PathBuf,
}

/// What takes TLS connections by the certificate in these files, and by the next one once they have changed: whoever renews
/// it has nothing to say to the server.
///
/// # Errors
/// When they can't be read, or don't belong together.
pub fn acceptor(files: TlsFiles) -> Result<TlsAcceptor> {
    let current = Current { key: read(&files)?, changed: changed(&files), looked: Instant::now() };
    let certificate = Arc::new(Certificate { files, current: Mutex::new(current) });
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::Tls)?;
    let mut config = config.with_no_client_auth().with_cert_resolver(certificate);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[derive(Debug)]
struct Certificate {
    files: TlsFiles,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    key: Arc<CertifiedKey>,
    changed: [Option<SystemTime>; 2],
    looked: Instant,
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= LOOK {
            current.looked = Instant::now();
            current.renew(&self.files);
        }
        Some(current.key.clone())
    }
}

impl Current {
    /// Of two files one is written first: what does not belong together is looked at again when one of them changes.
    fn renew(&mut self, files: &TlsFiles) {
        let changed = changed(files);
        if changed == self.changed {
            return;
        }
        self.changed = changed;
        match read(files) {
            Ok(key) => {
                tracing::info!("the certificate was read anew");
                self.key = key;
            }
            Err(error) => tracing::warn!(%error, "the certificate stays as it was"),
        }
    }
}

fn changed(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    let changed = |file: &Path| fs::metadata(file).and_then(|metadata| metadata.modified()).ok();
    [changed(&files.certificates), changed(&files.key)]
}

fn read(files: &TlsFiles) -> Result<Arc<CertifiedKey>> {
    let unread = |file: &Path| {
        let name = format!("{} can't be read", file.display());
        move |error| match error {
            pem::Error::Io(error) => Error::Io(name, error),
            error => Error::Io(name, io::Error::other(error)),
        }
    };
    let certificates = CertificateDer::pem_file_iter(&files.certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unread(&files.certificates))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(unread(&files.key))?;
    let certified = CertifiedKey::from_der(certificates, key, &ring::default_provider());
    certified.map(Arc::new).map_err(|error: rustls::Error| Error::Tls(error))
}
