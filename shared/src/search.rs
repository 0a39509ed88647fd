//! Search: what is asked, what is found, and how a text becomes terms. Both sides cut texts the same way, so that both
//! find the same.

use serde::{Deserialize, Serialize};

use crate::media::FileKind;
use crate::message::{Body, Message};
use crate::read_by_fields;
use crate::{ConversationId, Millis, UserId};

/// `GET /api/v1/search`: messages that hold every word of `q`, each word as the beginning of one of theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct SearchQuery {
    /// May be empty where a filter is given.
    #[serde(default)]
    pub q: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "in")]
    pub conversation: Option<ConversationId>,
    /// Sent before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Millis>,
    /// Sent at this time or after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has: Option<Has>,
    /// Of the page before, to go on from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<i64>,
}

/// What a message carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Has {
    Link,
    Photo,
    Video,
    Voice,
    /// Any other file, sounds among them.
    File,
}

impl Has {
    pub const ALL: [Self; 5] = [Self::Link, Self::Photo, Self::Video, Self::Voice, Self::File];

    /// As it is written in a query.
    pub fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Photo => "photo",
            Self::Video => "video",
            Self::Voice => "voice",
            Self::File => "file",
        }
    }

    /// A term of messages that have it; no word begins with an underscore.
    pub fn term(self) -> &'static str {
        match self {
            Self::Link => "_l",
            Self::Photo => "_p",
            Self::Video => "_v",
            Self::Voice => "_o",
            Self::File => "_f",
        }
    }

    /// Whether a message has it.
    pub fn is_in(self, body: &Body) -> bool {
        self == Self::Link && body.words().is_some_and(has_link)
            || body.files().iter().any(|file| self.is(file.kind))
    }

    /// Whether a file is one.
    pub fn is(self, kind: FileKind) -> bool {
        match kind {
            FileKind::Photo => self == Self::Photo,
            FileKind::Video => self == Self::Video,
            FileKind::Voice => self == Self::Voice,
            FileKind::Audio | FileKind::File => self == Self::File,
        }
    }
}

/// What was found, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResults {
    pub messages: Vec<Message>,
    /// Where to go on; `None` at the end.
    pub cursor: Option<i64>,
}

read_by_fields!(SearchResults { cursor }[messages]);

/// The terms of a text that was folded: compatibility decomposed, without its marks, in lower case. A word is a term;
/// where words are not told apart by spaces (CJK), each character is.
pub fn terms(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).flat_map(pieces)
}

/// What a message is found by, its text being folded: what it has, and the terms of what it says.
pub fn found_by<'a>(body: &Body, folded: &'a str) -> impl Iterator<Item = &'a str> {
    let has = Has::ALL.into_iter().filter(|has| has.is_in(body)).map(|has| -> &'a str { has.term() });
    has.chain(terms(folded))
}

/// Whether a folded text holds what a folded query asks for: each word as the beginning of one of its own, and what is
/// written without spaces as it stands.
pub fn matches(folded: &str, query: &str) -> bool {
    let mut asked = query.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    asked.all(|word| {
        let apart = word.chars().next().is_some_and(is_apart);
        folded.match_indices(word).any(|(at, _)| {
            let before = folded[..at].chars().next_back();
            apart || before.is_none_or(|before| !before.is_alphanumeric() || is_apart(before))
        })
    })
}

/// Whether a text holds a link.
pub fn has_link(text: &str) -> bool {
    text.contains("http://") || text.contains("https://")
}

/// A run of letters and digits, cut where a character stands for itself.
fn pieces(run: &str) -> impl Iterator<Item = &str> {
    let mut left = run;
    std::iter::from_fn(move || {
        let first = left.chars().next()?;
        let end = if is_apart(first) { first.len_utf8() } else { left.find(is_apart).unwrap_or(left.len()) };
        let (piece, rest) = left.split_at(end);
        left = rest;
        Some(piece)
    })
}

/// Characters of scripts that leave no space between words: Han, Hiragana, Katakana, Hangul whole and as it decomposes,
/// Bopomofo, Thai, Lao, Khmer, Myanmar.
fn is_apart(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{3040}'..='\u{318f}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        terms(text).collect()
    }

    #[test]
    fn a_text_is_cut_into_words() {
        assert_eq!(cut("meet me, at 6 o'clock!"), ["meet", "me", "at", "6", "o", "clock"]);
        assert_eq!(cut(" ... "), [""; 0]);
    }

    #[test]
    fn what_knows_no_spaces_is_cut_into_characters() {
        assert_eq!(cut("你好 kith吧"), ["你", "好", "kith", "吧"]);
    }

    #[test]
    fn a_word_is_found_by_its_beginning_and_not_by_its_middle() {
        assert!(matches("the harbour at six", "harb six"));
        assert!(!matches("the harbour at six", "bour"));
        assert!(matches("the harbour at six", "  "));
        assert!(!matches("the harbour at six", "harbour seven"));
    }

    #[test]
    fn characters_have_to_stand_together() {
        assert!(matches("我们明天见", "明天"));
        assert!(!matches("天明", "明天"));
    }
}
