//! The Media Storage server: files come in by parts, lie in a folder or an object store under what is in them, and are
//! given to whoever may have them.

pub mod answer;
mod attach;
mod body;
mod collector;
mod digest;
pub mod headers;
mod intake;
mod keep;
pub mod kind;
pub mod server;
pub mod signature;
mod spool;
pub mod storage;
mod syncing;
pub mod uploads;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::error::Result;
use crate::store::Store;

pub use attach::attach;
pub use keep::{Picture, keep, keep_file};
pub use signature::Signer;
pub use storage::Storage;
use uploads::Uploads;

/// How files are kept.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    /// A folder, or an address such as `s3://bucket`; a folder beside the database where none is named.
    pub storage: Option<String>,
    /// Where files are had from instead of here, such as `https://media.example.org`.
    pub origin: Option<String>,
    /// What signed addresses are signed by; one made up and kept in the database where none is named.
    pub key: Option<String>,
    /// How long a file that nothing names is kept.
    pub unused_life: Duration,
}

impl Default for MediaConfig {
    fn default() -> Self {
        let unused_life = Duration::from_secs(24 * 3_600);
        Self { storage: None, origin: None, key: None, unused_life }
    }
}

/// What it takes to give files to whoever has a signed address, without a database.
#[derive(Clone)]
pub struct Files {
    pub storage: Storage,
    pub signer: Signer,
    /// Bodies that come in or go out end when it is cancelled: one may take hours.
    pub stop: CancellationToken,
    pub counted: Counted,
}

/// What of files has come and gone, counted for whoever watches the server. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    pub received_bytes: Counter,
    pub sent_bytes: Counter,
    /// Uploads of which the last byte has come.
    pub uploads: Counter,
}

/// What handlers need of the Media Storage server.
pub struct Media {
    pub files: Files,
    pub uploads: Uploads,
    /// Where files are had from instead of here.
    pub origin: Option<String>,
}

impl Files {
    fn open(config: &MediaConfig, data: &Path, key: &[u8]) -> Result<Self> {
        let storage = Storage::open(config.storage.as_deref(), data)?;
        let (signer, stop) = (Signer::new(key)?, CancellationToken::new());
        Ok(Self { storage, signer, stop, counted: Counted::default() })
    }
}

impl Media {
    /// Opens the storage, and starts collecting what nobody needs any more.
    pub async fn start(
        config: &MediaConfig,
        data: &Path,
        store: Store,
    ) -> Result<(Arc<Self>, JoinHandle<()>)> {
        let key = match &config.key {
            Some(key) => key.clone().into_bytes(),
            None => store.secret("media").await?,
        };
        let files = Files::open(config, data, &key)?;
        let uploads = Uploads::new(store.clone(), &files);
        let media = Arc::new(Self { files, uploads, origin: config.origin.clone() });
        let collecting = collector::start(media.clone(), store, config.unused_life);
        Ok((media, collecting))
    }
}
