//! What one is told of while one is elsewhere in the app.

use kith_shared::frame::ServerFrame;
use kith_shared::message::{Body, Message};
use kith_shared::setting::{self, Setting, Settings};
use kith_shared::{Change, Seq};

use super::tests::{DIALOG, LEO, ME, apply, message, opened, told, welcome};
use super::{Action, Effect, Route, State};

/// Somebody looks at the app, and not at the dialog.
fn elsewhere() -> State {
    let mut state = opened(2);
    apply(&mut state, welcome(2, 2));
    apply(&mut state, Action::Attentive(true));
    state
}

fn shown(state: &State) -> Vec<(i64, i64)> {
    state.notifications.iter().map(|shown| (shown.seq.0, shown.count)).collect()
}

fn set(state: &mut State, change: i64, key: String, value: &str) {
    let (value, change) = (Some(value.to_owned()), Change(change));
    let settings = vec![Setting { key, value, change }];
    apply(state, Action::Settings(Settings { settings, head: change, more: false }));
}

fn says(state: &mut State, seq: i64, text: &str) {
    let message = Message { body: Body::text(text.to_owned()), ..message(seq, LEO) };
    apply(state, Action::Frame(ServerFrame::Messages { messages: vec![message] }));
}

#[test]
fn what_comes_elsewhere_is_told_once_counted_and_no_more_once_it_was_read() {
    let mut state = elsewhere();
    apply(&mut state, told(3));
    apply(&mut state, told(3));
    assert_eq!(shown(&state), [(3, 1)]);
    apply(&mut state, told(4));
    assert_eq!(shown(&state), [(4, 2)]);
    apply(&mut state, Action::Seen { conversation: DIALOG, seq: Seq(3) });
    assert_eq!(shown(&state), [(4, 2)]);
    apply(&mut state, Action::Seen { conversation: DIALOG, seq: Seq(4) });
    assert_eq!(shown(&state), []);
    // Behind a hole, too.
    apply(&mut state, told(7));
    assert_eq!(shown(&state), [(7, 1)]);
    apply(&mut state, Action::Dismiss(Some(DIALOG)));
    assert_eq!(shown(&state), []);
}

#[test]
fn nothing_is_told_of_what_is_on_the_screen_own_edited_or_a_notice() {
    let mut state = elsewhere();
    let own = Message { sender: ME, ..message(3, ME) };
    apply(&mut state, Action::Frame(ServerFrame::Messages { messages: vec![own] }));
    let edited = Message { change: Change(4), edited_at: Some(9), ..message(2, LEO) };
    apply(&mut state, Action::Frame(ServerFrame::Messages { messages: vec![edited] }));
    assert_eq!(shown(&state), []);
    apply(&mut state, Action::Navigate(Route::Dialog(DIALOG)));
    let next = Message { change: Change(5), ..message(4, LEO) };
    apply(&mut state, Action::Frame(ServerFrame::Messages { messages: vec![next] }));
    assert_eq!(shown(&state), []);
}

#[test]
fn one_goes_there_and_it_is_gone_and_who_looks_away_is_told_otherwise() {
    let mut state = elsewhere();
    apply(&mut state, told(3));
    apply(&mut state, Action::Navigate(Route::Dialog(DIALOG)));
    assert_eq!(shown(&state), []);
    apply(&mut state, Action::Navigate(Route::Conversations));
    apply(&mut state, told(4));
    apply(&mut state, Action::Attentive(false));
    assert_eq!(shown(&state), []);
    let outside = Effect::Notify { conversation: DIALOG, seq: Seq(5) };
    assert!(apply(&mut state, told(5)).contains(&outside));
    apply(&mut state, Action::Attentive(true));
    assert_eq!(shown(&state), []);
}

#[test]
fn a_deleted_message_is_no_news() {
    let mut state = elsewhere();
    apply(&mut state, told(3));
    let gone = Message { change: Change(4), body: Body::Deleted, ..message(3, LEO) };
    apply(&mut state, Action::Frame(ServerFrame::Messages { messages: vec![gone] }));
    assert_eq!(shown(&state), []);
}

#[test]
fn settings_say_what_one_is_told_of() {
    let mut state = elsewhere();
    set(&mut state, 1, setting::notify(DIALOG), "mentions");
    says(&mut state, 3, "hello");
    assert_eq!(shown(&state), []);
    says(&mut state, 4, "hello @me");
    assert_eq!(shown(&state), [(4, 1)]);
    apply(&mut state, Action::Dismiss(None));
    set(&mut state, 2, setting::KEYWORDS.to_owned(), "Harbour\nice");
    says(&mut state, 5, "at the harbour?");
    assert_eq!(shown(&state), [(5, 1)]);
    apply(&mut state, Action::Dismiss(None));
    set(&mut state, 3, setting::notify(DIALOG), "none");
    says(&mut state, 6, "hello @me at the harbour");
    assert_eq!(shown(&state), []);
    set(&mut state, 4, setting::notify(DIALOG), "all");
    set(&mut state, 5, setting::mute(DIALOG), "1000");
    says(&mut state, 7, "hello @me");
    assert_eq!(shown(&state), []);
    set(&mut state, 6, setting::mute(DIALOG), "0");
    set(&mut state, 7, setting::QUIET.to_owned(), "0 0 0");
    says(&mut state, 8, "hello @me");
    assert_eq!(shown(&state), []);
    set(&mut state, 8, setting::QUIET.to_owned(), "600 700 0");
    says(&mut state, 9, "hello");
    assert_eq!(shown(&state), [(9, 1)]);
}
