//! Stickers: the pack that comes with the server, and which packs somebody has installed.

use std::io::Write;

use kith_shared::problem::Code;
use kith_shared::setting::STICKERS;
use kith_shared::sticker::{as_setting, installed};
use kith_shared::{FileId, PackId, UploadId, UserId, limits};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::app::App;
use crate::error::{Error, Result};
use crate::media::storage::io_error;
use crate::media::{Storage, kind};
use crate::settings;
use crate::store::Store;
use crate::store::files::StoredFile;
use crate::store::stickers::OwnSticker;
use crate::time;

const TITLE: &str = "Kit the fox";

macro_rules! drawn {
    ($($name:literal $emoji:literal)*) => {
        [$(($emoji, include_bytes!(concat!("../stickers/", $name, ".webp")) as &[u8])),*]
    };
}

/// Drawn in `server/stickers/`, in the order they are shown.
const DRAWN: &[(&str, &[u8])] = &drawn! {
    "hello" "👋"
    "yes" "👍"
    "love" "❤️"
    "laughing" "😂"
    "hug" "🤗"
    "thanks" "🙏"
    "party" "🎉"
    "coffee" "☕"
    "cool" "😎"
    "thinking" "🤔"
    "idea" "💡"
    "surprised" "😮"
    "peek" "👀"
    "no" "🙅"
    "sad" "😔"
    "crying" "😭"
    "sorry" "🥺"
    "angry" "😠"
    "sleepy" "😴"
    "night" "🌙"
    "bye" "👋"
};

/// Puts the server's own pack into its store, when somebody first asks for stickers: starting needn't wait for it.
#[derive(Default)]
pub struct OwnStickers(OnceCell<()>);

impl OwnStickers {
    /// It is there, as this version has it.
    ///
    /// # Errors
    /// When it can't be stored; the next one to ask tries again.
    pub async fn are_there(&self, store: &Store, storage: &Storage) -> Result<()> {
        self.0.get_or_try_init(|| put(store, storage)).await.map(drop)
    }
}

async fn put(store: &Store, storage: &Storage) -> Result<()> {
    let drawn: Vec<(FileId, &str)> =
        DRAWN.iter().map(|(emoji, bytes)| (FileId(Sha256::digest(bytes).into()), *emoji)).collect();
    let there = match store.pack(PackId::OURS).await {
        Err(error) if error.code() == Code::PackNotFound => None,
        found => Some(found?),
    };
    let same = |(file, emoji): &(FileId, &str), there: &kith_shared::sticker::Sticker| {
        there.file == *file && there.emoji == *emoji
    };
    if there.is_some_and(|pack| {
        pack.stickers.len() == drawn.len()
            && drawn.iter().zip(&pack.stickers).all(|(one, other)| same(one, other))
    }) {
        return Ok(());
    }
    let mut stickers = Vec::with_capacity(DRAWN.len());
    for ((id, emoji), (_, bytes)) in drawn.into_iter().zip(DRAWN) {
        stickers.push(OwnSticker { file: keep(storage, id, bytes).await?, emoji });
    }
    for object in store.put_own_pack(TITLE, &stickers, time::now()).await? {
        storage.remove(&object).await?;
    }
    Ok(())
}

/// Stores a file as one that was brought is stored.
async fn keep(storage: &Storage, id: FileId, bytes: &'static [u8]) -> Result<StoredFile> {
    let upload = UploadId(Uuid::now_v7());
    let path = storage.spool.path(upload);
    let written = tokio::task::spawn_blocking(move || {
        let mut file = std::fs::File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.await.map_err(|_| Error::GoingDown)?.map_err(io_error)?;
    let object = Storage::object(id, upload);
    storage.put(upload, &object).await?;
    storage.spool.remove(upload).map_err(io_error)?;
    let size = bytes.len() as i64;
    let (content_type, dimensions) = kind::of(storage, &object, size).await?;
    Ok(StoredFile { id, object, size, content_type, dimensions })
}

/// Which packs somebody has installed, in their order; maybe gone by now.
pub async fn installed_by(app: &App, user: UserId) -> Result<Vec<PackId>> {
    Ok(installed(app.store.setting(user, STICKERS).await?.as_deref()))
}

/// Puts a pack before the others; one that is installed stays where it is.
///
/// # Errors
/// `pack_not_found`, `too_many`
pub async fn install(app: &App, user: UserId, pack: PackId) -> Result<()> {
    app.store.pack(pack).await?;
    change(app, user, move |packs| {
        if !packs.contains(&pack) {
            packs.insert(0, pack);
        }
    })
    .await
}

/// Changes the list, of which the user's devices hear as of any setting.
///
/// # Errors
/// `too_many`
pub async fn change(
    app: &App,
    user: UserId,
    change: impl FnOnce(&mut Vec<PackId>) + Send + 'static,
) -> Result<()> {
    let revised = settings::revise(app, user, STICKERS.to_owned(), None, move |setting| {
        let before = installed(setting);
        let mut packs = before.clone();
        change(&mut packs);
        if packs == before {
            return Ok(setting.map(str::to_owned));
        }
        if packs.len() > limits::PACKS_INSTALLED {
            return Err(Code::TooMany.into());
        }
        Ok(Some(as_setting(&packs)))
    });
    revised.await.map(drop)
}
