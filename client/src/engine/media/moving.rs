//! How long a video or a sound plays, and what a video looks like.

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise};
use kith_shared::Millis;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlVideoElement, Url};

use super::super::browser;
use super::picture::Picture;

/// How long the browser may take to read one, in milliseconds: it is sent without what would be known then.
const PATIENCE: u32 = 5_000;
/// A second into it, it shows more than at its beginning, which is often black.
const LOOK: f64 = 1.0;

pub(super) struct Moving {
    pub duration: Option<Millis>,
    /// Of a video.
    pub picture: Option<Picture>,
}

/// `None` for what the browser can't play.
pub(super) async fn look(blob: &Blob) -> Option<Moving> {
    let url = Url::create_object_url_with_blob(blob).ok()?;
    let found = look_at(&url).await;
    // Only what is no text is refused.
    let _ = Url::revoke_object_url(&url);
    found
}

async fn look_at(url: &str) -> Option<Moving> {
    let document = browser::window()?.document()?;
    // It plays sounds too.
    let player: HtmlVideoElement = document.create_element("video").ok()?.dyn_into().ok()?;
    player.set_muted(true);
    player.set_preload("auto");
    heard(|done| {
        player.set_onloadeddata(Some(done));
        player.set_onerror(Some(done));
        player.set_src(url);
    })
    .await?;
    let seconds = player.duration();
    // What was recorded as it came does not say.
    let duration = seconds.is_finite().then_some((seconds * 1_000.0) as Millis);
    let picture = if player.video_width() > 0 { picture(&player, seconds).await } else { None };
    Some(Moving { duration, picture })
}

async fn picture(player: &HtmlVideoElement, seconds: f64) -> Option<Picture> {
    heard(|done| {
        player.set_onseeked(Some(done));
        player.set_current_time(if seconds.is_finite() { LOOK.min(seconds / 2.0) } else { 0.0 });
    })
    .await?;
    let drawing = browser::window()?.create_image_bitmap_with_html_video_element(player).ok()?;
    Picture::decoded(drawing).await
}

/// Waits for what is begun to call back, not for ever.
async fn heard(begin: impl FnOnce(&Function)) -> Option<()> {
    let mut begin = Some(begin);
    let called = Promise::new(&mut |done, _| begin.take().into_iter().for_each(|begin| begin(&done)));
    match select(JsFuture::from(called), TimeoutFuture::new(PATIENCE)).await {
        Either::Left(_) => Some(()),
        Either::Right(_) => None,
    }
}
