//! Answers, pins, and what one deleted for oneself.

use kith_shared::frame::ServerFrame;
use kith_shared::message::{Body, Head, Message, Page};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, Seq, setting};
use uuid::Uuid;

use super::tests::{DIALOG, LEO, ME, apply, conversation, message, outgoing, session, told, view};
use super::{Action, ConversationView, Cut, Outgoing, Pending, Span, State, Stored};

fn logged_in() -> State {
    let mut state = State::default();
    apply(&mut state, Action::LoggedIn { session: session(), stored: Stored::default() });
    apply(&mut state, Action::Conversations(vec![conversation(0)]));
    state
}

fn answer(seq: i64, to: i64) -> Message {
    let body = Body::Text {
        text: "yes".to_owned(),
        reply_to: Some(Seq(to)),
        forwarded: false,
        files: Vec::new(),
        preview: None,
    };
    Message { body, ..message(seq, LEO) }
}

fn heard(messages: Vec<Message>) -> Action {
    Action::Frame(ServerFrame::Messages { messages })
}

fn rows(view: &ConversationView) -> Vec<super::Bubble> {
    view.timeline(ME, Span { first: 1, last: 300 }, |_| 0)
}

#[test]
fn an_answer_shows_what_it_answers_as_it_is_now() {
    let mut state = logged_in();
    for action in [told(1), told(2), heard(vec![answer(3, 1)])] {
        apply(&mut state, action);
    }
    let said = |shown: &ConversationView| {
        let answered = rows(shown).pop().and_then(|bubble| bubble.answers).unwrap();
        answered.message.map(|message| message.body.clone())
    };
    assert_eq!(said(view(&state)), Some(message(1, LEO).body));
    let edited = Message { change: Change(4), body: Body::text("another"), ..message(1, LEO) };
    apply(&mut state, heard(vec![edited]));
    assert_eq!(said(view(&state)), Some(Body::text("another")));
}

#[test]
fn what_is_answered_or_pinned_and_not_at_hand_is_missing_until_it_is_brought() {
    let mut state = logged_in();
    let mut known = conversation(300);
    known.pins = vec![Seq(9)];
    apply(&mut state, Action::Conversations(vec![known]));
    let newest = (299..=300).map(|seq| answer(seq, 7)).collect();
    let head = Head { seq: Seq(300), change: Change(300) };
    let page = Page { messages: newest, more: true, head };
    apply(&mut state, Action::Page { conversation: DIALOG, cut: Cut::Newest, page });
    let drawn = Span { first: 299, last: 300 };
    assert_eq!(view(&state).missing_elsewhere(drawn), [Seq(7), Seq(9)]);
    let messages = vec![message(7, LEO), message(9, LEO)];
    apply(&mut state, Action::Elsewhere { conversation: DIALOG, messages });
    assert_eq!(view(&state).missing_elsewhere(drawn), []);
    assert!(rows(view(&state)).iter().all(|row| row.answers.as_ref().is_some_and(|it| it.message.is_some())));
}

#[test]
fn a_pin_stands_while_it_is_on_its_way_and_goes_when_it_is_refused() {
    let mut state = logged_in();
    apply(&mut state, told(1));
    let pin = Outgoing { of: Some(Seq(1)), pin: Some(true), ..outgoing(1) };
    let client_id = pin.client_id;
    apply(&mut state, Action::Written(pin));
    assert_eq!(view(&state).pins(), [Seq(1)]);
    let code = Code::TooMany;
    let refused = ServerFrame::Error { code, detail: String::new(), client_id: Some(client_id) };
    apply(&mut state, Action::Frame(refused));
    assert_eq!(view(&state).pins(), []);
    let pinned = Message { change: Change(2), pinned_at: Some(5), ..message(1, LEO) };
    apply(&mut state, heard(vec![pinned]));
    assert_eq!(view(&state).pins(), [Seq(1)]);
    assert_eq!(view(&state).held.conversation.pins, [Seq(1)]);
}

#[test]
fn what_one_deleted_for_oneself_keeps_its_place_and_shows_nothing() {
    let mut state = logged_in();
    apply(&mut state, heard(vec![message(1, LEO), message(2, LEO)]));
    let hide = |value: Option<&str>| {
        let (key, client_id) = (setting::hide(DIALOG, Seq(2)), ClientId(Uuid::from_u128(9)));
        Action::Set(Pending { client_id, key, value: value.map(str::to_owned) })
    };
    apply(&mut state, hide(Some("1")));
    let shown = |state: &State| rows(view(state)).iter().map(|row| row.hidden).collect::<Vec<_>>();
    assert_eq!(shown(&state), [false, true]);
    assert_eq!(view(&state).last_shown().map(|last| last.seq), Some(Seq(1)));
    assert_eq!(view(&state).last_message().map(|last| last.seq), Some(Seq(2)), "the order stays");
    apply(&mut state, hide(None));
    assert_eq!(shown(&state), [false, false]);
}

#[test]
fn what_disappears_is_gone_when_its_time_has_come_wherever_it_is_shown() {
    let mut state = logged_in();
    let secret = Message { expires_at: Some(10_000), ..message(2, LEO) };
    apply(&mut state, heard(vec![message(1, LEO), secret.clone(), answer(3, 2)]));
    assert_eq!((state.next_expiry(), view(&state).unread(ME)), (Some(10_000), 3));
    apply(&mut state, Action::Tick { now: 9_999 });
    assert!(rows(view(&state)).iter().all(|row| !row.hidden));
    apply(&mut state, Action::Tick { now: 10_000 });
    let shown = rows(view(&state));
    assert_eq!(shown.iter().map(|row| row.hidden).collect::<Vec<_>>(), [false, true, false]);
    let quoted = shown[2].answers.as_ref().and_then(|answered| answered.message.clone()).unwrap();
    assert_eq!(quoted.body, Body::Expired);
    assert_eq!((state.next_expiry(), view(&state).unread(ME)), (None, 2));

    // A page of Device Storage may still have it.
    let (conversation, cut) = (DIALOG, Cut::Around(Seq(2)));
    apply(&mut state, Action::FromStorage { conversation, cut, messages: vec![secret] });
    assert!(view(&state).messages.iter().all(|message| message.expires_at.is_none()));
    let gone = Message { change: Change(4), body: Body::Expired, ..message(2, LEO) };
    apply(&mut state, heard(vec![gone.clone()]));
    assert_eq!(view(&state).at_hand(Seq(2)).map(|message| &**message), Some(&gone));
}
