//! What the user chose to send: looked at when it is chosen, made ready when it is sent.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use kith_shared::limits::FILE_BYTES;
use kith_shared::media::{Attachment, FileKind, fits_pixels};
use kith_shared::problem::Code;
use kith_shared::{FileId, picture, validate};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, Url};

use super::super::Engine;
use super::moving;
use super::picture::{Picture, SMALL};

/// Pixels of a photo's longer side, unless it is sent as it is.
const PHOTO: u32 = 2048;
/// A photo of at most so many pixels and bytes is sent as it is anyway.
const LIGHT: f64 = 1_000_000.0;
/// Bytes in which a photo says its size.
const HEAD: f64 = 1_000_000.0;

/// A file that was chosen.
#[derive(Clone)]
pub struct Picked {
    pub file: File,
    pub kind: FileKind,
    /// Why it can't be sent.
    pub problem: Option<Code>,
    /// Where a photo or a video can be seen.
    pub preview: Option<Rc<Preview>>,
}

/// An address of this page's own, as long as somebody needs it.
pub struct Preview(pub String);

impl Preview {
    pub fn of(blob: &Blob) -> Option<Self> {
        Url::create_object_url_with_blob(blob).ok().map(Self)
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        // Only what is no text is refused.
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// A file that can be sent.
pub struct Prepared {
    /// Its name is still to be made up.
    pub(super) attachment: Attachment,
    pub(super) blob: Blob,
    pub(super) thumb: Option<Blob>,
}

impl Prepared {
    fn new(picked: &Picked, kind: FileKind, blob: Blob) -> Self {
        let attachment = Attachment {
            file: FileId([0; 32]),
            kind,
            name: validate::file_name(&picked.file.name()),
            size: blob.size() as i64,
            content_type: blob.type_(),
            width: None,
            height: None,
            thumbhash: None,
            thumb: None,
            duration: None,
            waveform: None,
        };
        Self { attachment, blob, thumb: None }
    }
}

impl Engine {
    /// Looks at a file that was chosen. A photo says how large it is before anything is made of its bytes: few of them
    /// may claim to be a billion pixels.
    pub async fn pick(&self, file: File) -> Picked {
        let mut picked = Picked { kind: kind(&file.type_()), file, problem: None, preview: None };
        if picked.file.size() as i64 > FILE_BYTES {
            picked.problem = Some(Code::FileTooLarge);
        } else if picked.kind == FileKind::Photo {
            match dimensions(&picked.file).await {
                Some((width, height)) if fits_pixels(width, height) => {}
                Some(_) => picked.problem = Some(Code::TooManyPixels),
                None => picked.kind = FileKind::File,
            }
        }
        if picked.problem.is_none() && matches!(picked.kind, FileKind::Photo | FileKind::Video) {
            picked.preview = Preview::of(&picked.file).map(Rc::new);
        }
        picked
    }

    /// Makes it ready. `whole`: a photo keeps all its pixels. What it says besides, where it was taken above all, goes in
    /// either case; `as_file` leaves even that.
    pub async fn prepare(&self, picked: &Picked, whole: bool, as_file: bool) -> Prepared {
        let as_it_is = |kind| Prepared::new(picked, kind, picked.file.clone().into());
        match picked.kind {
            _ if as_file => as_it_is(FileKind::File),
            FileKind::Photo => photo(picked, whole).await.unwrap_or_else(|| as_it_is(FileKind::File)),
            FileKind::Video | FileKind::Audio => moving(as_it_is(picked.kind)).await,
            kind => as_it_is(kind),
        }
    }
}

/// How a file is shown, by the type the browser takes it to be; the server looks into it.
fn kind(content_type: &str) -> FileKind {
    let all = [FileKind::Photo, FileKind::Video, FileKind::Audio];
    let fits = |kind: &FileKind| kind.fits(content_type);
    all.into_iter().find(fits).unwrap_or_default()
}

/// A photo's width and height in pixels, as it says.
async fn dimensions(file: &File) -> Option<(u32, u32)> {
    let head = file.slice_with_f64_and_f64(0.0, HEAD).ok()?;
    let size = imagesize::blob_size(&bytes(&head).await?).ok()?;
    Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
}

async fn bytes(blob: &Blob) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// `None` for what the browser can't read.
async fn photo(picked: &Picked, whole: bool) -> Option<Prepared> {
    let file = &picked.file;
    let drawn = Picture::of(file).await?;
    let content_type = file.type_();
    let clear = content_type != "image/jpeg";
    let light = file.size() <= LIGHT && drawn.width.max(drawn.height) <= PHOTO;
    let bare = bare(file, &content_type, whole || light).await;
    let (blob, width, height) = match bare {
        Some(bare) => (bare, drawn.width, drawn.height),
        None => drawn.scaled(if whole { u32::MAX } else { PHOTO }, clear).await?,
    };
    let mut prepared = Prepared::new(picked, FileKind::Photo, blob);
    let said = &mut prepared.attachment;
    (said.width, said.height) = (Some(width), Some(height));
    said.thumbhash = drawn.thumbhash();
    prepared.thumb = drawn.small(clear).await;
    Some(prepared)
}

/// With how long it plays, and what it looks like.
async fn moving(mut prepared: Prepared) -> Prepared {
    let Some(found) = moving::look(&prepared.blob).await else { return prepared };
    let said = &mut prepared.attachment;
    said.duration = found.duration;
    if let Some(picture) = found.picture {
        (said.width, said.height) = (Some(picture.width), Some(picture.height));
        said.thumbhash = picture.thumbhash();
        prepared.thumb = picture.scaled(SMALL, false).await.map(|(blob, ..)| blob);
    }
    prepared
}

/// The photo to the byte, but for what it says besides; nothing where a smaller one is wanted, or its kind is not known.
async fn bare(file: &File, content_type: &str, wanted: bool) -> Option<Blob> {
    // It can say nothing besides, and moves.
    if content_type == "image/gif" {
        return Some(file.clone().into());
    }
    let of = bytes(file).await?;
    let stripped = picture::strip(&of)?;
    if !wanted && !stripped.animated {
        return None;
    }
    let bytes = stripped.bytes(&of);
    let options = BlobPropertyBag::new();
    options.set_type(content_type);
    let parts = Array::of1(&JsValue::from(Uint8Array::from(&bytes[..])));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()
}
