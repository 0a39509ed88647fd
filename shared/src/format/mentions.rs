//! Whom a text mentions. A name in a piece of code is no mention, and one in a quote was somebody else's.

use super::{Block, Inline, parse};

/// Mentions everybody in a group, where one may: nobody can have it as a username.
pub const EVERYBODY: &str = "all";

/// Whether a text mentions the user.
pub fn mentions(text: &str, username: &str) -> bool {
    // Most texts mention nobody, and need not be parsed to say so.
    text.contains('@') && in_blocks(&parse(text), username)
}

/// Whether a text mentions everybody.
pub fn mentions_all(text: &str) -> bool {
    mentions(text, EVERYBODY)
}

fn in_blocks(blocks: &[Block<'_>], username: &str) -> bool {
    blocks.iter().any(|block| match block {
        Block::Paragraph(lines) | Block::List { items: lines, .. } => {
            lines.iter().any(|line| in_line(line, username))
        }
        Block::Quote(_) | Block::Code { .. } => false,
    })
}

fn in_line(parts: &[Inline<'_>], username: &str) -> bool {
    parts.iter().any(|part| match part {
        Inline::Mention(name) => name.eq_ignore_ascii_case(username),
        Inline::Bold(content) | Inline::Italic(content) | Inline::Strike(content) => {
            in_line(content, username)
        }
        Inline::Spoiler(content) | Inline::Link { content, .. } => in_line(content, username),
        Inline::Text(_) | Inline::Code(_) => false,
    })
}
