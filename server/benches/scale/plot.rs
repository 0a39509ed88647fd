//! A curve as an SVG that reads well in light and dark: how much there is across, by powers of ten, and what it costs up.

use std::fmt::Write;

use crate::curves::Curve;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 48.0;
const TOP: f64 = 28.0;
const RIGHT: f64 = 40.0;
/// Lines across.
const STEPS: u32 = 4;

pub fn svg(curve: &Curve) -> String {
    let top = ceiling(curve.points.iter().map(|point| point.1).fold(0.0, f64::max));
    let (first, last) = ends(&curve.points);
    let x = |much: f64| LEFT + (much / first).log10() / (last / first).log10() * (WIDTH - LEFT - RIGHT);
    let y = |cost: f64| HEIGHT - BOTTOM - cost / top * (HEIGHT - BOTTOM - TOP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"12\">\n<style>text{{fill:#5b6b6b}}line{{stroke:#5b6b6b55}}polyline{{fill:none;stroke:#0e6b66;stroke-width:2}}\
         circle{{fill:#0e6b66}}@media(prefers-color-scheme:dark){{text{{fill:#9fb0af}}polyline{{stroke:#5fd0c5}}\
         circle{{fill:#5fd0c5}}}}</style>\n<text x=\"8\" y=\"16\">µs of processor time a message</text>\n"
    );
    for step in 0..=STEPS {
        let cost = top * f64::from(step) / f64::from(STEPS);
        let (at, right) = (y(cost), WIDTH - RIGHT);
        let _ = writeln!(svg, "<line x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{cost:.0}</text>",
            LEFT - 8.0,
            at + 4.0
        );
    }
    let points: Vec<_> = curve.points.iter().map(|(much, cost)| (x(*much), y(*cost), *much)).collect();
    let line: Vec<_> = points.iter().map(|(x, y, _)| format!("{x:.1},{y:.1}")).collect();
    let _ = writeln!(svg, "<polyline points=\"{}\"/>", line.join(" "));
    for (x, y, much) in points {
        let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>");
        let under = HEIGHT - BOTTOM + 18.0;
        let _ =
            writeln!(svg, "<text x=\"{x:.1}\" y=\"{under}\" text-anchor=\"middle\">{}</text>", grouped(much));
    }
    let (middle, under) = ((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10.0);
    let _ = writeln!(
        svg,
        "<text x=\"{middle}\" y=\"{under}\" text-anchor=\"middle\">{}</text>\n</svg>",
        curve.more
    );
    svg
}

fn ends(points: &[(f64, f64)]) -> (f64, f64) {
    match (points.first(), points.last()) {
        (Some(first), Some(last)) => (first.0, last.0),
        _ => (1.0, 10.0),
    }
}

/// The next round number above it, some room left.
fn ceiling(most: f64) -> f64 {
    let unit = 10_f64.powf(most.max(1.0).log10().floor());
    [2.0, 4.0, 8.0, 12.0]
        .into_iter()
        .map(|times| times * unit)
        .find(|top| *top >= most * 1.1)
        .unwrap_or(20.0 * unit)
}

/// `10,000`
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
