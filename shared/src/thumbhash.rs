//! Thumbhash: some 25 bytes that stand for a picture until it is there. <https://evanw.github.io/thumbhash>
//!
//! A picture is cut into how bright it is, two differences of colour, and how opaque it is; of each the lowest waves of a
//! cosine transform are kept, in four bits each.

use std::f32::consts::PI;

/// Pixels of the longer side of what a hash is made of, at most; and of what is made of a hash.
pub const MOST: u32 = 100;
const DRAWN: f32 = 32.0;

/// A picture of so many pixels, four bytes each: red, green, blue and how opaque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    pub rgba: Vec<u8>,
}

/// One of the four, as its waves.
struct Waves {
    mean: f32,
    /// Of the largest.
    scale: f32,
    /// In parts of `scale`.
    waves: Vec<f32>,
}

/// `None` for no picture, one of more than [`MOST`] pixels a side, or with too few bytes.
pub fn make(Pixels { width, height, rgba }: &Pixels) -> Option<Vec<u8>> {
    let (width, height) = (*width, *height);
    let pixels = usize::try_from(width.checked_mul(height)?).ok()?;
    if pixels == 0 || width.max(height) > MOST || rgba.len() != pixels * 4 {
        return None;
    }
    let [light, warm, red, opaque] = channels(rgba);
    let is_clear = opaque.iter().any(|opaque| *opaque < 1.0);
    let most = if is_clear { 5.0 } else { 7.0 };
    let (w, h) = (width as f32, height as f32);
    let side = |side: f32| ((most * side / w.max(h)).round() as usize).max(1);
    let (across, down) = (side(w), side(h));
    let transform = |channel: &[f32], across, down| waves(channel, (width, height), (across, down));
    let l = transform(&light, across.max(3), down.max(3));
    let (p, q) = (transform(&warm, 3, 3), transform(&red, 3, 3));
    let a = is_clear.then(|| transform(&opaque, 5, 5));
    let lies = width > height;
    let first = bits(63.0 * l.mean)
        | bits(31.5 + 31.5 * p.mean) << 6
        | bits(31.5 + 31.5 * q.mean) << 12
        | bits(31.0 * l.scale) << 18
        | u32::from(is_clear) << 23;
    let shorter = if lies { down } else { across } as u32;
    let second = shorter | bits(63.0 * p.scale) << 3 | bits(63.0 * q.scale) << 9 | u32::from(lies) << 15;
    let mut hash = first.to_le_bytes()[..3].to_vec();
    hash.extend_from_slice(&second.to_le_bytes()[..2]);
    if let Some(a) = &a {
        hash.push((bits(15.0 * a.mean) | bits(15.0 * a.scale) << 4) as u8);
    }
    let all = [&l, &p, &q].into_iter().chain(&a).flat_map(|channel| &channel.waves);
    let nibbles: Vec<u8> = all.map(|wave| bits(15.0 * wave) as u8).collect();
    hash.extend(nibbles.chunks(2).map(|pair| pair[0] | pair.get(1).unwrap_or(&0) << 4));
    Some(hash)
}

fn bits(value: f32) -> u32 {
    value.round() as u32
}

/// What shines through is taken to be the mean of the rest.
fn channels(rgba: &[u8]) -> [Vec<f32>; 4] {
    let part = |byte: u8| f32::from(byte) / 255.0;
    let (pixels, _) = rgba.as_chunks::<4>();
    let (mut mean, mut sum) = ([0.0; 3], 0.0);
    for [colour @ .., opaque] in pixels {
        sum += part(*opaque);
        for (mean, colour) in mean.iter_mut().zip(colour) {
            *mean += part(*opaque) * part(*colour);
        }
    }
    if sum > 0.0 {
        mean.iter_mut().for_each(|mean| *mean /= sum);
    }
    let mut channels: [Vec<f32>; 4] = Default::default();
    for [r, g, b, opaque] in pixels {
        let opaque = part(*opaque);
        let [r, g, b] = [(*r, mean[0]), (*g, mean[1]), (*b, mean[2])]
            .map(|(colour, mean)| mean * (1.0 - opaque) + opaque * part(colour));
        let values = [(r + g + b) / 3.0, (r + g) / 2.0 - b, r - g, opaque];
        channels.iter_mut().zip(values).for_each(|(channel, value)| channel.push(value));
    }
    channels
}

/// The waves that are kept of so many across and down: a triangle of the lowest.
fn kept(across: usize, down: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..down).flat_map(move |y| {
        (0..across).take_while(move |x| x * down < across * (down - y)).map(move |x| (x, y))
    })
}

fn waves(channel: &[f32], (width, height): (u32, u32), (across, down): (usize, usize)) -> Waves {
    let (columns, rows) = (cosines(width, across), cosines(height, down));
    let (w, pixels) = (width as usize, channel.len() as f32);
    let strength = |(x, y): (usize, usize)| {
        let row = |(row, line): (usize, &[f32])| {
            let sum: f32 = line.iter().zip(&columns[x]).map(|(value, cosine)| value * cosine).sum();
            sum * rows[y][row]
        };
        channel.chunks(w).enumerate().map(row).sum::<f32>() / pixels
    };
    let mut all = kept(across, down).map(strength);
    let mean = all.next().unwrap_or_default();
    let waves: Vec<f32> = all.collect();
    let scale = waves.iter().fold(0.0_f32, |scale, wave| scale.max(wave.abs()));
    let part = |wave: &f32| if scale > 0.0 { 0.5 + 0.5 / scale * wave } else { 0.0 };
    Waves { mean, scale, waves: waves.iter().map(part).collect() }
}

/// The first `waves` waves over `length` pixels.
fn cosines(length: u32, waves: usize) -> Vec<Vec<f32>> {
    let wave = |wave: usize| {
        (0..length).map(|pixel| (PI / length as f32 * wave as f32 * (pixel as f32 + 0.5)).cos()).collect()
    };
    (0..waves).map(wave).collect()
}

/// What a hash stands for, at most 32 pixels a side. `None` for what is no hash.
pub fn draw(hash: &[u8]) -> Option<Pixels> {
    let [a, b, c, d, e, rest @ ..] = hash else { return None };
    let (first, second) = (u32::from_le_bytes([*a, *b, *c, 0]), u32::from(u16::from_le_bytes([*d, *e])));
    let part = |bits: u32, from: u32, count: u32| (bits >> from & ((1 << count) - 1)) as f32;
    let (is_clear, lies) = (first >> 23 != 0, second >> 15 != 0);
    let (longer, shorter) = (if is_clear { 5 } else { 7 }, (second & 7).max(1) as usize);
    let (across, down) = if lies { (longer, shorter) } else { (shorter, longer) };
    let (opaque, rest) = match rest {
        [opaque, rest @ ..] if is_clear => (u32::from(*opaque), rest),
        rest => (0xf, rest),
    };
    let mut nibbles = rest.iter().flat_map(|byte| [byte & 15, byte >> 4]);
    let mut channel = |mean: f32, scale: f32, (across, down): (usize, usize)| {
        let count = kept(across, down).count() - 1;
        let waves: Vec<f32> =
            nibbles.by_ref().take(count).map(|wave| (f32::from(wave) / 7.5 - 1.0) * scale).collect();
        (waves.len() == count).then_some((mean, waves, (across, down)))
    };
    let vivid = 1.25;
    let l = channel(part(first, 0, 6) / 63.0, part(first, 18, 5) / 31.0, (across.max(3), down.max(3)))?;
    let p = channel(part(first, 6, 6) / 31.5 - 1.0, part(second, 3, 6) / 63.0 * vivid, (3, 3))?;
    let q = channel(part(first, 12, 6) / 31.5 - 1.0, part(second, 9, 6) / 63.0 * vivid, (3, 3))?;
    let a = is_clear.then(|| channel(part(opaque, 0, 4) / 15.0, part(opaque, 4, 4) / 15.0, (5, 5)));
    let a = a.map_or(Some((1.0, Vec::new(), (1, 1))), |a| a)?;
    let ratio = across as f32 / down as f32;
    let side = |part: f32| (DRAWN * part.min(1.0)).round() as u32;
    let (width, height) = (side(ratio), side(1.0 / ratio));
    Some(paint(width, height, &[l, p, q, a]))
}

type Channel = (f32, Vec<f32>, (usize, usize));

fn paint(width: u32, height: u32, channels: &[Channel; 4]) -> Pixels {
    let (columns, rows) = (cosines(width, 7), cosines(height, 7));
    let mut rgba = Vec::with_capacity((width * height * 4) as usize);
    let places = (0..height as usize).flat_map(|y| (0..width as usize).map(move |x| (x, y)));
    for (x, y) in places {
        let value = |(mean, waves, (across, down)): &Channel| {
            let kept = kept(*across, *down).skip(1).zip(waves);
            // Each wave counts twice: only the mean stands for itself.
            let sum = |sum: f32, ((column, row), wave): ((usize, usize), &f32)| {
                sum + wave * columns[column][x] * rows[row][y] * 2.0
            };
            kept.fold(*mean, sum)
        };
        let [l, p, q, a] = [0, 1, 2, 3].map(|channel| value(&channels[channel]));
        let b = l - 2.0 / 3.0 * p;
        let r = (3.0 * l - b + q) / 2.0;
        rgba.extend([r, r - q, b, a].map(|value| (255.0 * value.clamp(0.0, 1.0)) as u8));
    }
    Pixels { width, height, rgba }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 4]) -> Pixels {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Pixels { width, height, rgba: places.flat_map(|(x, y)| colour(x, y)).collect() }
    }

    fn near(one: u8, other: u8) -> bool {
        one.abs_diff(other) < 40
    }

    #[test]
    fn a_picture_is_known_again_in_what_its_hash_stands_for() {
        // The sky above the sea, which is brighter on the left.
        let sea =
            picture(60, 40, |x, y| if y < 20 { [120, 180, 250, 255] } else { [200 - x as u8, 60, 40, 255] });
        let hash = make(&sea).unwrap();
        assert!(hash.len() <= crate::limits::THUMBHASH_BYTES, "{}", hash.len());
        let drawn = draw(&hash).unwrap();
        assert_eq!((drawn.width, drawn.height), (32, 23));
        let at = |x: u32, y: u32| {
            let place = ((y * drawn.width + x) * 4) as usize;
            [drawn.rgba[place], drawn.rgba[place + 1], drawn.rgba[place + 2]]
        };
        let (sky, left, right) = (at(16, 3), at(3, 19), at(28, 19));
        assert!(near(sky[0], 120) && near(sky[2], 250), "{sky:?}");
        assert!(left[0] > left[2] && left[0] > right[0], "{left:?} {right:?}");
        assert!(drawn.rgba.chunks(4).all(|pixel| pixel[3] == 255));
    }

    #[test]
    fn what_shines_through_still_does() {
        let ring =
            picture(50, 50, |x, y| [250, 20, 20, if x.abs_diff(25) + y.abs_diff(25) < 15 { 255 } else { 0 }]);
        let drawn = draw(&make(&ring).unwrap()).unwrap();
        let opaque = |x: u32, y: u32| drawn.rgba[((y * drawn.width + x) * 4 + 3) as usize];
        assert!(opaque(16, 16) > 150 && opaque(1, 1) < 60, "{} {}", opaque(16, 16), opaque(1, 1));
    }

    #[test]
    fn what_is_no_picture_has_no_hash_and_what_is_no_hash_no_picture() {
        for (width, height, bytes) in [(0, 5, 0), (101, 1, 404), (2, 2, 15)] {
            assert_eq!(make(&Pixels { width, height, rgba: vec![0; bytes] }), None);
        }
        for length in 0..12 {
            assert_eq!(draw(&vec![0xff; length]), None, "{length}");
        }
        for first in 0..=255 {
            // Whatever it says, it is drawn or not, and nothing else.
            let _ = draw(&[
                first, 255, first, first, first, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
            ]);
        }
    }
}
