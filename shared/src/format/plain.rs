//! A text without its formatting, for where there is no room for it.

use std::borrow::Cow;

use super::{Block, Inline, parse};

/// Stands for what is hidden until one asks for it.
const HIDDEN: &str = "▒▒▒";

/// What a text says, in one line.
pub fn plain(text: &str) -> Cow<'_, str> {
    let begins = |c: char| matches!(c, '>' | '-') || c.is_ascii_digit();
    if !text.starts_with(begins) && !text.contains(['*', '_', '~', '|', '`', '[', '\\', '\n']) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    blocks(&parse(text), &mut plain);
    Cow::Owned(plain)
}

fn blocks(blocks: &[Block<'_>], to: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(lines) | Block::List { items: lines, .. } => {
                for line in lines {
                    apart(to);
                    inlines(line, to);
                }
            }
            Block::Quote(quoted) => self::blocks(quoted, to),
            Block::Code { lines, .. } => {
                for line in lines {
                    apart(to);
                    to.push_str(line);
                }
            }
        }
    }
}

fn apart(to: &mut String) {
    if !to.is_empty() && !to.ends_with(' ') {
        to.push(' ');
    }
}

fn inlines(parts: &[Inline<'_>], to: &mut String) {
    for part in parts {
        match part {
            Inline::Text(text) | Inline::Code(text) => to.push_str(text),
            Inline::Bold(content) | Inline::Italic(content) | Inline::Strike(content) => inlines(content, to),
            Inline::Link { content, .. } => inlines(content, to),
            Inline::Spoiler(_) => to.push_str(HIDDEN),
            Inline::Mention(name) => {
                to.push('@');
                to.push_str(name);
            }
        }
    }
}
