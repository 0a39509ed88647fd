//! Pictures, drawn by the browser: smaller ones of them, and what stands for them until they are there.

use js_sys::{Promise, Reflect};
use kith_shared::thumbhash::{self, Pixels};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap, ImageEncodeOptions, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use super::super::browser;
use super::digest;
use crate::state::Crop;

/// How good a photo stays, and its small picture, of 1.
const GOOD: f64 = 0.85;
const SMALL_GOOD: f64 = 0.7;
/// Pixels of an avatar, each way.
const AVATAR: u32 = 512;
/// Pixels of the longer side.
pub(super) const SMALL: u32 = 320;

/// What can be drawn: the picture upright, whichever way it lies in its file.
pub(super) struct Picture {
    bitmap: ImageBitmap,
    pub width: u32,
    pub height: u32,
}

impl Drop for Picture {
    fn drop(&mut self) {
        // It is as large as its pixels, and waits for the browser to notice that nobody needs it.
        self.bitmap.close();
    }
}

impl Picture {
    /// `None` for what the browser can't read.
    pub(super) async fn of(blob: &Blob) -> Option<Self> {
        Self::decoded(browser::window()?.create_image_bitmap_with_blob(blob).ok()?).await
    }

    /// What the browser makes a bitmap of.
    pub(super) async fn decoded(decoding: Promise) -> Option<Self> {
        let bitmap: ImageBitmap = JsFuture::from(decoding).await.ok()?.dyn_into().ok()?;
        let (width, height) = (bitmap.width(), bitmap.height());
        Some(Self { bitmap, width, height })
    }

    /// With the longer side of at most so many pixels: a JPEG, or a WebP where it may be clear in places.
    pub(super) async fn scaled(&self, longest: u32, clear: bool) -> Option<(Blob, u32, u32)> {
        let (width, height) = self.fit(longest);
        let (canvas, _) = self.draw(width, height)?;
        let good = if longest > SMALL { GOOD } else { SMALL_GOOD };
        let content_type = if clear { "image/webp" } else { "image/jpeg" };
        Some((encode(&canvas, content_type, good).await?, width, height))
    }

    /// A small picture, where this is not small itself.
    pub(super) async fn small(&self, clear: bool) -> Option<Blob> {
        if self.width.max(self.height) <= SMALL + SMALL / 2 {
            return None;
        }
        self.scaled(SMALL, clear).await.map(|(blob, ..)| blob)
    }

    /// What stands for it, in Base64.
    pub(super) fn thumbhash(&self) -> Option<String> {
        let (width, height) = self.fit(thumbhash::MOST);
        let (_, context) = self.draw(width, height)?;
        let data = context.get_image_data(0.0, 0.0, width.into(), height.into()).ok()?;
        let hash = thumbhash::make(&Pixels { width, height, rgba: data.data().0 })?;
        digest::base64(&hash)
    }

    /// A square of it, as avatars are.
    pub(super) async fn cropped(&self, Crop { side, x, y, .. }: Crop) -> Option<Blob> {
        let pixels = AVATAR.min(side.max(1) as u32);
        let (canvas, context) = canvas(pixels, pixels)?;
        let (x, y, side, drawn) = (f64::from(x), f64::from(y), f64::from(side), f64::from(pixels));
        // What shines through stands on white: a JPEG has nothing behind it.
        context.set_fill_style_str("#fff");
        context.fill_rect(0.0, 0.0, drawn, drawn);
        context
            .draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                &self.bitmap,
                x,
                y,
                side,
                side,
                0.0,
                0.0,
                drawn,
                drawn,
            )
            .ok()?;
        encode(&canvas, "image/jpeg", GOOD).await
    }

    fn fit(&self, longest: u32) -> (u32, u32) {
        let side = self.width.max(self.height).max(1);
        let fit = |length: u32| {
            // At most 2^32 by a number no larger than `side`.
            let scaled = u64::from(length) * u64::from(longest.min(side)) / u64::from(side);
            u32::try_from(scaled).unwrap_or(longest).max(1)
        };
        (fit(self.width), fit(self.height))
    }

    fn draw(&self, width: u32, height: u32) -> Option<(OffscreenCanvas, OffscreenCanvasRenderingContext2d)> {
        let (canvas, context) = canvas(width, height)?;
        context
            .draw_image_with_image_bitmap_and_dw_and_dh(&self.bitmap, 0.0, 0.0, width.into(), height.into())
            .ok()?;
        Some((canvas, context))
    }
}

fn canvas(width: u32, height: u32) -> Option<(OffscreenCanvas, OffscreenCanvasRenderingContext2d)> {
    let canvas = OffscreenCanvas::new(width, height).ok()?;
    let context: OffscreenCanvasRenderingContext2d =
        canvas.get_context("2d").ok().flatten()?.dyn_into().ok()?;
    Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into()).ok()?;
    Some((canvas, context))
}

async fn encode(canvas: &OffscreenCanvas, content_type: &str, good: f64) -> Option<Blob> {
    let options = ImageEncodeOptions::new();
    options.set_type(content_type);
    options.set_quality(good);
    let blob = canvas.convert_to_blob_with_options(&options).ok()?;
    JsFuture::from(blob).await.ok()?.dyn_into().ok()
}
