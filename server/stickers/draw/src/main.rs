//! Makes the stickers that come with Kith: `cargo xtask stickers`.
//!
//! A drawing is an SVG of 512 by 512, which uses the parts in `parts.svg`. What stands between brackets has one value for
//! each frame, `[0 4 8 4]`, and `data-ms` says how long a frame stands. All get a white edge, as if they were cut out.

mod edge;
mod sheet;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Pixels of a sticker, each way; of a moving one, which has many, fewer.
const PIXELS: u32 = 384;
const MOVING_PIXELS: u32 = 256;
/// What a drawing measures.
const CANVAS: f32 = 512.0;
/// Bytes a sticker may have: all are in the server.
/// How much of the last bits goes: 100 is none.
const NEAR: i32 = 100;
const MOST: usize = 20 * 1024;
const MOST_MOVING: usize = 44 * 1024;

fn main() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let parts = read(&folder.join("parts.svg"))?;
    let only: Vec<String> = std::env::args().skip(1).collect();
    if let [sheet] = &only[..]
        && sheet.ends_with(".png")
    {
        return sheet::write(&parts, &drawings(&folder)?, Path::new(sheet));
    }
    for drawing in drawings(&folder)? {
        let name = drawing.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        let bytes = make(&parts, &read(&drawing)?).with_context(|| format!("{name} can't be drawn"))?;
        println!("{name}: {} bytes", bytes.len());
        fs::write(drawing.with_extension("webp"), bytes)?;
    }
    Ok(())
}

fn drawings(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_drawing = path.extension().is_some_and(|ending| ending == "svg");
        if is_drawing && path.file_stem().is_some_and(|name| name != "parts") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))
}

fn make(parts: &str, drawing: &str) -> Result<Vec<u8>> {
    let frames = frames(drawing);
    let pixels = if frames > 1 { MOVING_PIXELS } else { PIXELS };
    let drawn: Vec<Vec<u8>> =
        (0..frames).map(|frame| draw(&whole(parts, drawing, frame)?, pixels)).collect::<Result<_>>()?;
    let mut config = webp::WebPConfig::new().map_err(|()| anyhow!("no encoder"))?;
    // Flat colours: without loss, or almost, is smaller than with.
    (config.lossless, config.quality, config.near_lossless, config.method) = (1, 100.0, NEAR, 6);
    if let [still] = &drawn[..] {
        let encoder = webp::Encoder::from_rgba(still, pixels, pixels);
        let packed = encoder.encode_advanced(&config).map_err(|error| anyhow!("{error:?}"))?;
        ensure!(packed.len() <= MOST, "{} bytes are more than {MOST}", packed.len());
        return Ok(packed.to_vec());
    }
    let millis: i32 = attribute(drawing, "data-ms").context("data-ms is missing")?.parse()?;
    let mut encoder = webp::AnimEncoder::new(pixels, pixels, &config);
    encoder.set_loop_count(0);
    for (frame, drawn) in (0..).zip(&drawn) {
        encoder.add_frame(webp::AnimFrame::from_rgba(drawn, pixels, pixels, frame * millis));
    }
    // So long the last one stands.
    let last = &drawn[drawn.len() - 1];
    encoder.add_frame(webp::AnimFrame::from_rgba(last, pixels, pixels, drawn.len() as i32 * millis));
    let packed = encoder.try_encode().map_err(|error| anyhow!("{error:?}"))?;
    ensure!(packed.len() <= MOST_MOVING, "{} bytes are more than {MOST_MOVING}", packed.len());
    Ok(packed.to_vec())
}

/// How many frames a drawing has: as many as there are values between its first brackets.
fn frames(drawing: &str) -> usize {
    let values = drawing.split('[').nth(1).and_then(|rest| rest.split(']').next());
    values.map_or(1, |values| values.split_whitespace().count())
}

/// A frame of a drawing, as an SVG that needs no other file.
fn whole(parts: &str, drawing: &str, frame: usize) -> Result<String> {
    let mut text = String::new();
    for (n, piece) in drawing.split('[').enumerate() {
        if n == 0 {
            text.push_str(piece);
            continue;
        }
        let (values, rest) = piece.split_once(']').context("a bracket is not closed")?;
        let values: Vec<_> = values.split_whitespace().collect();
        text.push_str(
            values.get(frame).with_context(|| format!("[{values:?}] has no value for frame {frame}"))?,
        );
        text.push_str(rest);
    }
    let open = text.find('>').context("an svg is expected")?;
    let (root, content) = text.split_at(open + 1);
    let parts = parts.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</svg>")).context("no parts")?.0;
    Ok(format!("{root}{parts}{content}"))
}

fn attribute<'a>(drawing: &'a str, name: &str) -> Option<&'a str> {
    drawing.split_once(&format!("{name}=\""))?.1.split('"').next()
}

/// RGBA, cut out.
fn draw(svg: &str, pixels: u32) -> Result<Vec<u8>> {
    let tree = Tree::from_str(svg, &Options::default())?;
    let mut canvas = Pixmap::new(pixels, pixels).context("no room")?;
    let scale = pixels as f32 / CANVAS;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut canvas.as_mut());
    Ok(edge::cut_out(&canvas, scale))
}
