//! All drawings on one picture, to look at them: on white, on what a dialog has, and in the dark.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use resvg::tiny_skia::{Color, Paint, Pixmap, PixmapPaint, Rect, Transform};

use crate::{draw, read, whole};

const COLUMNS: u32 = 5;
const CELL: u32 = 280;
const BACKGROUNDS: [(u8, u8, u8); 3] = [(255, 255, 255), (214, 226, 214), (24, 28, 34)];

pub fn write(parts: &str, drawings: &[PathBuf], to: &Path) -> Result<()> {
    let rows = (drawings.len() as u32).div_ceil(COLUMNS);
    let mut sheet = Pixmap::new(COLUMNS * CELL, rows * CELL).context("no room")?;
    for (at, drawing) in (0..).zip(drawings) {
        let (x, y) = (at % COLUMNS * CELL, at / COLUMNS * CELL);
        let (red, green, blue) = BACKGROUNDS[at as usize % BACKGROUNDS.len()];
        let mut paint = Paint::default();
        paint.set_color(Color::from_rgba8(red, green, blue, 255));
        let cell = Rect::from_xywh(x as f32, y as f32, CELL as f32, CELL as f32).context("a cell")?;
        sheet.fill_rect(cell, &paint, Transform::identity(), None);
        let drawn = draw(&whole(parts, &read(drawing)?, 0)?, CELL)
            .with_context(|| format!("{} can't be drawn", drawing.display()))?;
        let mut sticker = Pixmap::new(CELL, CELL).context("no room")?;
        for (to, from) in sticker.pixels_mut().iter_mut().zip(drawn.as_chunks::<4>().0) {
            let [red, green, blue, alpha] = *from;
            *to = resvg::tiny_skia::ColorU8::from_rgba(red, green, blue, alpha).premultiply();
        }
        let at = (i32::try_from(x)?, i32::try_from(y)?);
        sheet.draw_pixmap(at.0, at.1, sticker.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
    }
    sheet.save_png(to).with_context(|| format!("{} can't be written", to.display()))
}
