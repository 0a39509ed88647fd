//! Stickers: the packs the user has, those sent lately, and which go with an emoji.

use std::rc::Rc;

use kith_shared::sticker::{Pack, Sticker, installed};
use kith_shared::{FileId, PackId, setting};

use super::State;

/// Emoji that are looked for by their names.
const MOST_NAMED: usize = 200;
/// How many of the latest are kept: four rows of the picker.
const RECENT: usize = 16;

impl State {
    /// The packs the user has installed, in their order; maybe not all are at hand.
    pub fn installed_packs(&self) -> Vec<PackId> {
        installed(self.settings.get(setting::STICKERS))
    }

    pub fn has_installed(&self, pack: PackId) -> bool {
        self.installed_packs().contains(&pack)
    }

    /// Those of them that are at hand, whole, in their order.
    pub fn packs_at_hand(&self) -> Vec<&Pack> {
        self.installed_packs().into_iter().filter_map(|id| self.pack_at_hand(id)).collect()
    }

    pub fn pack_at_hand(&self, id: PackId) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id == id)
    }

    pub(super) fn take_packs(&mut self, packs: Vec<Pack>) {
        let known = Rc::make_mut(&mut self.packs);
        for pack in packs {
            known.retain(|other| other.id != pack.id);
            known.push(pack);
        }
    }

    /// What was sent lately, the latest first, of the packs that are at hand.
    pub fn recent_stickers(&self) -> Vec<(PackId, &Sticker)> {
        self.recent().filter_map(|(pack, file)| self.sticker(pack, file).map(|found| (pack, found))).collect()
    }

    /// Those of the packs at hand that say this, those sent lately first.
    pub fn stickers_for(&self, emoji: &str, most: usize) -> Vec<(PackId, &Sticker)> {
        let mut found: Vec<(PackId, &Sticker)> = Vec::new();
        let all = self.packs_at_hand().into_iter();
        let all = all.flat_map(|pack| pack.stickers.iter().map(|sticker| (pack.id, sticker)));
        for (pack, sticker) in self.recent_stickers().into_iter().chain(all) {
            let is_new = !found.iter().any(|(_, known)| known.file == sticker.file);
            if is_new && found.len() < most && is_same(&sticker.emoji, emoji) {
                found.push((pack, sticker));
            }
        }
        found
    }

    /// Those of the packs at hand whose emoji goes by what is typed, or whose pack does; `lower` makes letters small.
    pub fn find_stickers(&self, typed: &str, lower: fn(&str) -> String) -> Vec<(PackId, &Sticker)> {
        let typed = typed.trim();
        let lowered = lower(typed);
        let listed = self.emoji.iter().flat_map(|list| list.find(typed, MOST_NAMED));
        let named: Vec<String> = listed.map(|emoji| emoji.toned(None)).chain([typed.to_owned()]).collect();
        let mut found = Vec::new();
        for pack in self.packs_at_hand() {
            let whole = lower(&pack.title).contains(&lowered);
            let fits = |sticker: &&Sticker| whole || named.iter().any(|emoji| is_same(&sticker.emoji, emoji));
            found.extend(pack.stickers.iter().filter(fits).map(|sticker| (pack.id, sticker)));
        }
        found
    }

    pub fn sticker(&self, pack: PackId, file: FileId) -> Option<&Sticker> {
        self.pack_at_hand(pack)?.stickers.iter().find(|sticker| sticker.file == file)
    }

    /// What the setting becomes with this one sent; `None` where it stays.
    pub fn with_recent_sticker(&self, pack: PackId, file: FileId) -> Option<String> {
        if self.recent().next() == Some((pack, file)) {
            return None;
        }
        let before = self.recent().filter(|known| *known != (pack, file));
        let recent: Vec<String> = [(pack, file)]
            .into_iter()
            .chain(before)
            .take(RECENT)
            .map(|(pack, file)| format!("{pack}/{file}"))
            .collect();
        Some(recent.join(" "))
    }

    fn recent(&self) -> impl Iterator<Item = (PackId, FileId)> {
        self.settings.get(setting::STICKERS_RECENT).unwrap_or_default().split(' ').filter_map(named)
    }
}

/// A pack and a file, as they are written in settings and in the page.
pub fn named(text: &str) -> Option<(PackId, FileId)> {
    let (pack, file) = text.split_once('/')?;
    Some((pack.parse().ok()?, file.parse().ok()?))
}

/// Whether two emoji are one, but for colours and skin tones.
fn is_same(one: &str, other: &str) -> bool {
    let is_bare = |c: &char| *c != '\u{fe0f}' && !super::TONES.contains(c);
    one.chars().filter(is_bare).eq(other.chars().filter(is_bare))
}

#[cfg(test)]
mod tests {
    use kith_shared::Change;
    use kith_shared::setting::Setting;
    use uuid::Uuid;

    use super::*;
    use crate::state::Action;

    fn pack(n: u8, emoji: &[&str]) -> Pack {
        let sticker = |(at, emoji): (u8, &&str)| Sticker {
            file: FileId([n * 16 + at; 32]),
            emoji: (*emoji).to_owned(),
            content_type: "image/webp".to_owned(),
            size: 1,
            width: 8,
            height: 8,
        };
        let stickers: Vec<_> = (0..).zip(emoji).map(sticker).collect();
        let id = PackId(Uuid::from_u128(n.into()));
        Pack { id, title: n.to_string(), author: None, revision: 1, count: stickers.len() as u32, stickers }
    }

    fn set(state: &mut State, key: &str, value: String) {
        let values = &mut Rc::make_mut(&mut state.settings).values;
        values.retain(|setting| setting.key != key);
        values.push(Setting { key: key.to_owned(), value: Some(value), change: Change(1) });
    }

    fn with_packs() -> State {
        let mut state = State::default();
        let packs = vec![pack(1, &["😺", "👍🏽"]), pack(2, &["👍", "❤️"]), pack(3, &["👍"])];
        let order = [packs[1].id, packs[0].id];
        set(&mut state, setting::STICKERS, kith_shared::sticker::as_setting(&order));
        state.apply(Action::Packs(packs), &mut Vec::new());
        state
    }

    fn files(found: &[(PackId, &Sticker)]) -> Vec<u8> {
        found.iter().map(|(_, sticker)| sticker.file.0[0]).collect()
    }

    fn find(state: &State, typed: &str) -> Vec<u8> {
        files(&state.find_stickers(typed, str::to_lowercase))
    }

    #[test]
    fn packs_are_shown_in_the_order_of_the_setting_and_others_are_not() {
        let state = with_packs();
        let titles: Vec<_> = state.packs_at_hand().iter().map(|pack| pack.title.clone()).collect();
        assert_eq!(titles, ["2", "1"]);
        assert_eq!(State::default().installed_packs(), [PackId::OURS]);
    }

    #[test]
    fn a_pack_that_changed_takes_the_place_of_what_was_known_of_it() {
        let mut state = with_packs();
        let changed = Pack { revision: 2, ..pack(1, &["😸"]) };
        state.apply(Action::Packs(vec![changed.clone()]), &mut Vec::new());
        assert_eq!(state.pack_at_hand(changed.id), Some(&changed));
        assert_eq!(state.packs.len(), 3);
    }

    #[test]
    fn stickers_go_with_an_emoji_of_any_tone_and_those_sent_lately_come_first() {
        let mut state = with_packs();
        assert_eq!(files(&state.stickers_for("👍", 9)), [32, 17]);
        assert_eq!(files(&state.stickers_for("👍🏿", 1)), [32]);
        assert_eq!(files(&state.stickers_for("❤", 9)), [33]);
        assert_eq!(state.stickers_for("🐶", 9), []);
        let recent = state.with_recent_sticker(pack(1, &[]).id, FileId([17; 32])).unwrap();
        set(&mut state, setting::STICKERS_RECENT, recent);
        assert_eq!(files(&state.stickers_for("👍", 9)), [17, 32]);
    }

    #[test]
    fn stickers_are_found_by_what_their_emoji_is_called_and_by_their_pack() {
        let mut state = with_packs();
        assert_eq!(find(&state, "thumbs"), [0; 0]);
        let list = crate::state::EmojiList::read("😺\tgrinning cat\n👍_\tthumbs up\n".to_owned()).unwrap();
        state.apply(Action::Emoji(list), &mut Vec::new());
        assert_eq!(find(&state, "thumbs"), [32, 17]);
        assert_eq!(find(&state, "👍"), [32, 17]);
        assert_eq!(find(&state, " 1 "), [16, 17]);
    }

    #[test]
    fn the_latest_come_first_each_once_and_those_of_packs_that_are_gone_are_left_out() {
        let mut state = with_packs();
        let (first, third) = (pack(1, &[]).id, pack(9, &[]).id);
        for (pack, file) in [(first, 16), (third, 1), (first, 17), (first, 16)] {
            let recent = state.with_recent_sticker(pack, FileId([file; 32])).unwrap();
            set(&mut state, setting::STICKERS_RECENT, recent);
        }
        assert_eq!(files(&state.recent_stickers()), [16, 17]);
        assert_eq!(state.with_recent_sticker(first, FileId([16; 32])), None);
        for file in 100..140 {
            let recent = state.with_recent_sticker(first, FileId([file; 32])).unwrap();
            set(&mut state, setting::STICKERS_RECENT, recent);
        }
        assert_eq!(state.recent().count(), RECENT);
    }
}
