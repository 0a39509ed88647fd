//! Polls as a device has them: votes on their way, and what is known of one's own.

use std::rc::Rc;

use kith_shared::frame::ServerFrame;
use kith_shared::message::{Body, Message, Votes};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, Seq};
use uuid::Uuid;

use super::tests::{DIALOG, LEO, ME, apply, message, opened, outgoing, view};
use super::unbroken::newer;
use super::*;

fn poll(change: i64, votes: Option<Votes>) -> Message {
    let options = ["a", "b"].map(str::to_owned).to_vec();
    let body = Body::Poll { question: "Which?".to_owned(), options, multiple: false, closed: false };
    Message { change: Change(change), body, votes, ..message(3, LEO) }
}

fn votes(counts: [u32; 2], voters: u32, voted: Option<&[u32]>) -> Option<Votes> {
    Some(Votes { counts: counts.to_vec(), voters, voted: voted.map(<[u32]>::to_vec) })
}

fn told(message: Message) -> Action {
    Action::Frame(ServerFrame::Messages { messages: vec![message] })
}

fn voting(number: i64, chosen: &[u32]) -> Outgoing {
    let mut vote = outgoing(number);
    (vote.body, vote.of, vote.vote) = (Body::Deleted, Some(Seq(3)), Some(chosen.to_vec()));
    vote
}

fn with_a_poll(stands: Option<Votes>) -> State {
    let mut state = opened(2);
    apply(&mut state, told(poll(3, stands)));
    state
}

fn shown(state: &State) -> Option<Votes> {
    let message = view(state).messages.get(Seq(3)).unwrap();
    view(state).shown(message, ME).votes.clone()
}

#[test]
fn a_vote_is_shown_at_once_in_place_of_the_one_before_and_undone_when_refused() {
    let mut state = with_a_poll(votes([2, 0], 2, Some(&[0])));
    apply(&mut state, Action::Written(voting(50, &[1])));
    assert_eq!(shown(&state), votes([1, 1], 2, Some(&[1])));
    apply(&mut state, Action::Written(voting(51, &[])));
    assert_eq!(shown(&state), votes([1, 0], 1, Some(&[])));
    for number in [50, 51] {
        let (client_id, detail) = (Some(outgoing(number).client_id), String::new());
        let refused = ServerFrame::Error { code: Code::PollClosed, detail, client_id };
        apply(&mut state, Action::Frame(refused));
    }
    assert_eq!(shown(&state), votes([2, 0], 2, Some(&[0])));
    assert_eq!(state.notice, Some(Notice::Failed(Failure::Refused(Code::PollClosed))));
}

#[test]
fn a_poll_is_answered_and_deleted_as_any_message() {
    let state = with_a_poll(None);
    let poll = view(&state).at_hand(Seq(3)).unwrap();
    assert!(view(&state).may_answer(Seq(3)) && view(&state).may_delete(LEO, poll));
}

#[test]
fn others_votes_leave_what_one_chose_as_it_is_known() {
    let mut state = with_a_poll(votes([1, 0], 1, Some(&[0])));
    apply(&mut state, told(poll(4, votes([1, 1], 2, None))));
    assert_eq!(shown(&state), votes([1, 1], 2, Some(&[0])));
    let stored = apply(&mut state, told(poll(5, votes([0, 2], 2, Some(&[1])))));
    assert_eq!(shown(&state), votes([0, 2], 2, Some(&[1])), "one's own, from another device");
    let has_votes = |effect: &Effect| matches!(effect, Effect::StoreMessages(all) if all[0].votes.is_some());
    assert!(stored.iter().any(has_votes));
}

#[test]
fn a_vote_of_an_old_poll_that_is_not_held_is_left_to_be_fetched_with_ones_own() {
    let mut state = opened(200);
    let old = Message { change: Change(201), ..poll(201, votes([1, 0], 1, None)) };
    assert!(!view(&state).held.ranges.covers(Seq(3), Seq(3)), "only the newest page is held");
    let effects = apply(&mut state, told(old));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::StoreMessages(_))));
    assert!(!view(&state).held.ranges.covers(Seq(3), Seq(3)));
    assert_eq!(view(&state).held.change, Change(201), "and nothing is missed");
}

#[test]
fn of_what_is_stored_and_what_came_meanwhile_either_may_know_ones_vote() {
    let (stored, came) = (poll(3, votes([1, 0], 1, Some(&[0]))), poll(4, votes([1, 1], 2, None)));
    let (stored, came) = (Rc::new(stored), Rc::new(came));
    for newer in [newer(&stored, &came), newer(&came, &stored)] {
        assert_eq!((newer.change, newer.votes.clone()), (Change(4), votes([1, 1], 2, Some(&[0]))));
    }
}

#[test]
fn a_poll_one_makes_leaves_the_draft_alone() {
    let mut state = opened(2);
    apply(&mut state, Action::Draft { conversation: DIALOG, text: "half a".to_owned() });
    let mut written = outgoing(50);
    written.body = poll(3, None).body;
    written.client_id = ClientId(Uuid::from_u128(7));
    apply(&mut state, Action::Written(written));
    assert_eq!(view(&state).draft, "half a");
    assert_eq!(view(&state).unsent().count(), 1);
}
