//! What notifies a user of a message, as their settings say it. Both sides go by this: the server for pushes, the client
//! for what it shows by itself.

use crate::search::terms;
use crate::{Millis, limits};

/// What a push shows ([`PUSH_SHOWS`](crate::setting::PUSH_SHOWS)): the rest never leaves the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shows {
    /// Who, where and what.
    #[default]
    All,
    /// Who and where.
    Name,
    /// That there is something.
    Nothing,
}

impl Shows {
    /// What the setting's value says; with any other one, and without one, all.
    pub fn of(value: Option<&str>) -> Self {
        match value {
            Some("name") => Self::Name,
            Some("nothing") => Self::Nothing,
            _ => Self::All,
        }
    }

    /// The setting's value.
    pub fn value(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Name => Some("name"),
            Self::Nothing => Some("nothing"),
        }
    }
}

/// Which messages of a conversation notify ([`notify`](crate::setting::notify)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notify {
    #[default]
    All,
    /// Those that mention the user, and those that hold one of their [`keywords`].
    Mentions,
    None,
}

impl Notify {
    /// What the setting's value says; with any other one, and without one, all.
    pub fn of(value: Option<&str>) -> Self {
        match value {
            Some("mentions") => Self::Mentions,
            Some("none") => Self::None,
            _ => Self::All,
        }
    }

    /// The setting's value.
    pub fn value(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Mentions => Some("mentions"),
            Self::None => Some("none"),
        }
    }
}

/// Until when a conversation is muted, as [`mute`](crate::setting::mute) says it: nothing in it notifies before.
pub fn is_muted(value: Option<&str>, now: Millis) -> bool {
    value.and_then(|value| value.parse::<Millis>().ok()).is_some_and(|until| now < until)
}

/// The hours in which nothing notifies ([`QUIET`](crate::setting::QUIET)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// Minutes of the user's day.
    pub from: u32,
    /// The first minute that is not quiet; before `from` where they last over midnight, and `from` itself for all day.
    pub to: u32,
    /// Minutes the user's clock is ahead of UTC. Devices set it anew when it changes.
    pub offset: i64,
}

const DAY: i64 = 24 * 60;
const MINUTE: Millis = 60_000;

impl Quiet {
    /// The setting's value: the three numbers, a space between. `None` for what is none.
    pub fn of(value: &str) -> Option<Self> {
        let mut numbers = value.split(' ').map(|number| number.parse::<i64>().ok());
        let (from, to, offset) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let minutes = |number| u32::try_from(number).ok().filter(|_| number < DAY);
        let is_offset = (-DAY..=DAY).contains(&offset) && numbers.next().is_none();
        is_offset.then_some(Self { from: minutes(from)?, to: minutes(to)?, offset })
    }

    /// The setting's value.
    pub fn value(self) -> String {
        format!("{} {} {}", self.from, self.to, self.offset)
    }

    /// Whether it is quiet at a time.
    pub fn holds(self, now: Millis) -> bool {
        let minute = (now.div_euclid(MINUTE) + self.offset).rem_euclid(DAY);
        let (from, to) = (i64::from(self.from), i64::from(self.to));
        if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
    }
}

/// The words of [`KEYWORDS`](crate::setting::KEYWORDS): a line each. Those that are too many or too long are passed over.
pub fn keywords(value: &str) -> impl Iterator<Item = &str> {
    let fits = |word: &&str| (1..=limits::KEYWORD_CHARS).contains(&word.chars().count());
    value.lines().map(str::trim).filter(fits).take(limits::KEYWORDS)
}

/// Whether a text holds a keyword, as words of its own; both are folded as for searching.
pub fn holds(folded: &str, keyword: &str) -> bool {
    let wanted: Vec<&str> = terms(keyword).collect();
    let said: Vec<&str> = terms(folded).collect();
    !wanted.is_empty() && said.windows(wanted.len()).any(|words| words == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_read_as_it_was_written_and_anything_else_takes_nothing_away() {
        for shows in [Shows::All, Shows::Name, Shows::Nothing] {
            assert_eq!(Shows::of(shows.value()), shows);
        }
        for notify in [Notify::All, Notify::Mentions, Notify::None] {
            assert_eq!(Notify::of(notify.value()), notify);
        }
        assert_eq!((Shows::of(Some("x")), Notify::of(Some("x"))), (Shows::All, Notify::All));
        let quiet = Quiet { from: 1_320, to: 420, offset: -300 };
        assert_eq!(Quiet::of(&quiet.value()), Some(quiet));
        for bad in ["", "1320 420", "1320 1440 0", "-1 420 0", "1320 420 0 0", "1320 420 99999", "a b c"] {
            assert_eq!(Quiet::of(bad), None, "{bad:?}");
        }
    }

    /// 2026-01-01 at a minute of its day, UTC.
    fn at(minute: i64) -> Millis {
        1_767_225_600_000 + minute * MINUTE
    }

    #[test]
    fn quiet_hours_are_those_of_the_users_clock_and_may_last_over_midnight() {
        let night = Quiet { from: 22 * 60, to: 7 * 60, offset: 60 };
        // 21:00 UTC is 22:00 there.
        for (minute, quiet) in
            [(20 * 60 + 59, false), (21 * 60, true), (0, true), (6 * 60 - 1, true), (6 * 60, false)]
        {
            assert_eq!(night.holds(at(minute)), quiet, "{minute}");
        }
        let noon = Quiet { from: 12 * 60, to: 13 * 60, offset: 0 };
        assert!(noon.holds(at(12 * 60)) && !noon.holds(at(13 * 60)) && !noon.holds(at(0)));
        let always = Quiet { from: 60, to: 60, offset: 0 };
        assert!(always.holds(at(0)) && always.holds(at(60)));
    }

    #[test]
    fn a_muted_conversation_is_so_until_its_time() {
        assert!(is_muted(Some("1000"), 999) && !is_muted(Some("1000"), 1_000));
        assert!(!is_muted(None, 0) && !is_muted(Some("x"), 0));
    }

    #[test]
    fn a_keyword_is_found_as_words_of_their_own() {
        let words: Vec<_> = keywords(" harbour \n\nice cream\n船").collect();
        assert_eq!(words, ["harbour", "ice cream", "船"]);
        for (text, found) in [
            ("the harbour, at six", true),
            ("harbours", false),
            ("ice-cream!", true),
            ("ice and cream", false),
            ("我的船在这里", true),
        ] {
            assert_eq!(words.iter().any(|word| holds(text, word)), found, "{text}");
        }
        assert!(!holds("...", "..."), "what is no word holds nothing");
        let many = "word\n".repeat(30) + &"x".repeat(51);
        assert_eq!(keywords(&many).count(), limits::KEYWORDS);
        assert_eq!(keywords(&"x".repeat(51)).count(), 0);
    }
}
