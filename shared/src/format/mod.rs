//! What a message's text looks like: a small Markdown, made into a tree that is never HTML.
//!
//! A text is parsed in time linear in its length, and none is refused: what is no formatting stands as it was typed.
//! What formats a part of a line ends in the same line.
//!
//! | typed | is |
//! | --- | --- |
//! | `**text**`, `*text*` or `_text_`, `~~text~~` | bold, italic, struck through |
//! | `\|\|text\|\|` | a spoiler: hidden until one asks for it |
//! | `` `text` ``, or with more backticks | code |
//! | `[text](https://…)`, and an address by itself | a link |
//! | `@name` | a mention |
//! | lines between lines of ```` ``` ```` | a code block; the first may name the language |
//! | lines that begin with `> ` | a quote, which may hold the others |
//! | lines that begin with `- ` or `* `, or `1. ` | a list |
//! | `\` before a sign | the sign itself |

mod blocks;
mod inlines;
mod links;
mod mentions;
mod plain;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use blocks::parse;
pub use links::links;
pub use mentions::{EVERYBODY, mentions, mentions_all};
pub use plain::plain;

/// A part of a text that stands below the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// Its lines.
    Paragraph(Vec<Vec<Inline<'a>>>),
    Quote(Vec<Block<'a>>),
    List {
        /// The first item's number, where they are numbered.
        first: Option<u32>,
        items: Vec<Vec<Inline<'a>>>,
    },
    Code {
        /// What was named as its language; may be empty.
        language: &'a str,
        lines: Vec<&'a str>,
    },
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline<'a> {
    Text(&'a str),
    Bold(Vec<Inline<'a>>),
    Italic(Vec<Inline<'a>>),
    Strike(Vec<Inline<'a>>),
    Spoiler(Vec<Inline<'a>>),
    Code(&'a str),
    Link {
        /// As it was typed, perhaps without `https://`; always one that leads to the web.
        address: &'a str,
        content: Vec<Inline<'a>>,
    },
    /// A name after `@`, which may be nobody's.
    Mention(&'a str),
}
