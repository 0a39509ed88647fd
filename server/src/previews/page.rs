//! A page and its picture, looked at for what they say.

use kith_shared::limits::{PREVIEW_IMAGE_BYTES, PREVIEW_PAGE_BYTES};
use url::Url;

use super::charset;
use super::fetch::{Got, Unread, Wanted, get};
use super::html::{Said, read};
use crate::media::Picture;
use crate::outgoing::Reach;

const PAGE: Wanted = Wanted {
    accept: "text/html,application/xhtml+xml",
    is_read: |content_type| is(content_type, "text/html") || is(content_type, "application/xhtml+xml"),
    most: PREVIEW_PAGE_BYTES,
};

const PICTURE: Wanted = Wanted {
    accept: "image/avif,image/webp,image/png,image/jpeg,image/gif",
    // What it is, its bytes say.
    is_read: |_| true,
    most: PREVIEW_IMAGE_BYTES,
};

/// Whether a `Content-Type` is this type, whatever parameters it has.
fn is(content_type: &str, wanted: &str) -> bool {
    content_type.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(wanted))
}

/// What a page says of itself, and where it was in the end. Nothing where it has no title.
pub async fn look(url: Url, reach: Reach) -> Result<Option<(Said, Url)>, Unread> {
    let Got { url, content_type, bytes, .. } = get(url, reach, &PAGE).await?;
    // Half a mebibyte of markup is a while for whoever else is on this thread.
    let read = tokio::task::spawn_blocking(move || read(&charset::decode(&bytes, &content_type)));
    Ok(read.await.ok().flatten().map(|said| (said, url)))
}

/// The picture a page names. Nothing where that is none that can be shown, or is too large.
pub async fn picture(page: &Url, named: &str, reach: Reach) -> Result<Option<Picture>, Unread> {
    let Ok(url) = page.join(named) else { return Ok(None) };
    let got = get(url, reach, &PICTURE).await?;
    Ok(Some(got).filter(|got| got.whole).and_then(|got| Picture::read(got.bytes)))
}
