//! What somebody types as a question, and answers from two sides as one list.

use kith_shared::message::Message;
use kith_shared::search::{Has, SearchQuery};
use kith_shared::{Change, Millis, Seq};

use super::tests::{DIALOG, LEO, ME, message, opened};
use super::*;

fn query(typed: &str) -> SearchQuery {
    let day = |date: &str| date.strip_prefix("day-")?.parse::<Millis>().ok();
    opened(3).search_query(typed, None, str::to_lowercase, day)
}

#[test]
fn filters_are_told_from_words_wherever_they_stand() {
    let asked = query(" old  from:leo in:LE harbour before:day-9 has:link after:day-2 ");
    let expected = SearchQuery {
        q: "old harbour".to_owned(),
        from: Some(LEO),
        conversation: Some(DIALOG),
        before: Some(9),
        after: Some(2),
        has: Some(Has::Link),
        cursor: None,
    };
    assert_eq!(asked, expected);
    assert_eq!(query("from:Me").from, Some(ME));
}

#[test]
fn what_names_nothing_is_a_word() {
    for typed in
        ["from:nobody", "from:", "in:nowhere", "in:", "before:tomorrow", "has:wings", "12:30", "a:b:c"]
    {
        assert_eq!(query(typed), SearchQuery { q: typed.to_owned(), ..SearchQuery::default() }, "{typed}");
    }
}

#[test]
fn within_a_conversation_no_other_is_asked_for() {
    let asked = opened(3).search_query("in:leo tea", Some(DIALOG), str::to_lowercase, |_| None);
    assert_eq!((asked.q.as_str(), asked.conversation), ("in:leo tea", Some(DIALOG)));
}

#[test]
fn what_both_sides_found_is_there_once_newest_first_and_as_it_was_changed_last() {
    let edited = Message { change: Change(9), ..message(2, LEO) };
    let mut list = vec![message(4, LEO), message(2, LEO)];
    merge(&mut list, vec![message(5, LEO), message(4, LEO), edited.clone(), message(1, LEO)]);
    assert_eq!(list, [message(5, LEO), message(4, LEO), edited.clone(), message(1, LEO)]);
    merge(&mut list, vec![message(2, LEO)]);
    assert_eq!(list[2], edited);
}

#[test]
fn blocks_are_those_something_is_held_of_each_once_newest_first() {
    let mut ranges = Ranges::default();
    [(1, 10), (500, 520), (1_030, 2_100)].iter().for_each(|&(from, to)| ranges.insert(Seq(from), Seq(to)));
    assert_eq!(ranges.blocks(BLOCK).collect::<Vec<_>>(), [4, 3, 2, 1, 0]);
    assert_eq!(opened(3).held_blocks(), [(DIALOG, 0)]);
}
