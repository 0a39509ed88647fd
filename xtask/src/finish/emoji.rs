//! The list of emoji the client offers: a file of its own, so that only who picks one waits for it.
//!
//! A line each: the emoji, its name, and the codes it goes by on GitHub, a tab between; an empty line between groups, which
//! stand in Unicode's order. In an emoji that takes a skin tone, `_` stands where it goes.

use std::fmt::Write as _;

use emojis::{Emoji, Group, SkinTone, UnicodeVersion};

/// Newer ones are boxes on devices that are a few years old.
const NEWEST: UnicodeVersion = UnicodeVersion::new(16, 0);
/// Where a skin tone goes.
const TONE: char = '_';
const LIGHT: char = '🏻';

pub fn list() -> String {
    let groups = Group::iter().map(|group| {
        let offered = group.emojis().filter(|emoji| emoji.unicode_version() <= NEWEST);
        offered.fold(String::new(), |mut lines, emoji| {
            let codes = codes(emoji);
            let _ = match codes.is_empty() {
                true => writeln!(lines, "{}\t{}", pattern(emoji), emoji.name()),
                false => writeln!(lines, "{}\t{}\t{codes}", pattern(emoji), emoji.name()),
            };
            lines
        })
    });
    groups.collect::<Vec<_>>().join("\n")
}

/// Those one would not guess from the name: the client finds an emoji by its name too.
fn codes(emoji: &Emoji) -> String {
    let is_flag = emoji.group() == Group::Flags;
    let told = emoji.shortcodes().filter(|code| !is_flag && !is_guessed(code, emoji.name()));
    told.collect::<Vec<_>>().join(" ")
}

/// Whether a code is the name, however it is written, or several of its words.
fn is_guessed(code: &str, name: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_ascii_lowercase).collect()
    };
    let (of_code, of_name) = (words(code), words(name));
    of_code.concat() == of_name.concat()
        || of_code.len() > 1 && of_code.iter().all(|word| of_name.contains(word))
}

/// The emoji with a mark for each skin tone, after the characters its light variant has one after.
fn pattern(emoji: &Emoji) -> String {
    let light = emoji.with_skin_tone(SkinTone::Light).map_or(emoji.as_str(), Emoji::as_str);
    let (mut pattern, mut light) = (String::new(), light.chars().peekable());
    for character in emoji.as_str().chars() {
        light.next_if_eq(&character);
        pattern.push(character);
        if light.next_if_eq(&LIGHT).is_some() {
            pattern.push(TONE);
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the client does to a pattern.
    fn toned(pattern: &str, tone: char) -> String {
        pattern.replace("_\u{fe0f}", "_").replace('_', &tone.to_string())
    }

    #[test]
    fn every_emoji_can_be_made_of_its_pattern_in_every_tone() {
        let tones =
            [SkinTone::Light, SkinTone::MediumLight, SkinTone::Medium, SkinTone::MediumDark, SkinTone::Dark];
        for emoji in emojis::iter() {
            let pattern = pattern(emoji);
            assert_eq!(pattern.replace(TONE, ""), emoji.as_str());
            assert_eq!(pattern.contains(TONE), emoji.skin_tone().is_some(), "{emoji}");
            for (tone, character) in tones.iter().zip('🏻'..='🏿') {
                if let Some(expected) = emoji.with_skin_tone(*tone) {
                    assert_eq!(toned(&pattern, character), expected.as_str());
                }
            }
        }
    }

    #[test]
    fn the_list_has_all_groups_and_each_emoji_once_with_its_codes() {
        let list = list();
        let groups: Vec<&str> = list.split("\n\n").collect();
        assert_eq!(groups.len(), 9);
        assert!(groups[0].starts_with("😀\tgrinning face\tgrinning\n"), "{}", &groups[0][..40]);
        assert!(groups[1].contains("\n👍_\tthumbs up\t+1\n"));
        assert!(
            groups[8].ends_with("\n🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}\tflag: Wales\n")
        );
        let mut emoji: Vec<&str> = list.lines().filter_map(|line| Some(line.split_once('\t')?.0)).collect();
        let all = emoji.len();
        emoji.sort_unstable();
        emoji.dedup();
        assert!(all > 1_800 && emoji.len() == all, "{all}, {} of them different", emoji.len());
    }
}
