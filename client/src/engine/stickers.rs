//! Packs of stickers: had whole as archives, kept in Device Storage, shown from there.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Uint8Array};
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::sticker::{Pack, Packs, PacksQuery, SentSticker, as_setting};
use kith_shared::{ConversationId, FileId, PackId, archive, json, limits, routes, setting};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, Url};
use yew::AttrValue;

use super::{Engine, browser, media, rest};
use crate::state::{Action, Failure};

type Result<T> = std::result::Result<T, Failure>;

#[derive(Default)]
pub(super) struct Stickers {
    /// Where the files of packs at hand are shown from.
    addresses: RefCell<Vec<(FileId, AttrValue)>>,
    /// What Device Storage has of them was read.
    read: Cell<bool>,
    /// Is being loaded for who did not ask.
    loading: Cell<bool>,
}

impl Engine {
    /// Has the installed packs at hand: what this device keeps at once, what it lacks or has of an older revision from the
    /// server.
    ///
    /// # Errors
    /// When some are missing and the server can't be reached.
    pub async fn load_stickers(&self) -> Result<()> {
        self.read_packs().await;
        let wanted = self.state().installed_packs();
        let listed = match rest::installed_packs().await {
            Ok(listed) => listed,
            // What is at hand is good enough.
            Err(Failure::Unreachable) if self.state().packs_at_hand().len() == wanted.len() => return Ok(()),
            Err(failure) => return Err(failure),
        };
        for id in wanted {
            let known = self.state().pack_at_hand(id).map(|pack| pack.revision);
            let newest = listed.iter().find(|pack| pack.id == id).map(|pack| pack.revision);
            if known.is_none() || newest.is_none() || newest > known {
                match self.fetch_pack(id).await {
                    // Whoever made it has deleted it.
                    Err(Failure::Refused(Code::PackNotFound)) => self.install_pack(id, false),
                    fetched => fetched?,
                }
            }
        }
        Ok(())
    }

    /// As [`Self::load_stickers`], for where nobody waits for it.
    pub fn load_stickers_soon(&self) {
        if self.state().packs_at_hand().is_empty() && !self.0.stickers.loading.replace(true) {
            let engine = self.clone();
            spawn_local(async move {
                // Who opens the picker is told why there are none.
                let _ = engine.load_stickers().await;
                engine.0.stickers.loading.set(false);
            });
        }
    }

    /// Has what this device keeps at hand: a sticker of it is shown offline too.
    pub fn show_kept_stickers(&self) {
        if !self.0.stickers.read.get() {
            let engine = self.clone();
            spawn_local(async move { engine.read_packs().await });
        }
    }

    async fn read_packs(&self) {
        if self.0.stickers.read.replace(true) {
            return;
        }
        let Some(device) = self.0.storage.device() else { return };
        match device.packs().await {
            Ok(archives) => {
                let packs = archives.iter().filter_map(|archive| self.open_archive(archive).ok());
                self.dispatch(Action::Packs(packs.collect()));
                drop(device.keep_packs(&self.state().installed_packs()).await);
            }
            Err(error) => browser::warn(&error.to_string()),
        }
    }

    async fn fetch_pack(&self, id: PackId) -> Result<()> {
        let archive = rest::bytes(&routes::pack_archive(id)).await?;
        let pack = self.open_archive(&archive)?;
        self.dispatch(Action::Packs(vec![pack]));
        // Where there is no room it is fetched again another time.
        if let Some(device) = self.0.storage.device()
            && let Err(error) = device.put_pack(id, &archive).await
        {
            browser::warn(&error.to_string());
        }
        Ok(())
    }

    /// What an archive says of its pack; its files are shown from it from now on.
    fn open_archive(&self, bytes: &[u8]) -> Result<Pack> {
        let files = archive::files(bytes).map_err(|_| Failure::Unreachable)?;
        let about = files.first().and_then(|(_, about)| str::from_utf8(about).ok());
        let pack: Pack = json::read(about.unwrap_or_default())?;
        let array = Array::of1(&Uint8Array::from(bytes));
        let whole = Blob::new_with_u8_array_sequence(&array).map_err(|_| Failure::Unreachable)?;
        let mut addresses = self.0.stickers.addresses.borrow_mut();
        for sticker in &pack.stickers {
            let name = sticker.file.to_string();
            let Some((_, file)) = files.iter().find(|(known, _)| *known == name) else { continue };
            let start = (file.as_ptr() as usize - bytes.as_ptr() as usize) as i32;
            // A part of the whole: its bytes are there once.
            let part = whole.slice_with_i32_and_i32_and_content_type(
                start,
                start + file.len() as i32,
                &sticker.content_type,
            );
            // One that is there already is of the same bytes.
            if let Ok(part) = part
                && !addresses.iter().any(|(known, _)| *known == sticker.file)
                && let Ok(address) = Url::create_object_url_with_blob(&part)
            {
                addresses.push((sticker.file, address.into()));
            }
        }
        Ok(pack)
    }

    /// From where a sticker is shown.
    pub fn sticker_address(&self, file: FileId) -> AttrValue {
        let addresses = self.0.stickers.addresses.borrow();
        let here = addresses.iter().find(|(known, _)| *known == file).map(|(_, address)| address.clone());
        here.unwrap_or_else(|| routes::file(file).into())
    }

    /// Nobody is logged in any more.
    pub(super) fn forget_stickers(&self) {
        let stickers = &self.0.stickers;
        stickers.read.set(false);
        for (_, address) in stickers.addresses.take() {
            let _ = Url::revoke_object_url(&address);
        }
    }

    /// Sends a sticker: as any message, through the outbox.
    pub fn send_sticker(&self, conversation: ConversationId, pack: PackId, file: FileId) {
        let state = self.state();
        let Some(sticker) = state.sticker(pack, file) else { return };
        let reply_to = state.conversations.get(&conversation).and_then(|view| view.replying);
        let sent = SentSticker { reply_to, ..SentSticker::of(pack, sticker) };
        self.write(conversation, Body::Sticker(Box::new(sent)), |_| {});
        if reply_to.is_some() {
            self.set_reply(conversation, None);
        }
        self.load_newest(conversation);
        if let Some(recent) = state.with_recent_sticker(pack, file) {
            self.set(setting::STICKERS_RECENT.to_owned(), Some(recent));
        }
    }

    /// Installs a pack, before the others, or no longer; on all devices.
    pub fn install_pack(&self, pack: PackId, on: bool) {
        let mut packs = self.state().installed_packs();
        packs.retain(|other| *other != pack);
        if on {
            packs.insert(0, pack);
            packs.truncate(limits::PACKS_INSTALLED);
        }
        self.order_packs(&packs);
        if on {
            let engine = self.clone();
            // What is missing is brought when the picker is opened, too.
            spawn_local(async move {
                let _ = engine.load_stickers().await;
            });
        }
    }

    /// Puts the installed packs into this order.
    pub fn order_packs(&self, packs: &[PackId]) {
        self.set(setting::STICKERS.to_owned(), Some(as_setting(packs)));
    }

    /// Shows a pack, or no longer.
    pub fn look_at_pack(&self, pack: Option<PackId>) {
        self.dispatch(Action::LookAtPack(pack));
    }

    /// # Errors
    /// What the server refused, or that it can't be reached; so for all below.
    pub async fn pack(&self, id: PackId) -> Result<Pack> {
        rest::pack(id).await
    }

    pub async fn packs(&self, query: &PacksQuery) -> Result<Packs> {
        rest::packs(query).await
    }

    /// Removes a pack of one's own, for everybody.
    pub async fn delete_pack(&self, id: PackId) -> Result<()> {
        rest::delete_pack(id).await?;
        self.install_pack(id, false);
        Ok(())
    }

    /// Makes a pack of pictures, each with its emoji, and installs it. Nothing is left of one that can't be made whole.
    pub async fn make_pack(&self, title: &str, pictures: &[(Blob, String)]) -> Result<()> {
        let id = rest::create_pack(title).await?.id;
        for (picture, emoji) in pictures {
            if let Err(failure) = add(id, picture, emoji).await {
                let _ = rest::delete_pack(id).await;
                return Err(failure);
            }
        }
        self.install_pack(id, true);
        Ok(())
    }
}

async fn add(id: PackId, picture: &Blob, emoji: &str) -> Result<()> {
    let file = media::bring(picture).await?;
    rest::put_sticker(id, file, emoji).await
}
