//! What is being completed while one writes: `:thu` becomes an emoji, `@le` a member's username.

use kith_shared::ConversationId;
use kith_shared::user::User;

use super::State;

/// How much is offered at once.
const OFFERED: usize = 8;
/// Letters after a colon before emoji are offered.
const LETTERS: usize = 2;
/// No code and no name has a longer word: what is, is not looked at to its end.
const LONGEST: usize = 64;

/// The word before the caret, if it is one that can be completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// `:thu`, without the colon.
    Emoji(String),
    /// `:thumbs_up:`, without the colons.
    Code(String),
    /// `@le`, without the sign.
    Mention(String),
}

impl Word {
    /// How many of the browser's units it takes up before the caret.
    pub fn length(&self) -> u32 {
        let (typed, signs) = match self {
            Self::Emoji(typed) | Self::Mention(typed) => (typed, 1),
            Self::Code(typed) => (typed, 2),
        };
        typed.encode_utf16().count() as u32 + signs
    }
}

/// The word that ends where `before` does. In code there is none.
pub fn word_at(before: &str) -> Option<Word> {
    let (text, closed) = before.strip_suffix(':').map_or((before, false), |text| (text, true));
    let is_part = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '_' | '+' | '-');
    let length: usize = text.chars().rev().take(LONGEST).take_while(is_part).map(char::len_utf8).sum();
    let (front, typed) = text.split_at(text.len() - length);
    let sign = front.chars().next_back()?;
    let front = &front[..front.len() - sign.len_utf8()];
    let is_apart = front.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != sign);
    let word = match (sign, closed) {
        (':', true) if !typed.is_empty() => Word::Code(typed.to_owned()),
        (':', false) if typed.len() >= LETTERS => Word::Emoji(typed.to_owned()),
        ('@', false) => Word::Mention(typed.to_owned()),
        _ => return None,
    };
    (is_apart && !ends_in_code(front)).then_some(word)
}

/// Whether what comes next stands between backticks.
fn ends_in_code(text: &str) -> bool {
    let is_fence = |line: &&str| line.trim_start().starts_with("```");
    if text.lines().filter(is_fence).count() % 2 == 1 {
        return true;
    }
    text.rsplit('\n').next().is_some_and(|line| line.matches('`').count() % 2 == 1)
}

/// What is offered for a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// An emoji; nothing for who is mentioned.
    pub emoji: String,
    /// What it is called.
    pub name: String,
    /// What one would type for it.
    pub typed: String,
    /// What takes the word's place.
    pub text: String,
}

impl State {
    /// What is offered for a word, the likeliest first. `fold` makes texts comparable.
    pub fn suggestions(
        &self,
        conversation: ConversationId,
        word: &Word,
        fold: impl Fn(&str) -> String,
    ) -> Vec<Suggestion> {
        match word {
            Word::Emoji(typed) => self.suggested_emoji(typed),
            Word::Mention(typed) => self.suggested_members(conversation, &fold(typed), fold),
            Word::Code(_) => Vec::new(),
        }
    }

    /// The emoji a code stands for, as the user has it.
    pub fn emoji_by_code(&self, code: &str) -> Option<String> {
        Some(self.emoji.as_ref()?.by_code(code)?.toned(self.emoji_tone()))
    }

    fn suggested_emoji(&self, typed: &str) -> Vec<Suggestion> {
        let found = self.emoji.iter().flat_map(|list| list.find(typed, OFFERED));
        let suggest = |emoji: super::Emoji<'_>| {
            let toned = emoji.toned(self.emoji_tone());
            let typed = format!(":{}:", emoji.code());
            Suggestion { emoji: toned.clone(), name: emoji.name.to_owned(), typed, text: toned }
        };
        found.map(suggest).collect()
    }

    /// The group's other members, and all at once for who may say so. First whose username it is, then those
    /// whose username begins so.
    fn suggested_members(
        &self,
        conversation: ConversationId,
        typed: &str,
        fold: impl Fn(&str) -> String,
    ) -> Vec<Suggestion> {
        let view = self.conversations.get(&conversation).filter(|view| view.is_group());
        let (Some(view), Some(me)) = (view, self.me()) else { return Vec::new() };
        let (mut whole, mut begun, mut named) = (Vec::new(), Vec::new(), Vec::new());
        for user in
            view.held.conversation.members.iter().map(|member| &member.user).filter(|user| user.id != me)
        {
            if user.username == typed {
                whole.push(user);
            } else if user.username.starts_with(typed) {
                begun.push(user);
            } else if fold(&user.display_name).split(' ').any(|word| word.starts_with(typed)) {
                named.push(user);
            }
        }
        begun.append(&mut named);
        let mention = |user: &&User| suggest(&user.display_name, &user.username);
        let mut suggested: Vec<Suggestion> = whole.iter().map(mention).collect();
        if view.role(me).may_mention_all() && ALL.starts_with(typed) {
            suggested.push(suggest("", ALL));
        }
        suggested.extend(begun.iter().take(OFFERED).map(mention));
        suggested.truncate(OFFERED);
        suggested
    }
}

/// Mentions everybody.
const ALL: &str = "all";

/// A mention, and room for what one says.
fn suggest(name: &str, username: &str) -> Suggestion {
    let typed = format!("@{username}");
    Suggestion { emoji: String::new(), name: name.to_owned(), text: format!("{typed} "), typed }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use kith_shared::conversation::{ConversationKind, Member, Role};
    use kith_shared::{Seq, UserId};
    use uuid::Uuid;

    use super::super::tests::{DIALOG, conversation, session, user};
    use super::super::{ConversationView, EmojiList, Phase};
    use super::*;
    use kith_shared::user::User;

    fn emoji(typed: &str) -> Option<Word> {
        Some(Word::Emoji(typed.to_owned()))
    }

    fn mention(typed: &str) -> Option<Word> {
        Some(Word::Mention(typed.to_owned()))
    }

    #[test]
    fn two_letters_after_a_colon_are_the_beginning_of_an_emoji() {
        assert_eq!(word_at("so :th"), emoji("th"));
        assert_eq!(word_at("(:+1"), emoji("+1"));
        assert_eq!(word_at(":thumbs_up:"), Some(Word::Code("thumbs_up".to_owned())));
        assert_eq!(word_at("🙂:thumbs_up:").unwrap().length(), 11);
        for none in
            ["", ":", ":t", "10:30", "std::vec", "https://a", "a: b", "::", ": :", "note:ok", ":thu s"]
        {
            assert_eq!(word_at(none), None, "{none:?}");
        }
    }

    #[test]
    fn an_at_is_the_beginning_of_a_mention_where_no_word_stands_before_it() {
        assert_eq!(word_at("hello @"), mention(""));
        assert_eq!(word_at("@le.o-"), mention("le.o-"));
        assert_eq!(word_at("@Zoë").unwrap().length(), 4);
        for none in ["a@example", "@leo ", "@leo:"] {
            assert_eq!(word_at(none), None, "{none:?}");
        }
        assert_eq!(word_at(&format!("@{}", "x".repeat(LONGEST + 1))), None);
    }

    #[test]
    fn code_is_left_alone() {
        for none in ["`:thumbs", "`a` `@le", "```\nlet a = :th", "```rust\n@te", "```\na\n```\n`@le"] {
            assert_eq!(word_at(none), None, "{none:?}");
        }
        for some in ["`a` @le", "`a\n@le", "```\na\n```\n@le"] {
            assert_eq!(word_at(some), mention("le"), "{some:?}");
        }
    }

    /// A group of oneself and these.
    fn group(role: Role, names: &[(&str, &str)]) -> State {
        let mut group = conversation(0);
        group.kind = ConversationKind::Group;
        group.members.truncate(1);
        group.members[0].role = role;
        for (number, (username, name)) in names.iter().enumerate() {
            let id = UserId(Uuid::from_u128(100 + number as u128));
            let user = User { display_name: (*name).to_owned(), ..user(id, username) };
            group.members.push(Member { user, read: Seq::ZERO, delivered: Seq::ZERO, role: Role::Member });
        }
        let mut state = State { phase: Phase::LoggedIn(Rc::new(session())), ..State::default() };
        Rc::make_mut(&mut state.conversations).insert(DIALOG, Rc::new(ConversationView::new(group)));
        state
    }

    fn offered(state: &State, word: Option<Word>) -> Vec<String> {
        let suggestions = state.suggestions(DIALOG, &word.unwrap(), str::to_lowercase);
        suggestions.into_iter().map(|suggestion| suggestion.text).collect()
    }

    #[test]
    fn members_are_offered_by_username_and_by_any_of_their_names() {
        let names = [("ada", "Ada Lovelace"), ("leo", "Leo"), ("zoe", "Zoe Leonard"), ("al", "Al")];
        let state = group(Role::Member, &names);
        assert_eq!(offered(&state, mention("Le")), ["@leo ", "@zoe "]);
        assert_eq!(offered(&state, mention("love")), ["@ada "]);
        assert_eq!(offered(&state, mention("")), ["@ada ", "@leo ", "@zoe ", "@al "]);
        assert_eq!(offered(&state, mention("me")), [""; 0]);
    }

    #[test]
    fn all_are_offered_to_who_may_mention_them() {
        let names = [("alba", "Alba"), ("al", "Al")];
        assert_eq!(offered(&group(Role::Admin, &names), mention("a")), ["@all ", "@alba ", "@al "]);
        assert_eq!(offered(&group(Role::Admin, &names), mention("al")), ["@al ", "@all ", "@alba "]);
        assert_eq!(offered(&group(Role::Member, &names), mention("al")), ["@al ", "@alba "]);
    }

    #[test]
    fn nobody_is_offered_where_there_are_only_two() {
        let mut state = group(Role::Owner, &[("al", "Al")]);
        let views = Rc::make_mut(&mut state.conversations);
        Rc::make_mut(views.get_mut(&DIALOG).unwrap()).held.conversation.kind = ConversationKind::Direct;
        assert_eq!(offered(&state, mention("")), [""; 0]);
    }

    #[test]
    fn no_more_is_offered_than_can_be_looked_over() {
        let names: Vec<String> = (0..20).map(|number| format!("leo{number}")).collect();
        let names: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
        assert_eq!(offered(&group(Role::Owner, &names), mention("leo")).len(), OFFERED);
    }

    #[test]
    fn emoji_are_offered_once_they_are_there() {
        let mut state = group(Role::Member, &[]);
        assert_eq!(offered(&state, emoji("thu")), [""; 0]);
        assert_eq!(state.emoji_by_code("thumbs_up"), None);
        state.emoji = EmojiList::read("👍_\tthumbs up\t+1\n".to_owned()).map(Rc::new);
        assert_eq!(offered(&state, emoji("thu")), ["👍"]);
        assert_eq!(state.emoji_by_code("thumbs_up").as_deref(), Some("👍"));
    }
}
