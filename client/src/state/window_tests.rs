//! Reading on in a conversation too long to be in memory, and a list too long to be made anew.

use std::rc::Rc;

use kith_shared::conversation::Conversation;
use kith_shared::frame::ServerFrame;
use kith_shared::message::Message;
use kith_shared::{ConversationId, Seq, UserId};
use uuid::Uuid;

use super::tests::*;
use super::*;

const LONG: i64 = 100_000;

/// The page the engine would bring, from Device Storage if it is all held, else from the server.
fn bring(state: &mut State, cut: Cut, head: i64) {
    let stored = view(state).stored(cut);
    let action = match stored {
        Some((from, to)) => {
            let messages = (from.0..=to.0).map(|seq| message(seq, LEO)).collect();
            Action::FromStorage { conversation: DIALOG, cut, messages }
        }
        None => page(cut, state, head),
    };
    apply(state, action);
}

fn scroll_away(state: &mut State, row: i64) {
    let place = Place::At(Anchor { row, offset: 0.0 });
    apply(state, Action::Place { conversation: DIALOG, place });
}

#[test]
fn memory_stays_bounded_however_far_one_scrolls_and_has_no_hole() {
    let mut state = opened(LONG);
    scroll_away(&mut state, LONG - 20);
    for (step, count) in [(-60, 40), (60, 60)] {
        for _ in 0..count {
            let middle = seqs(&state)[seqs(&state).len() / 2];
            let seen = Span { first: middle + step * 3, last: middle + step * 3 + 20 };
            if let Some(cut) = view(&state).missing(seen) {
                bring(&mut state, cut, LONG);
            }
            let seqs = seqs(&state);
            assert!(seqs.len() <= 300 && seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]));
        }
        if step < 0 {
            assert!(!view(&state).at_newest() && seqs(&state)[0] < LONG - 3_000, "far up");
        }
    }
    assert!(view(&state).at_newest(), "and down again");
}

#[test]
fn a_message_in_the_middle_is_jumped_to_and_what_lies_between_stays_a_hole() {
    let mut state = opened(LONG);
    scroll_away(&mut state, 50_000);
    bring(&mut state, Cut::Around(Seq(50_000)), LONG);
    assert!(view(&state).messages.get(Seq(50_000)).is_some() && !view(&state).at_newest());
    assert!(view(&state).held.ranges.covers(Seq(49_960), Seq(50_040)));
    assert!(!view(&state).held.ranges.covers(Seq(50_040), Seq(LONG)));
    assert_eq!(view(&state).row_count(), LONG);
    // Back to where one was, it is all in Device Storage.
    apply(&mut state, Action::Place { conversation: DIALOG, place: Place::Newest });
    assert_eq!(view(&state).stored(Cut::Newest), Some((Seq(LONG - 99), Seq(LONG))));
    bring(&mut state, Cut::Newest, LONG);
    assert!(view(&state).at_newest());
    assert_eq!(view(&state).stored(Cut::Around(Seq(50_010))).unwrap().0, Seq(49_960), "held from the jump");
}

#[test]
fn what_comes_while_one_is_elsewhere_is_held_and_not_shown_until_one_goes_there() {
    let mut state = opened(LONG);
    scroll_away(&mut state, 50_000);
    bring(&mut state, Cut::Around(Seq(50_000)), LONG);
    let before = seqs(&state);
    let effects = apply(&mut state, told(LONG + 1));
    assert!(matches!(effects[0], Effect::StoreMessages(_)));
    assert_eq!(seqs(&state), before);
    assert!(view(&state).held.ranges.covers(Seq(LONG), Seq(LONG + 1)));
    // One's own is written at the newest: one goes there, and sees it once that is in memory.
    apply(&mut state, Action::Written(outgoing(200)));
    assert!(view(&state).follows() && !view(&state).at_newest());
    assert_eq!(
        view(&state).rows_in_memory().last,
        *before.last().unwrap(),
        "not below what is not the newest"
    );
    bring(&mut state, Cut::Newest, LONG + 1);
    assert_eq!(view(&state).rows_in_memory().last, LONG + 2);
    let last = view(&state).timeline(ME, Span { first: LONG + 2, last: LONG + 2 }, |at| at / 10);
    assert!(matches!(last[..], [Bubble { content: Content::Outgoing(_), first: true, last: true, .. }]));
}

#[test]
fn one_who_reads_further_up_keeps_what_they_read_whatever_comes() {
    let mut state = opened(500);
    scroll_away(&mut state, 450);
    for _ in 0..2 {
        let first = view(&state).messages.first().unwrap();
        bring(&mut state, Cut::Before(first), 500);
    }
    let before = seqs(&state);
    assert_eq!((before[0], before.len()), (201, 300));
    (501..=520).for_each(|seq| drop(apply(&mut state, told(seq))));
    assert_eq!(seqs(&state), before, "nothing is dropped from under the eye");
    // Far behind after a while offline: the newest page does not take its place either.
    apply(&mut state, welcome(5_000, 0));
    bring_newest_from_server(&mut state, 5_000);
    assert_eq!(seqs(&state), before);
    assert_eq!(view(&state).missing(Span { first: 480, last: 500 }), Some(Cut::After(Seq(500))));
    bring(&mut state, Cut::After(Seq(500)), 5_000);
    assert_eq!(seqs(&state).last(), Some(&520), "from Device Storage, up to the hole");
    bring(&mut state, Cut::After(Seq(520)), 5_000);
    assert_eq!(seqs(&state).last(), Some(&620));
}

fn bring_newest_from_server(state: &mut State, head: i64) {
    let newest = page(Cut::Newest, state, head);
    apply(state, newest);
}

#[test]
fn the_scrollbar_dragged_far_away_is_a_jump() {
    let mut state = opened(LONG);
    let far = Span { first: 20_000, last: 20_020 };
    assert_eq!(view(&state).missing(far), Some(Cut::Around(Seq(20_010))));
    scroll_away(&mut state, 20_000);
    bring(&mut state, Cut::Around(Seq(20_010)), LONG);
    assert_eq!(view(&state).missing(Span { first: 19_990, last: 20_008 }), Some(Cut::Before(Seq(19_960))));
}

#[test]
fn a_page_that_comes_late_is_held_but_moves_nothing() {
    let mut state = opened(LONG);
    let late = page(Cut::Before(Seq(LONG - 99)), &state, LONG);
    scroll_away(&mut state, 500);
    bring(&mut state, Cut::Around(Seq(500)), LONG);
    let before = seqs(&state);
    apply(&mut state, late);
    assert_eq!(seqs(&state), before);
    assert!(view(&state).held.ranges.covers(Seq(LONG - 199), Seq(LONG)));
}

/// Jumps, pages at either end and messages in any order: memory is bounded and unbroken, and all of it is held.
#[test]
fn whatever_one_does_what_is_in_memory_is_held_and_has_no_hole() {
    for seed in 0..300_u64 {
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = |below: i64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            (random % below as u64) as i64
        };
        let (mut state, mut head) = (opened(2_000), 2_000);
        for _ in 0..60 {
            let (first, last) = (seqs(&state)[0], *seqs(&state).last().unwrap());
            match next(7) {
                0 => {
                    scroll_away(&mut state, 1 + next(head));
                    bring(&mut state, Cut::Around(Seq(1 + next(head))), head);
                }
                1 => bring(&mut state, Cut::Before(Seq(first)), head),
                2 if !view(&state).at_newest() => bring(&mut state, Cut::After(Seq(last)), head),
                3 => {
                    apply(&mut state, Action::Place { conversation: DIALOG, place: Place::Newest });
                    bring(&mut state, Cut::Newest, head);
                    assert!(view(&state).at_newest(), "seed {seed}");
                }
                4 => bring_newest_from_server(&mut state, head),
                _ => {
                    head += 1;
                    apply(&mut state, told(head));
                }
            }
            let seqs = seqs(&state);
            assert!(seqs.len() <= 300, "seed {seed}");
            assert!(seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]), "seed {seed}: a hole");
            let (first, last) = (Seq(seqs[0]), Seq(*seqs.last().unwrap()));
            assert!(view(&state).held.ranges.covers(first, last), "seed {seed}");
            assert!(!view(&state).follows() || view(&state).at_newest(), "seed {seed}");
        }
    }
}

/// A dialog with somebody, the number saying when something last happened in it.
fn dialog_with(number: u128) -> Conversation {
    let mut dialog = conversation(0);
    dialog.id = ConversationId(Uuid::from_u128(1_000_000 + number));
    dialog.members[1].user = user(UserId(Uuid::from_u128(2_000_000 + number)), &format!("friend {number}"));
    dialog.created_at = (number * 7_919 % 5_003) as i64;
    dialog
}

#[test]
fn five_thousand_conversations_stay_in_order_as_things_happen() {
    let mut state = opened(0);
    apply(&mut state, Action::Conversations((0..5_000).map(dialog_with).collect()));
    let in_order = |state: &State| {
        let (all, total) = state.contact_list(None, 0..10_000);
        assert_eq!((all.len(), total), (5_001, 5_001));
        assert!(all.windows(2).all(|pair| pair[0].last_activity() >= pair[1].last_activity()));
        all
    };
    let last = in_order(&state).last().unwrap().id();
    apply(&mut state, Action::Written(Outgoing { conversation: last, ..outgoing(9_000) }));
    assert_eq!(in_order(&state)[0].id(), last, "written to, it is the first");
    apply(&mut state, Action::Discarded(outgoing(9_000).client_id));
    assert_eq!(in_order(&state).last().unwrap().id(), last, "given up, it is where it was");
    apply(
        &mut state,
        Action::Frame(ServerFrame::Messages {
            messages: vec![Message { sent_at: 8_000, ..message(1, LEO) }],
        }),
    );
    assert_eq!(in_order(&state)[0].id(), DIALOG);

    let (part, total) = state.contact_list(None, 100..120);
    assert_eq!((part.len(), total), (20, 5_001));
    assert!(Rc::ptr_eq(&part[0], &in_order(&state)[100]));
    let wanted = |name: &str, _: &str| name == "friend 77";
    assert_eq!(state.contact_list(Some(&wanted), 0..10).1, 1);
    assert_eq!(state.contact_list(Some(&wanted), 5..10).0.len(), 0);
}
