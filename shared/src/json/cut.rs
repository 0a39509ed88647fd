//! Cutting a JSON text into the texts of its parts. It finds where each part ends and no more: whether it is right is
//! found out by who reads it, and nobody does where it is not wanted.

use std::borrow::Cow;

/// An object's names and values, in their order; the names still in their quotes.
pub(super) fn fields(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut rest = inside(text, '{', '}')?;
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let (name, after) = part(rest)?;
        let (value, after) = part(after.strip_prefix(':')?.trim_ascii_start())?;
        fields.push((name, value));
        rest = next(after)?;
    }
    Some(fields)
}

/// An array's items, in their order.
pub(super) fn items(text: &str) -> Option<Vec<&str>> {
    let mut rest = inside(text, '[', ']')?;
    let mut items = Vec::new();
    while !rest.is_empty() {
        let (item, after) = part(rest)?;
        items.push(item);
        rest = next(after)?;
    }
    Some(items)
}

/// What a string says.
pub(super) fn string(text: &str) -> Option<Cow<'_, str>> {
    let inside = inside_quotes(text)?;
    if inside.contains('\\') { unescape(inside).map(Cow::Owned) } else { Some(Cow::Borrowed(inside)) }
}

fn inside_quotes(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

fn inside(text: &str, open: char, close: char) -> Option<&str> {
    Some(text.strip_prefix(open)?.strip_suffix(close)?.trim_ascii())
}

/// What comes after a part: another one after a comma, or nothing.
fn next(after: &str) -> Option<&str> {
    if after.is_empty() {
        return Some(after);
    }
    let rest = after.strip_prefix(',')?.trim_ascii_start();
    (!rest.is_empty()).then_some(rest)
}

/// The value at the start, and what comes after it and the space behind it.
fn part(text: &str) -> Option<(&str, &str)> {
    let (value, after) = text.split_at_checked(length(text.as_bytes())?)?;
    (!value.is_empty()).then_some((value, after.trim_ascii_start()))
}

/// How long the value at the start is.
fn length(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0);
    loop {
        match text.get(at) {
            Some(b'"') => at += quoted(text.get(at..)?)?,
            Some(b'{' | b'[') => {
                depth += 1;
                at += 1;
            }
            Some(b'}' | b']') if depth > 0 => {
                depth -= 1;
                at += 1;
            }
            Some(byte) if depth > 0 || !(byte.is_ascii_whitespace() || b",:]}".contains(byte)) => {
                at += 1;
                continue;
            }
            None if depth > 0 => return None,
            // A number, true, false or null ends with the text, or before what is none of it.
            _ => return Some(at),
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// How long the string at the start is, with its quotes.
fn quoted(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn unescape(text: &str) -> Option<String> {
    let mut said = String::with_capacity(text.len());
    let mut parts = text.split('\\');
    said.push_str(parts.next()?);
    while let Some(part) = parts.next() {
        // Two of them are one, and what follows stands for itself.
        let Some(&escape) = part.as_bytes().first() else {
            said.push('\\');
            said.push_str(parts.next()?);
            continue;
        };
        let mut rest = part.get(1..)?;
        said.push(match escape {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let unit = unit(rest)?;
                rest = rest.get(4..)?;
                if (0xd800..0xdc00).contains(&unit) && rest.is_empty() {
                    // The second half of a character beyond the first 65,536.
                    let second = parts.next()?.strip_prefix('u')?;
                    rest = second.get(4..)?;
                    char::decode_utf16([unit, self::unit(second)?]).next()?.ok()?
                } else {
                    char::from_u32(unit.into())?
                }
            }
            b'"' | b'/' => escape.into(),
            _ => return None,
        });
        said.push_str(rest);
    }
    Some(said)
}

fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.get(..4)?, 16).ok()
}
