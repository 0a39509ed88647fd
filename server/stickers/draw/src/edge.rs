//! The white edge around a sticker, and a soft line around that, which shows it where everything is white.

use resvg::tiny_skia::Pixmap;

/// How wide the edge is, and the line around it, in the drawing's measure.
const EDGE: f32 = 11.0;
const LINE: f32 = 2.5;
const LINE_COLOR: [f32; 3] = [96.0, 84.0, 78.0];
const LINE_ALPHA: f32 = 0.28;
/// The steps in which colours are told apart.
const STEP: f32 = 15.0;

/// RGBA of the drawing on its edge.
pub fn cut_out(drawing: &Pixmap, scale: f32) -> Vec<u8> {
    let side = drawing.width() as usize;
    let alpha: Vec<f32> = drawing.pixels().iter().map(|pixel| f32::from(pixel.alpha()) / 255.0).collect();
    let edge = grow(&alpha, side, EDGE * scale);
    let line = grow(&alpha, side, (EDGE + LINE) * scale);
    let mut bytes = Vec::with_capacity(side * side * 4);
    for (at, pixel) in drawing.pixels().iter().enumerate() {
        // Premultiplied: the drawing over white over the line.
        let (above, white) = (alpha[at], edge[at] * (1.0 - alpha[at]));
        let below = line[at] * LINE_ALPHA * (1.0 - above - white).max(0.0);
        let sum = above + white + below;
        let channels = [pixel.red(), pixel.green(), pixel.blue()];
        for (channel, line) in channels.into_iter().zip(LINE_COLOR) {
            let value = f32::from(channel) + white * 255.0 + below * line;
            bytes.push(if sum > 0.0 { coarse(value / sum) } else { 255 });
        }
        bytes.push(coarse(sum * 255.0));
    }
    bytes
}

/// One of a few values: nobody sees which, and a sticker takes a third less.
fn coarse(value: f32) -> u8 {
    ((value / STEP).round() * STEP).clamp(0.0, 255.0) as u8
}

/// Everything within so many pixels of what there is.
fn grow(alpha: &[f32], side: usize, radius: f32) -> Vec<f32> {
    let reach = radius.ceil() as i32 + 1;
    let mut disc = Vec::new();
    for y in -reach..=reach {
        for x in -reach..=reach {
            let inside = (radius + 0.5 - ((x * x + y * y) as f32).sqrt()).clamp(0.0, 1.0);
            if inside > 0.0 {
                disc.push((x, y, inside));
            }
        }
    }
    let mut grown = vec![0.0_f32; alpha.len()];
    let side = side as i32;
    for y in 0..side {
        for x in 0..side {
            let here = alpha[(y * side + x) as usize];
            if here == 0.0 {
                continue;
            }
            for (dx, dy, inside) in &disc {
                let (to_x, to_y) = (x + dx, y + dy);
                if (0..side).contains(&to_x) && (0..side).contains(&to_y) {
                    let to = &mut grown[(to_y * side + to_x) as usize];
                    *to = to.max(here * inside);
                }
            }
        }
    }
    grown
}
