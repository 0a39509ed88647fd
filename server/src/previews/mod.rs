//! Link previews. A page is looked at when somebody who writes asks for it, once for all who ask at the same time, and what
//! it says is kept for a while. A message brings along what was answered; its seal says that the server has said so.

mod charset;
mod fetch;
mod html;
mod page;
mod seal;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use kith_shared::message::Body;
use kith_shared::preview::{Preview, PreviewImage};
use kith_shared::problem::Code;
use kith_shared::{UserId, limits};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::TaskTracker;
use url::Url;

pub use self::charset::decode;
pub use self::html::{Said, read};
use self::seal::Sealer;
use crate::error::Result;
use crate::media::{self, Media};
use crate::outgoing::Reach;
use crate::store::Store;
use crate::time;
use crate::turns::Turns;

/// Clones are the same one.
#[derive(Clone)]
pub struct Previews(Arc<Parts>);

struct Parts {
    store: Store,
    media: Arc<Media>,
    /// Which pages may be looked at; none where previews are off.
    reach: Option<Reach>,
    sealer: Sealer,
    turns: Turns,
    places: Semaphore,
    /// By the pages that are looked at just now.
    under_way: Mutex<HashMap<String, Looking>>,
    tasks: TaskTracker,
}

/// Many may wait for the same one.
type Looking = Shared<BoxFuture<'static, Option<Preview>>>;

impl Previews {
    /// `key` seals them: it has to stay the same for those that messages have.
    pub fn new(
        store: Store,
        media: Arc<Media>,
        reach: Option<Reach>,
        key: &[u8],
        tasks: TaskTracker,
    ) -> Result<Self> {
        Ok(Self(Arc::new(Parts {
            store,
            media,
            reach,
            sealer: Sealer::new(key)?,
            turns: Turns::new(limits::PREVIEWS_A_MINUTE),
            places: Semaphore::new(limits::PREVIEWS_AT_ONCE),
            under_way: Mutex::default(),
            tasks,
        })))
    }

    /// What a page says of itself, for a user who links to it: its picture is one of their files.
    ///
    /// # Errors
    /// `too_many`, or `preview_unavailable` whatever the reason: what this server can reach is nobody's business.
    pub async fn ask(&self, user: UserId, url: &str) -> Result<Preview> {
        let reach = self.0.reach.ok_or(Code::PreviewUnavailable)?;
        let page = page_of(url).ok_or(Code::PreviewUnavailable)?;
        let found = match self.known(user, &page).await? {
            Some(known) => known,
            None => {
                self.0.turns.take(user)?;
                let mut found = self.looking(user, page, reach).await;
                if let Some(preview) = &mut found
                    && !self.hold_picture(user, preview).await?
                {
                    preview.image = None;
                }
                found
            }
        };
        let mut preview = found.ok_or(Code::PreviewUnavailable)?;
        url.clone_into(&mut preview.url);
        self.0.sealer.seal(&mut preview)?;
        Ok(preview)
    }

    /// Leaves out of a message's body what the server has not said of the page, and a picture that is not there.
    pub async fn check(&self, sender: UserId, body: &mut Body) -> Result<()> {
        let Body::Text { preview, .. } = body else { return Ok(()) };
        let Some(mut said) = preview.take() else { return Ok(()) };
        if !self.0.sealer.knows(&said)? {
            return Ok(());
        }
        if let Some(image) = said.image {
            let there = self.0.store.touch_files(sender, &[image.file], time::now()).await?;
            if there.is_empty() {
                said.image = None;
                self.0.sealer.seal(&mut said)?;
            }
        }
        *preview = Some(said);
        Ok(())
    }

    /// What was found lately; `None` for what has to be looked at, also because its picture is not there any more.
    async fn known(&self, user: UserId, page: &Url) -> Result<Option<Option<Preview>>> {
        match self.0.store.preview(page.as_str(), time::now()).await? {
            Some(Some(preview)) if !self.hold_picture(user, &preview).await? => Ok(None),
            known => Ok(known),
        }
    }

    /// Makes its picture one of the user's files. Answers whether it is there, if it has one.
    async fn hold_picture(&self, user: UserId, preview: &Preview) -> Result<bool> {
        match preview.image {
            Some(image) => self.0.store.hold_known(user, image.file, time::now()).await,
            None => Ok(true),
        }
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<String, Looking>> {
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Joins whoever has the page looked at already, or begins to. It goes on when whoever asked goes away.
    fn looking(&self, user: UserId, page: Url, reach: Reach) -> Looking {
        let name = page.as_str().to_owned();
        let mut under_way = self.under_way();
        if let Some(looking) = under_way.get(&name) {
            return looking.clone();
        }
        let done = Done { previews: self.clone(), page: name.clone() };
        let task = self.0.tasks.spawn(async move {
            let previews = &done.previews;
            tokio::select! {
                () = previews.0.media.files.stop.cancelled() => None,
                found = previews.look(user, &page, reach) => found,
            }
        });
        let looking = async move { task.await.ok().flatten() }.boxed().shared();
        under_way.insert(name, looking.clone());
        looking
    }

    async fn look(&self, user: UserId, page: &Url, reach: Reach) -> Option<Preview> {
        let by = Instant::now() + limits::PREVIEW_PATIENCE;
        let _place = timeout_at(by, self.0.places.acquire()).await.ok()?;
        let found = match timeout_at(by, page::look(page.clone(), reach)).await {
            Ok(Ok(Some((said, at)))) => {
                let image = match &said.image {
                    Some(named) => self.picture(user, (&at, named), reach, by).await,
                    None => None,
                };
                Some(preview(said, image))
            }
            Ok(Ok(None)) => None,
            Ok(Err(error)) => {
                tracing::debug!(%error, "a page could not be looked at");
                None
            }
            Err(_) => None,
        };
        if let Err(error) = self.0.store.put_preview(page.as_str(), found.as_ref(), time::now()).await {
            tracing::error!(%error, "what a page says could not be kept");
        }
        found
    }

    /// The picture a page names, as one of the user's files.
    async fn picture(
        &self,
        user: UserId,
        (page, named): (&Url, &str),
        reach: Reach,
        by: Instant,
    ) -> Option<PreviewImage> {
        let picture = match timeout_at(by, page::picture(page, named, reach)).await.ok()? {
            Ok(picture) => picture?,
            Err(error) => {
                tracing::debug!(%error, "a page's picture could not be had");
                return None;
            }
        };
        let (width, height) = (picture.width, picture.height);
        match media::keep(&self.0.store, &self.0.media.files.storage, user, picture).await {
            Ok(file) => Some(PreviewImage { file, width, height }),
            Err(error) => {
                tracing::error!(%error, "a page's picture could not be kept");
                None
            }
        }
    }
}

/// The address that is looked at: what stands behind `#` is for who reads the page.
fn page_of(url: &str) -> Option<Url> {
    let mut page = Url::parse(url).ok().filter(|_| url.len() <= limits::URL_BYTES)?;
    page.set_fragment(None);
    Some(page)
}

/// Whose page it is, and that the server has said so, is told when it is answered.
fn preview(Said { title, description, site, .. }: Said, image: Option<PreviewImage>) -> Preview {
    Preview { url: String::new(), title, description, site, image, seal: String::new() }
}

/// A page that is looked at, until it is not any more, however that ended.
struct Done {
    previews: Previews,
    page: String,
}

impl Drop for Done {
    fn drop(&mut self) {
        self.previews.under_way().remove(&self.page);
    }
}
