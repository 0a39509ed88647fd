//! Opening a database: of this version, an older or a newer one, broken, or held by another tab.

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use kith_shared::UserId;
use rexie::{Rexie, TransactionMode};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::request::{all, put};
use super::{Device, DeviceError, Result, schema};
use crate::state::Kept;

/// How long another tab may keep the database from being opened or deleted, in milliseconds: one that is asleep does
/// not hear that it should let go of it.
const PATIENCE: u32 = 5_000;

impl Device {
    /// Opens the user's database; makes it if there is none, and anew if it is broken, with what was not sent yet.
    ///
    /// # Errors
    /// [`DeviceError::Newer`] and [`DeviceError::Busy`], or when the browser refuses storage (private mode, say).
    pub async fn open(user: UserId) -> Result<Self> {
        let (opened, opening) = oneshot::channel();
        spawn_local(async move {
            // When nobody waits for it any more, it is closed by being dropped.
            let _ = opened.send(open(&schema::name(user)).await);
        });
        match select(opening, TimeoutFuture::new(PATIENCE)).await {
            Either::Left((Ok(opened), _)) => opened,
            _ => Err(DeviceError::Busy),
        }
    }
}

async fn open(name: &str) -> Result<Device> {
    match schema::newest(name).build().await.map_err(DeviceError::from) {
        Ok(db) if is_whole(&db) => Ok(Device::over(db)),
        Ok(db) => {
            db.close();
            anew(name).await
        }
        Err(DeviceError::Broken) => anew(name).await,
        Err(error) => Err(error),
    }
}

/// Whether all stores are there; an upgrade that a crash cut short may have left it otherwise.
fn is_whole(db: &Rexie) -> bool {
    let names = db.store_names();
    schema::STORES.iter().chain(&schema::FILE_STORES).all(|store| names.iter().any(|name| name == store))
}

/// Deletes the database and makes it again. What was not sent is carried over, as far as it can be read.
async fn anew(name: &str) -> Result<Device> {
    let (unsent, files) =
        (unsent(name).await.unwrap_or_default(), unsent_files(name).await.unwrap_or_default());
    Rexie::delete(name).await?;
    let device = Device::over(schema::newest(name).build().await?);
    let transaction = device.transaction(TransactionMode::ReadWrite)?;
    put(&transaction, schema::OUTBOX, unsent.into_iter().map(|outgoing| (outgoing, None)).collect()).await?;
    device.commit(transaction).await?;
    device.put_files(&files).await?;
    Ok(device)
}

/// The files those carry. Apart, for a database may lack the one or the other.
async fn unsent_files(name: &str) -> Result<Vec<(Kept, Blob)>> {
    let device = Device::over(Rexie::builder(name).build().await?);
    let mut files = Vec::new();
    for kept in device.kept_files().await?.into_iter().filter(|kept| kept.unsent) {
        files.extend(device.file(kept.file).await?.map(|blob| (kept, blob)));
    }
    Ok(files)
}

/// The records of the outbox, of whatever version the database is.
async fn unsent(name: &str) -> Result<Vec<JsValue>> {
    // Closed when it is dropped.
    let device = Device::over(Rexie::builder(name).build().await?);
    let Some(db) = &device.db else { return Ok(Vec::new()) };
    let transaction = db.transaction(&[schema::OUTBOX], TransactionMode::ReadOnly)?;
    all(&transaction, schema::OUTBOX, None).await
}

impl From<rexie::Error> for DeviceError {
    // Never inlined: it stands at every step of every transaction.
    #[inline(never)]
    fn from(error: rexie::Error) -> Self {
        if let rexie::Error::IdbError(idb::Error::DomException(exception)) = &error {
            match exception.name().as_str() {
                "VersionError" => return Self::Newer,
                "AbortError" | "UnknownError" | "DataError" => return Self::Broken,
                _ => {}
            }
        }
        // Opening a transaction fails where the browser has closed or deleted the database.
        if let rexie::Error::IdbError(idb::Error::TransactionOpenFailed(_)) = &error {
            return Self::Closed;
        }
        Self::Failed(error)
    }
}
