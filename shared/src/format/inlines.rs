//! What stands in a line.
//!
//! The line is gone through once. What was opened and may still be closed lies on a stack, each mark on it at most once:
//! so it is never deep, and what is closed moves what lies above it no more often than that.

use linkify::{LinkFinder, LinkKind};

use super::Inline;

/// What is around a formatted part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// The outermost, which is no part.
    Line,
    Bold,
    /// `*`
    Star,
    /// `_`
    Underscore,
    Strike,
    Spoiler,
    /// `[`
    Label,
}

struct Open<'a> {
    mark: Mark,
    /// What opened it.
    typed: &'a str,
    content: Vec<Inline<'a>>,
}

struct Reader<'a> {
    line: &'a str,
    at: usize,
    /// Where what was read and is nowhere yet begins.
    since: usize,
    /// Never empty: the line itself is the first.
    open: Vec<Open<'a>>,
    /// Addresses by themselves, by where they begin and end, the last first.
    addresses: Vec<(usize, usize)>,
    /// Where runs of backticks begin, how long they are, and where the next one of that length begins; the last first.
    ticks: Vec<(usize, usize, Option<usize>)>,
}

pub(super) fn inlines(line: &str) -> Vec<Inline<'_>> {
    let open = vec![Open { mark: Mark::Line, typed: "", content: Vec::new() }];
    let (addresses, ticks) = (addresses(line), ticks(line));
    let mut reader = Reader { line, at: 0, since: 0, open, addresses, ticks };
    while let Some(byte) = reader.line.as_bytes().get(reader.at) {
        reader.step(*byte);
    }
    reader.flush();
    reader.dissolve(1);
    reader.open.pop().map(|line| line.content).unwrap_or_default()
}

impl<'a> Reader<'a> {
    fn step(&mut self, byte: u8) {
        while self.addresses.last().is_some_and(|(_, end)| *end <= self.at) {
            self.addresses.pop();
        }
        match self.addresses.last() {
            Some((start, end)) if *start == self.at => return self.address(*end),
            _ => {}
        }
        match byte {
            b'*' | b'_' | b'~' | b'|' => self.marks(byte),
            b'`' => self.code(),
            b'[' if !self.is_open(Mark::Label) => self.open(Mark::Label, 1),
            b']' => self.label_ends(),
            b'@' => self.mention(),
            b'\\' if self.line.as_bytes().get(self.at + 1).is_some_and(u8::is_ascii_punctuation) => {
                self.flush();
                self.since = self.at + 1;
                self.at += 2;
            }
            _ => self.at += 1,
        }
    }

    fn is_open(&self, mark: Mark) -> bool {
        self.open.iter().any(|open| open.mark == mark)
    }

    fn put(&mut self, inline: Inline<'a>) {
        if let Some(open) = self.open.last_mut() {
            open.content.push(inline);
        }
    }

    /// What was read and is nowhere yet is text.
    fn flush(&mut self) {
        let text = &self.line[self.since..self.at];
        self.since = self.at;
        self.put_text(text);
    }

    fn put_text(&mut self, text: &'a str) {
        let (line, content) = (self.line, self.open.last_mut().map(|open| &mut open.content));
        match content {
            Some(content) if !text.is_empty() => {
                let start = text.as_ptr().addr() - line.as_ptr().addr();
                match content.last_mut() {
                    // What lies next to each other is one text.
                    Some(Inline::Text(before)) if end(line, before) == start => {
                        *before = &line[start - before.len()..start + text.len()];
                    }
                    _ => content.push(Inline::Text(text)),
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, mark: Mark, length: usize) {
        self.flush();
        let typed = &self.line[self.at..self.at + length];
        self.open.push(Open { mark, typed, content: Vec::new() });
        self.at += length;
        self.since = self.at;
    }

    /// What is open from `depth` on never closes: it stands as it was typed.
    fn dissolve(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(Open { typed, content, .. }) = self.open.pop() else { return };
            self.put_text(typed);
            for inline in content {
                match inline {
                    Inline::Text(text) => self.put_text(text),
                    other => self.put(other),
                }
            }
        }
    }

    /// Closes what was opened with this mark last; `length` is what closes it.
    fn close(&mut self, mark: Mark, length: usize, part: impl FnOnce(Vec<Inline<'a>>) -> Inline<'a>) {
        let Some(depth) = self.open.iter().rposition(|open| open.mark == mark) else { return };
        self.flush();
        self.dissolve(depth + 1);
        if let Some(Open { content, .. }) = self.open.pop() {
            self.put(part(content));
        }
        self.at += length;
        self.since = self.at;
    }

    /// A run of one of the signs that stand around what they format: closes what it can, and opens what is left of it.
    fn marks(&mut self, sign: u8) {
        let run = self.line.as_bytes()[self.at..].iter().take_while(|byte| **byte == sign).count();
        let (known, end) = (known(sign, run), self.at + run);
        let (opens, closes) = self.sides(sign, run);
        let fits = |reader: &Self, length: usize| reader.at + length <= end;
        while let Some((mark, length)) =
            self.innermost(known).filter(|(_, length)| closes && fits(self, *length))
        {
            self.close(mark, length, |content| match mark {
                Mark::Bold => Inline::Bold(content),
                Mark::Strike => Inline::Strike(content),
                Mark::Spoiler => Inline::Spoiler(content),
                _ => Inline::Italic(content),
            });
        }
        for &(mark, length) in known {
            if opens && fits(self, length) && !self.is_open(mark) {
                self.open(mark, length);
            }
        }
        self.at = end;
    }

    /// Of the marks of a sign the one that was opened last.
    fn innermost(&self, known: &[(Mark, usize)]) -> Option<(Mark, usize)> {
        let of = |open: &Open<'_>| known.iter().find(|(mark, _)| *mark == open.mark).copied();
        self.open.iter().rev().find_map(of)
    }

    /// Whether a run may open and may close: what it formats begins and ends with what is no space, and neither
    /// `snake_case` nor `2*3*4` is formatting.
    fn sides(&self, sign: u8, run: usize) -> (bool, bool) {
        let before = self.line[..self.at].chars().next_back();
        let after = self.line[self.at + run..].chars().next();
        let is_word = |c: Option<char>| match sign {
            b'_' => c.is_some_and(char::is_alphanumeric),
            b'*' if run == 1 => c.is_some_and(|c| c.is_ascii_alphanumeric()),
            _ => false,
        };
        let is_there = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        let (within, underscore) = (is_word(before) && is_word(after), sign == b'_');
        let opens = is_there(after) && !within && !(underscore && is_word(before));
        let closes = is_there(before) && !within && !(underscore && is_word(after));
        (opens, closes)
    }

    /// From a run of backticks to the next of the same length.
    fn code(&mut self) {
        while self.ticks.last().is_some_and(|(start, ..)| *start < self.at) {
            self.ticks.pop();
        }
        match self.ticks.last().copied() {
            Some((start, length, Some(end))) if start == self.at => {
                self.flush();
                let code = &self.line[start + length..end];
                // A space on both sides keeps a backtick in the code from those around it.
                let inner = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
                self.put(Inline::Code(inner.filter(|code| !code.trim().is_empty()).unwrap_or(code)));
                self.at = end + length;
                self.since = self.at;
            }
            Some((start, length, _)) if start == self.at => self.at += length,
            _ => self.at += 1,
        }
    }

    /// `](address)` makes a link of what has stood in brackets; anything else leaves them what they are.
    fn label_ends(&mut self) {
        let Some(depth) = self.open.iter().rposition(|open| open.mark == Mark::Label) else {
            self.at += 1;
            return;
        };
        let target = self.line[self.at + 1..].strip_prefix('(').and_then(|rest| {
            let length =
                rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | '[' | ']' | '<' | '>'))?;
            rest[length..].starts_with(')').then(|| &rest[..length])
        });
        let labelled = self.since < self.at || self.open.last().is_some_and(|open| !open.content.is_empty());
        match target.filter(|address| labelled && leads_to_the_web(address)) {
            Some(address) => {
                self.close(Mark::Label, address.len() + 3, |content| Inline::Link { address, content });
            }
            None => {
                self.flush();
                self.dissolve(depth);
                self.at += 1;
            }
        }
    }

    fn address(&mut self, end: usize) {
        let address = &self.line[self.at..end];
        // In a label it is what the label says.
        if !self.is_open(Mark::Label) {
            self.flush();
            self.put(Inline::Link { address, content: vec![Inline::Text(address)] });
            self.since = end;
        }
        self.at = end;
    }

    fn mention(&mut self) {
        let name = name(&self.line[self.at + 1..]);
        let apart = self.line[..self.at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        if apart && !name.is_empty() {
            self.flush();
            self.put(Inline::Mention(name));
            self.since = self.at + 1 + name.len();
        }
        self.at += 1 + name.len();
    }
}

/// What a run of a sign may be, and how many of it each takes.
fn known(sign: u8, run: usize) -> &'static [(Mark, usize)] {
    match (sign, run) {
        (b'*', 1) => &[(Mark::Star, 1)],
        (b'*', 2) => &[(Mark::Bold, 2)],
        (b'*', 3) => &[(Mark::Bold, 2), (Mark::Star, 1)],
        (b'_', 1) => &[(Mark::Underscore, 1)],
        (b'~', 2) => &[(Mark::Strike, 2)],
        (b'|', 2) => &[(Mark::Spoiler, 2)],
        _ => &[],
    }
}

/// Where in the line a part of it ends.
fn end(line: &str, part: &str) -> usize {
    part.as_ptr().addr() - line.as_ptr().addr() + part.len()
}

/// The name a text begins with: what may stand in a username, without a full stop that ends a sentence.
fn name(text: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', '-'])
}

fn addresses(line: &str) -> Vec<(usize, usize)> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    let mut found: Vec<_> = finder
        .links(line)
        .filter(|link| leads_to_the_web(link.as_str()))
        // Signs at its end stand around it.
        .map(|link| (link.start(), link.start() + link.as_str().trim_end_matches(['*', '_', '~', '|']).len()))
        .collect();
    found.reverse();
    found
}

/// Whether an address is one that should be followed from a chat.
fn leads_to_the_web(address: &str) -> bool {
    match address.split_once("://") {
        Some((scheme, rest)) => {
            !rest.is_empty() && (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
        }
        // What has a colon before its first dot may be another scheme.
        None => address
            .split_once('.')
            .is_some_and(|(host, rest)| !host.contains([':', '/', '\\']) && !rest.is_empty()),
    }
}

fn ticks(line: &str) -> Vec<(usize, usize, Option<usize>)> {
    let (bytes, mut runs) = (line.as_bytes(), Vec::new());
    let mut before = bytes.len();
    // From the end: by then it is known where the next run of each length begins.
    let mut next: Vec<Option<usize>> = Vec::new();
    while let Some(last) = bytes[..before].iter().rposition(|byte| *byte == b'`') {
        let start = bytes[..last].iter().rposition(|byte| *byte != b'`').map_or(0, |other| other + 1);
        let length = last + 1 - start;
        if next.len() <= length {
            next.resize(length + 1, None);
        }
        runs.push((start, length, next[length].replace(start)));
        before = start;
    }
    runs
}
