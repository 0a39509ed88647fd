//! The emoji one can pick: as the build lists them, found by name or code, with the user's skin tone, and the latest.

use kith_shared::setting;

use super::State;
use super::order::insert_by;

/// How many of the latest are kept: three rows of the picker.
const RECENT: usize = 24;
/// Where a skin tone goes.
const TONE: char = '_';

/// All there are, as the build wrote them: a line each, an empty line between groups.
#[derive(Clone, Debug, PartialEq)]
pub struct EmojiList(String);

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Emoji<'a> {
    /// The emoji, with a mark where a skin tone goes.
    pattern: &'a str,
    pub name: &'a str,
    /// Others than its name, a space between.
    codes: &'a str,
}

impl EmojiList {
    /// `None` for a text that is no such list.
    pub fn read(text: String) -> Option<Self> {
        read_line(text.lines().next()?)?;
        Some(Self(text))
    }

    /// Those of one of the groups; none of one there is not.
    pub fn group(&self, number: usize) -> Vec<Emoji<'_>> {
        self.0.split("\n\n").nth(number).unwrap_or_default().lines().filter_map(read_line).collect()
    }

    fn all(&self) -> impl Iterator<Item = Emoji<'_>> {
        self.0.lines().filter_map(read_line)
    }

    /// What an emoji is called, toned or not; itself where it is none of these.
    pub fn name<'a>(&'a self, emoji: &'a str) -> &'a str {
        // Some are sent without what asks for colours.
        let is_bare = |c: &char| *c != TONE && *c != '\u{fe0f}' && !TONES.contains(c);
        let mut all = self.all();
        let known = all.find(|known| known.pattern.chars().filter(is_bare).eq(emoji.chars().filter(is_bare)));
        known.map_or(emoji, |known| known.name)
    }

    /// The one that goes by exactly this code.
    pub fn by_code(&self, code: &str) -> Option<Emoji<'_>> {
        // A code that was given to one comes before a name that reads like it.
        let given = self.all().find(|emoji| emoji.codes.split(' ').any(|known| known == code));
        given.or_else(|| self.all().find(|emoji| emoji.is_named(code)))
    }

    /// Those whose name and codes have words that begin as the typed ones do: first those that begin so themselves, and of
    /// them what goes by the shortest.
    pub fn find(&self, typed: &str, most: usize) -> Vec<Emoji<'_>> {
        let typed: Vec<&str> = words(typed).collect();
        let Some(first) = typed.first() else { return Vec::new() };
        let mut found: Vec<(usize, Emoji<'_>)> = Vec::new();
        for emoji in self.all().filter(|emoji| typed.iter().all(|word| emoji.has_word(word))) {
            let shortest =
                emoji.keys().filter(|key| begins(key, first)).map(str::len).min().unwrap_or(usize::MAX);
            insert_by(&mut found, (shortest, emoji), |(length, _)| *length);
        }
        found.into_iter().take(most).map(|(_, emoji)| emoji).collect()
    }
}

impl Emoji<'_> {
    /// As it is shown and sent.
    pub fn toned(&self, tone: Option<char>) -> String {
        match tone {
            // What asks for colours is not wanted beside a tone, which has one.
            Some(tone) => self.pattern.replace("_\u{fe0f}", "_").replace(TONE, tone.encode_utf8(&mut [0; 4])),
            None => self.pattern.replace(TONE, ""),
        }
    }

    /// What one types between colons for it.
    pub fn code(&self) -> String {
        match self.codes.split(' ').next() {
            Some(code) if !code.is_empty() => code.to_owned(),
            _ => words(self.name).collect::<Vec<_>>().join("_").replace('-', "_").to_ascii_lowercase(),
        }
    }

    fn is_named(&self, code: &str) -> bool {
        let letters = |text: &str| -> Vec<u8> {
            let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
            letters.map(|letter| letter.to_ascii_lowercase()).collect()
        };
        letters(self.name) == letters(code)
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        self.codes.split(' ').chain([self.name])
    }

    fn has_word(&self, typed: &str) -> bool {
        self.keys().flat_map(words).any(|word| begins(word, typed))
    }
}

fn read_line(line: &str) -> Option<Emoji<'_>> {
    let (pattern, rest) = line.split_once('\t')?;
    let (name, codes) = rest.split_once('\t').unwrap_or((rest, ""));
    Some(Emoji { pattern, name, codes })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_between = |c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '-';
    text.split(is_between).filter(|word| !word.is_empty())
}

fn begins(word: &str, typed: &str) -> bool {
    word.get(..typed.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(typed))
}

impl State {
    /// The skin tone the user chose.
    pub fn emoji_tone(&self) -> Option<char> {
        self.settings.get(setting::EMOJI_TONE)?.chars().next().filter(|tone| TONES.contains(tone))
    }

    /// What was picked lately, the latest first.
    pub fn recent_emoji(&self) -> impl Iterator<Item = &str> {
        self.settings
            .get(setting::EMOJI_RECENT)
            .unwrap_or_default()
            .split(' ')
            .filter(|emoji| !emoji.is_empty())
    }

    /// What the setting becomes with this one picked; `None` where it stays.
    pub fn with_recent_emoji(&self, emoji: &str) -> Option<String> {
        if self.recent_emoji().next() == Some(emoji) {
            return None;
        }
        let before = self.recent_emoji().filter(|known| *known != emoji);
        let recent: Vec<&str> = [emoji].into_iter().chain(before).take(RECENT).collect();
        Some(recent.join(" "))
    }
}

/// Unicode's skin tones, from light to dark.
pub const TONES: [char; 5] = ['🏻', '🏼', '🏽', '🏾', '🏿'];

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use kith_shared::Change;
    use kith_shared::setting::Setting;

    use super::*;

    const LIST: &str = "😀\tgrinning face\tgrinning\n❤️\tred heart\theart\n\n\
        ✌_️\tvictory hand\tv\n👍_\tthumbs up\t+1\n👩_‍🤝‍👨_\twoman and man holding hands\n🧑_‍🚀\tastronaut\n\n\
        🙉\thear-no-evil\n💘\theart with arrow\tcupid\n🫀\tanatomical heart\n🏴\tflag: St. Lucia\n";

    fn list() -> EmojiList {
        EmojiList::read(LIST.to_owned()).unwrap()
    }

    fn found(typed: &str) -> Vec<String> {
        list().find(typed, 3).iter().map(|emoji| emoji.toned(None)).collect()
    }

    #[test]
    fn groups_are_as_the_build_wrote_them_and_what_is_no_list_is_none() {
        assert_eq!([0, 1, 2, 3].map(|number| list().group(number).len()), [2, 4, 4, 0]);
        assert_eq!(EmojiList::read("<!DOCTYPE html>\n<p>\t</p>".to_owned()), None);
    }

    #[test]
    fn what_goes_by_the_word_comes_before_what_begins_so_and_what_has_one_that_does() {
        assert_eq!(found("heart"), ["❤️", "💘", "🫀"]);
        assert_eq!(found("hea"), ["❤️", "🙉", "💘"]);
        assert_eq!(found("Thumbs_u"), ["👍"]);
        assert_eq!(found("hold wom"), ["👩‍🤝‍👨"]);
        assert_eq!(found("+1"), ["👍"]);
        assert_eq!(found("rin"), [""; 0]);
        assert_eq!(found(" "), [""; 0]);
    }

    #[test]
    fn a_code_is_given_or_the_name_however_it_is_written() {
        let by_code = |code: &str| list().by_code(code).map(|emoji| emoji.toned(None));
        for code in ["+1", "thumbs_up", "thumbsup"] {
            assert_eq!(by_code(code).as_deref(), Some("👍"), "{code}");
        }
        assert_eq!(by_code("heart").as_deref(), Some("❤️"));
        assert_eq!(by_code("thumbs"), None);
        assert_eq!(list().by_code("v").unwrap().code(), "v");
        assert_eq!(list().by_code("astronaut").unwrap().code(), "astronaut");
        assert_eq!(list().by_code("hear_no_evil").unwrap().code(), "hear_no_evil");
        assert_eq!(list().by_code("flag_st_lucia").unwrap().code(), "flag_st_lucia");
    }

    #[test]
    fn a_tone_goes_where_it_belongs_and_nowhere_else() {
        let toned = |code: &str| list().by_code(code).unwrap().toned(Some('🏽'));
        assert_eq!(toned("v"), "✌🏽");
        assert_eq!(toned("woman_and_man_holding_hands"), "👩🏽‍🤝‍👨🏽");
        assert_eq!(toned("astronaut"), "🧑🏽‍🚀");
        assert_eq!(toned("heart"), "❤️");
        assert_eq!(list().by_code("v").unwrap().toned(None), "✌️");
    }

    #[test]
    fn an_emoji_is_known_by_its_name_in_every_tone() {
        assert_eq!(list().name("✌🏽"), "victory hand");
        assert_eq!(list().name("✌️"), "victory hand");
        assert_eq!(list().name("❤"), "red heart");
        assert_eq!(list().name("🦄"), "🦄");
    }

    #[test]
    fn the_latest_come_first_each_once_and_not_for_ever() {
        let mut state = State::default();
        assert_eq!(state.emoji_tone(), None);
        let put = |state: &mut State, key: &str, value: String| {
            let values = &mut Rc::make_mut(&mut state.settings).values;
            values.retain(|setting| setting.key != key);
            values.push(Setting { key: key.to_owned(), value: Some(value), change: Change(1) });
        };
        for emoji in ["😀", "👍🏽", "😀"] {
            let recent = state.with_recent_emoji(emoji).unwrap();
            put(&mut state, setting::EMOJI_RECENT, recent);
        }
        assert!(state.recent_emoji().eq(["😀", "👍🏽"]));
        assert_eq!(state.with_recent_emoji("😀"), None);
        for emoji in 'a'..='z' {
            let recent = state.with_recent_emoji(&emoji.to_string()).unwrap();
            put(&mut state, setting::EMOJI_RECENT, recent);
        }
        assert_eq!(state.recent_emoji().count(), RECENT);
        put(&mut state, setting::EMOJI_TONE, "🏽".to_owned());
        assert_eq!(state.emoji_tone(), Some('🏽'));
        put(&mut state, setting::EMOJI_TONE, "x".to_owned());
        assert_eq!(state.emoji_tone(), None);
    }
}
