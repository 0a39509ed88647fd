//! Takes away what nobody needs: uploads that were given up, files nothing names any more, and what a crash left behind.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use kith_shared::{FileId, UploadId};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::Media;
use super::storage::io_error;
use crate::error::Result;
use crate::store::Store;
use crate::time;

/// How often it looks, at most; what is kept shorter is looked for more often.
const INTERVAL: Duration = Duration::from_secs(10 * 60);
/// Files taken away in one transaction.
const BATCH: i64 = 100;
/// How old what no table knows has to be: what is being written just now is not in them yet.
const STRAY_AGE: Duration = Duration::from_secs(24 * 3_600);

/// Starts collecting; ends when the media are stopped.
pub fn start(media: Arc<Media>, store: Store, unused_life: Duration) -> JoinHandle<()> {
    tokio::spawn(async move {
        let interval = INTERVAL.min(unused_life / 4).max(Duration::from_millis(50));
        let mut strays_at = tokio::time::Instant::now();
        loop {
            let now = tokio::time::Instant::now();
            let strays = now >= strays_at;
            if strays {
                strays_at = now + STRAY_AGE;
            }
            if let Err(error) = collect(&media, &store, unused_life, strays).await {
                tracing::warn!(%error, "files that nobody needs are still there");
            }
            tokio::select! {
                () = media.files.stop.cancelled() => return,
                () = tokio::time::sleep(interval) => {}
            }
        }
    })
}

async fn collect(media: &Media, store: &Store, unused_life: Duration, strays: bool) -> Result<()> {
    media.uploads.expire().await?;
    store.drop_old_previews(time::now()).await?;
    loop {
        let gone = store.drop_unused_files(time::now() - time::millis(unused_life), BATCH).await?;
        if gone.is_empty() {
            break;
        }
        for object in &gone {
            media.files.storage.remove(object).await?;
        }
    }
    if strays { collect_strays(media, store).await } else { Ok(()) }
}

/// Files that no table knows: the server ended between writing one and saying so.
async fn collect_strays(media: &Media, store: &Store) -> Result<()> {
    for id in media.files.storage.spool.old(STRAY_AGE).map_err(io_error)? {
        if !store.has_upload(id).await? {
            media.files.storage.spool.remove(id).map_err(io_error)?;
        }
    }
    let mut old = media.files.storage.old(STRAY_AGE);
    while let Some(object) = old.try_next().await? {
        let Some((hash, upload)) = parts(&object) else { continue };
        if !store.has_object(&object, hash).await? && !store.has_upload(upload).await? {
            media.files.storage.remove(&object).await?;
        }
    }
    Ok(())
}

/// What an object is named after.
fn parts(object: &str) -> Option<(FileId, UploadId)> {
    let (hash, upload) = object.split_once('-')?;
    Some((hash.parse().ok()?, UploadId(Uuid::try_parse(upload).ok()?)))
}
