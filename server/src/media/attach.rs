//! What a message carries, before it is written: the sender may have each of the files, and what is said of them is so.

use std::collections::HashMap;

use kith_shared::media::{Attachment, FileKind, fits_pixels};
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::sticker::SentSticker;
use kith_shared::{FileId, Millis, UserId};

use crate::error::Result;
use crate::store::Store;
use crate::store::files::StoredFile;
use crate::time;

/// Fills in what the server knows better than the sender. What can't be shown as they say is a file.
///
/// # Errors
/// `file_not_found` for one the sender has not brought and may not see, `too_many_pixels`, `sticker_not_found`
pub async fn attach(store: &Store, sender: UserId, body: &mut Body) -> Result<()> {
    match body {
        Body::Text { files, .. } if !files.is_empty() => attach_files(store, sender, files).await,
        Body::Sticker(sent) => {
            let sticker = store.touch_sticker(sent.pack, sent.file, time::now()).await?;
            let (reply_to, forwarded) = (sent.reply_to, sent.forwarded);
            **sent = SentSticker { reply_to, forwarded, ..SentSticker::of(sent.pack, &sticker) };
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn attach_files(store: &Store, sender: UserId, files: &mut [Attachment]) -> Result<()> {
    let ids: Vec<FileId> = files.iter().flat_map(Attachment::files).collect();
    let now: Millis = time::now();
    let found = store.touch_files(sender, &ids, now).await?;
    let found: HashMap<FileId, StoredFile> = found.into_iter().map(|file| (file.id, file)).collect();
    for attachment in files {
        let file = found.get(&attachment.file).ok_or(Code::FileNotFound)?;
        let thumb = attachment.thumb.map(|thumb| found.get(&thumb).ok_or(Code::FileNotFound)).transpose()?;
        say(attachment, file)?;
        if let Some(thumb) = thumb {
            expect_small_picture(thumb)?;
        }
    }
    Ok(())
}

fn say(attachment: &mut Attachment, file: &StoredFile) -> Result<(), Code> {
    attachment.size = file.size;
    attachment.content_type.clone_from(&file.content_type);
    if attachment.kind == FileKind::Photo && file.dimensions.is_none()
        || !attachment.kind.fits(&file.content_type)
    {
        attachment.kind = FileKind::File;
    }
    let Some((width, height)) = file.dimensions.filter(|_| attachment.kind == FileKind::Photo) else {
        return Ok(());
    };
    if !fits_pixels(width, height) {
        return Err(Code::TooManyPixels);
    }
    // A camera held upright says so, and leaves the pixels lying.
    if (attachment.width, attachment.height) != (Some(height), Some(width)) {
        (attachment.width, attachment.height) = (Some(width), Some(height));
    }
    Ok(())
}

/// # Errors
/// `invalid_attachment`, `too_many_pixels`
fn expect_small_picture(thumb: &StoredFile) -> Result<(), Code> {
    match thumb.dimensions {
        Some((width, height)) if fits_pixels(width, height) => Ok(()),
        Some(_) => Err(Code::TooManyPixels),
        None => Err(Code::InvalidAttachment),
    }
}
