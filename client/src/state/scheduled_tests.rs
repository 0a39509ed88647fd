//! What is sent later, as a device has it: in the outbox until the server has it, then as the server tells.

use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::scheduled::{Schedule, Scheduled};
use kith_shared::{Change, Millis};

use super::tests::{DIALOG, apply, opened, outgoing, view};
use super::*;

fn later(number: i64, at: Millis) -> Outgoing {
    let mut later = outgoing(number);
    later.at = Some(at);
    later
}

fn scheduled(number: i64, at: Millis, refused: Option<Code>) -> Scheduled {
    let Outgoing { conversation, client_id, body, .. } = outgoing(number);
    Scheduled { conversation, client_id, body, at, refused }
}

fn told(number: i64, at: Millis, change: i64) -> Action {
    let scheduled = scheduled(number, at, None);
    Action::Frame(ServerFrame::Scheduled { scheduled, change: Change(change) })
}

fn gone(number: i64, change: i64) -> Action {
    let client_id = outgoing(number).client_id;
    Action::Frame(ServerFrame::Unscheduled { client_id, change: Change(change) })
}

/// What the user sees: when, and whether the server has it.
fn seen(state: &State) -> Vec<(Millis, bool)> {
    state.scheduled(DIALOG).iter().map(|later| (later.at, later.handed_over)).collect()
}

#[test]
fn what_is_scheduled_is_handed_over_and_never_among_the_messages() {
    let mut state = opened(2);
    apply(&mut state, Action::Draft { conversation: DIALOG, text: "later".to_owned() });
    apply(&mut state, Action::Written(later(50, 900)));
    assert!(matches!(later(50, 900).frame(), ClientFrame::Schedule { at: 900, .. }));
    assert_eq!((view(&state).unsent().count(), &*view(&state).draft), (0, ""));
    assert_eq!(seen(&state), [(900, false)]);
    let effects = apply(&mut state, told(50, 900, 1));
    assert!(effects.contains(&Effect::DropOutgoing(outgoing(50).client_id)));
    assert!(effects.contains(&Effect::StoreSchedule));
    assert_eq!(seen(&state), [(900, true)]);
    apply(&mut state, gone(50, 2));
    assert_eq!((seen(&state), state.schedule.head), (vec![], Change(2)));
}

#[test]
fn what_comes_twice_or_late_changes_nothing_and_a_hole_is_fetched() {
    let mut state = opened(2);
    apply(&mut state, told(50, 900, 1));
    apply(&mut state, gone(50, 2));
    apply(&mut state, told(50, 900, 1));
    assert_eq!(seen(&state), []);
    assert!(apply(&mut state, told(52, 700, 4)).contains(&Effect::FetchSchedule));
    assert_eq!(seen(&state), [], "not before all of it is known");
    let messages = vec![scheduled(52, 700, None), scheduled(51, 800, Some(Code::NotWritable))];
    apply(&mut state, Action::Schedule(Schedule { messages, head: Change(4) }));
    assert_eq!(seen(&state), [(700, true), (800, true)]);
    apply(&mut state, Action::Schedule(Schedule { messages: Vec::new(), head: Change(3) }));
    assert_eq!(seen(&state).len(), 2, "an older answer undoes nothing");
}

#[test]
fn one_the_server_does_not_take_becomes_the_draft_again() {
    let mut state = opened(2);
    apply(&mut state, Action::Written(later(50, 900)));
    let (client_id, detail) = (Some(outgoing(50).client_id), String::new());
    apply(&mut state, Action::Frame(ServerFrame::Error { code: Code::InvalidTime, detail, client_id }));
    let Body::Text { text, .. } = outgoing(50).body else { panic!("a text") };
    assert_eq!((seen(&state), &view(&state).draft), (vec![], &text));
    assert_eq!(state.notice, Some(Notice::Failed(Failure::Refused(Code::InvalidTime))));
}
