//! Where a text links to. What stands in a quote was somebody else's, and what is hidden or code is to be left alone.

use super::{Block, Inline, parse};

/// The addresses a text links to, in its order: those with `http://` or `https://`, for what has none may only look like
/// one.
pub fn links(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    // Most texts link nowhere, and need not be parsed to say so.
    if text.contains("://") {
        for block in &parse(text) {
            match block {
                Block::Paragraph(lines) | Block::List { items: lines, .. } => {
                    lines.iter().for_each(|line| in_line(line, &mut found));
                }
                Block::Quote(_) | Block::Code { .. } => {}
            }
        }
    }
    found
}

fn in_line<'a>(parts: &[Inline<'a>], found: &mut Vec<&'a str>) {
    for part in parts {
        match part {
            Inline::Link { address, .. } if address.contains("://") => found.push(*address),
            Inline::Bold(content) | Inline::Italic(content) | Inline::Strike(content) => {
                in_line(content, found);
            }
            Inline::Link { .. }
            | Inline::Spoiler(_)
            | Inline::Text(_)
            | Inline::Code(_)
            | Inline::Mention(_) => {}
        }
    }
}
