//! Lines, and what they are together.

use super::inlines::inlines;
use super::{Block, Inline};

/// Quotes in quotes, at most so deep; the sign of a deeper one stands as it was typed.
const QUOTES: usize = 4;

const FENCE: &str = "```";

/// The tree of a text.
pub fn parse(text: &str) -> Vec<Block<'_>> {
    blocks(&text.split('\n').collect::<Vec<_>>(), QUOTES)
}

fn blocks<'a>(lines: &[&'a str], quotes: usize) -> Vec<Block<'a>> {
    let (mut blocks, mut left) = (Vec::new(), lines);
    // Where a code block that began does not end, none after it does: nobody has to look again.
    let mut fences = true;
    while let Some(kind) = left.first().map(|line| kind(line, quotes)) {
        let special = match kind {
            Kind::Fence(language) if fences => {
                let code = code(language, left);
                fences = code.is_some();
                code
            }
            Kind::Quote => Some(quote(left, quotes)),
            Kind::Item(number) => Some(list(left, number)),
            Kind::Fence(_) | Kind::Other => None,
        };
        let (block, lines) = special.unwrap_or_else(|| paragraph(left, quotes, fences));
        blocks.push(block);
        left = &left[lines..];
    }
    blocks
}

/// What a line begins.
#[derive(PartialEq)]
enum Kind<'a> {
    /// A code block of this language.
    Fence(&'a str),
    Quote,
    /// A list's item, with its number where it has one.
    Item(Option<u32>),
    Other,
}

fn kind(line: &str, quotes: usize) -> Kind<'_> {
    if let Some(language) = line.strip_prefix(FENCE).filter(|language| !language.contains('`')) {
        Kind::Fence(language.trim())
    } else if quotes > 0 && line.starts_with('>') {
        Kind::Quote
    } else {
        item(line).map_or(Kind::Other, |(number, _)| Kind::Item(number))
    }
}

/// An item's number and what it says.
fn item(line: &str) -> Option<(Option<u32>, &str)> {
    if let Some(said) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some((None, said));
    }
    let (number, said) = line.split_once(". ")?;
    let is_number = (1..6).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_number)?;
    Some((Some(number), said))
}

/// A block, and of how many of the lines it is made; so for those below.
type Made<'a> = (Block<'a>, usize);

/// `None` where it has no end.
fn code<'a>(language: &'a str, lines: &[&'a str]) -> Option<Made<'a>> {
    let end = 1 + lines[1..].iter().position(|line| line.trim_end() == FENCE)?;
    Some((Block::Code { language, lines: lines[1..end].to_vec() }, end + 1))
}

fn quote<'a>(lines: &[&'a str], quotes: usize) -> Made<'a> {
    let unquoted = |line: &&'a str| line.strip_prefix('>').map(|said| said.strip_prefix(' ').unwrap_or(said));
    let said: Vec<_> = lines.iter().map_while(unquoted).collect();
    (Block::Quote(blocks(&said, quotes - 1)), said.len())
}

fn list<'a>(lines: &[&'a str], first: Option<u32>) -> Made<'a> {
    let said = |line: &&'a str| {
        item(line).filter(|(number, _)| number.is_some() == first.is_some()).map(|(_, said)| inlines(said))
    };
    let items: Vec<_> = lines.iter().map_while(said).collect();
    let taken = items.len();
    (Block::List { first, items }, taken)
}

/// The first line, whatever it is, and those after it that begin nothing else.
fn paragraph<'a>(lines: &[&'a str], quotes: usize, fences: bool) -> Made<'a> {
    let plain = |line: &&&'a str| match kind(line, quotes) {
        Kind::Fence(_) => !fences,
        kind => kind == Kind::Other,
    };
    let taken = 1 + lines[1..].iter().take_while(plain).count();
    let lines: Vec<Vec<Inline<'a>>> = lines[..taken].iter().map(|line| inlines(line)).collect();
    (Block::Paragraph(lines), taken)
}
