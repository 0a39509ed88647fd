//! What every chat has: people, rooms, and what was said in them. Each format is read into this, and written from it.

use std::collections::HashMap;

use kith_shared::format::plain;
use kith_shared::{Millis, limits, validate};
use serde::{Deserialize, Deserializer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::error::Result;

/// The usernames that people have here, by their keys.
pub type Names = HashMap<String, String>;

#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Person {
    /// What the format calls them by, once and for all.
    pub key: String,
    /// Of any form: it is made one that is valid.
    pub username: String,
    pub display_name: String,
    pub bot: bool,
    /// Whose account there is no more: what they said needs them as a member, or nobody knows who it was.
    pub gone: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Group,
    /// Of two.
    Direct,
    /// Of one who writes to themselves.
    Notes,
}

#[derive(Clone, Debug)]
pub struct Room {
    pub key: String,
    pub kind: Kind,
    /// Of a group.
    pub title: String,
    pub description: String,
    /// The one who made it, by key.
    pub creator: Option<String>,
    /// By key. Where there are none, whoever wrote there is.
    pub members: Vec<String>,
    pub created_at: Option<Millis>,
}

#[derive(Clone, Debug, Default)]
pub struct Said {
    /// What it is called by in its room, once and for all.
    pub key: String,
    pub sender: Person,
    pub sent_at: Millis,
    pub edited_at: Option<Millis>,
    /// With Kith's own marks.
    pub text: String,
    /// The key of the message it answers.
    pub answers: Option<String>,
    pub forwarded: bool,
    pub files: Vec<Carried>,
    /// An emoji, and the keys of who reacted by it.
    pub reactions: Vec<(String, Vec<String>)>,
}

impl Said {
    /// Says the name of a file that is not in the export.
    pub fn lacks(&mut self, name: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&format!("📎 `{}`", validate::file_name(name).replace('`', "'")));
    }
}

/// A file that is in the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    pub path: String,
    pub name: String,
    /// Somebody spoke it.
    pub voice: bool,
}

/// What was said in a room, and how much of it was of a kind Kith does not have.
#[derive(Debug, Default)]
pub struct Told {
    pub said: Vec<Said>,
    pub left_out: u64,
}

/// An export of another chat.
pub trait Export {
    fn people(&self) -> Vec<Person>;
    fn rooms(&self) -> Vec<Room>;
    /// What was said there, in its order.
    ///
    /// # Errors
    /// With the file and the line of what can't be read.
    fn told(&self, room: &Room, names: &Names) -> Result<Told>;
    /// How much there is besides, of no room, that Kith does not have.
    fn left_out(&self) -> u64 {
        0
    }
}

/// Reads what may be absent, or `null`, as nothing.
pub fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// A valid username that is as near to this one as can be; `fallback`, which has to be one, where nothing of it is left.
pub fn username(text: &str, fallback: &str) -> String {
    let mut name = String::new();
    for c in text.trim().nfkd().filter(|c| !is_combining_mark(*c)) {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') => name.push(c),
            c if c.is_whitespace() && !name.ends_with('.') => name.push('.'),
            _ => {}
        }
    }
    let name: String = name.chars().take(*limits::USERNAME_CHARS.end()).collect();
    let name = name.trim_matches(['.', '-']);
    validate::username(name)
        .unwrap_or_else(|_| fallback.chars().take(*limits::USERNAME_CHARS.end()).collect())
}

/// A valid display name, or title of a group; `fallback` where nothing of it is left.
pub fn display_name(text: &str, fallback: &str) -> String {
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let short: String =
        printable.collect::<String>().trim().chars().take(*limits::DISPLAY_NAME_CHARS.end()).collect();
    validate::display_name(&short).unwrap_or_else(|_| fallback.to_owned())
}

/// A valid description, or none.
pub fn description(text: &str) -> Option<String> {
    let printable = text.chars().filter(|c| *c == '\n' || !c.is_control());
    let short: String = printable.take(limits::DESCRIPTION_CHARS).collect();
    validate::description(&short).unwrap_or_default()
}

/// A text that is to stand as it was typed, where Kith would see formatting.
pub fn literal(text: &str) -> String {
    let line = |line: &str| {
        if plain(line) == line {
            return line.to_owned();
        }
        let mut escaped = String::with_capacity(line.len() + 8);
        for c in line.chars() {
            if matches!(c, '\\' | '*' | '_' | '~' | '|' | '`' | '[' | '>') {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        escaped
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// A text between marks, which stand beside what is no space and end with the line.
pub fn marked(text: &str, mark: &str) -> String {
    let line = |line: &str| {
        let inner = line.trim();
        match inner.is_empty() {
            true => line.to_owned(),
            false => {
                let start = line.len() - line.trim_start().len();
                let (before, after) = (&line[..start], &line[start + inner.len()..]);
                format!("{before}{mark}{inner}{mark}{after}")
            }
        }
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Code in a line.
pub fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// Code in lines of its own, apart from what stands before it.
pub fn code_block(before: &str, language: &str, text: &str) -> String {
    let apart = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    format!("{apart}```{language}\n{}\n```\n", text.trim_matches('\n'))
}

/// The emoji of a name such as `+1` or `wave::skin-tone-3`.
pub fn emoji(name: &str) -> Option<&'static str> {
    let (base, tone) = name.split_once("::skin-tone-").unwrap_or((name, ""));
    let emoji =
        emojis::get_by_shortcode(base).or_else(|| emojis::get_by_shortcode(&base.replace('-', "_")))?;
    let tone = match tone {
        "2" => Some(emojis::SkinTone::Light),
        "3" => Some(emojis::SkinTone::MediumLight),
        "4" => Some(emojis::SkinTone::Medium),
        "5" => Some(emojis::SkinTone::MediumDark),
        "6" => Some(emojis::SkinTone::Dark),
        _ => None,
    };
    let toned = tone.and_then(|tone| emoji.with_skin_tone(tone));
    Some(toned.unwrap_or(emoji).as_str())
}

/// The emoji whose name between colons a text begins with, and how long that is.
pub fn emoji_at(text: &str) -> Option<(&'static str, usize)> {
    let rest = text.strip_prefix(':')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    let length = rest.find(|c| !is_name(c)).filter(|length| rest[*length..].starts_with(':'))?;
    let tone = rest[length..].strip_prefix("::skin-tone-").and_then(|tone| tone.find(':'));
    let whole = tone.map_or(length, |digits| length + "::skin-tone-".len() + digits);
    Some((emoji(&rest[..whole])?, whole + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_valid_and_stay_as_near_as_they_can() {
        for (name, expected) in [
            ("Mia.K", "mia.k"),
            ("Jörg Müller", "jorg.muller"),
            ("a", "slack-u1"),
            ("Мия", "slack-u1"),
            ("-ok-ok-", "ok-ok"),
            (&"x".repeat(50), &"x".repeat(32)),
        ] {
            assert_eq!(username(name, "slack-u1"), expected, "{name}");
            assert!(validate::username(&username(name, "slack-u1")).is_ok());
        }
        assert_eq!(display_name(" a\u{7}b ", "x"), "a b");
        assert_eq!(display_name("\n", "x"), "x");
    }

    #[test]
    fn what_was_no_formatting_is_none() {
        for (text, expected) in [
            ("snake_case and 2*3", "snake_case and 2*3"),
            ("*not bold*", "\\*not bold\\*"),
            ("https://example.org/a_b_c", "https://example.org/a_b_c"),
        ] {
            assert_eq!(literal(text), expected);
        }
        assert_eq!(marked(" two\nlines ", "**"), " **two**\n**lines** ");
    }

    #[test]
    fn emoji_are_known_by_name_and_tone() {
        assert_eq!(emoji("+1"), Some("👍"));
        assert_eq!(emoji("wave::skin-tone-3"), Some("👋🏼"));
        assert_eq!(emoji("our-own-logo"), None);
        assert_eq!(emoji_at(":tada: x"), Some(("🎉", 6)));
        assert_eq!(emoji_at(":wave::skin-tone-2:!").map(|(_, length)| length), Some(19));
        assert_eq!(emoji_at(": tada:"), None);
    }
}
