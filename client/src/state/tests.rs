//! The state as a device lives it: frames late, twice, out of order; pages; the outbox.

use std::rc::Rc;

use kith_shared::auth::Session;
use kith_shared::conversation::{Conversation, ConversationKind, Member, MemberRole, Role};
use kith_shared::frame::{ConversationState, ReadMark, ServerFrame};
use kith_shared::limits::PAGE_MESSAGES;
use kith_shared::message::{Body, Head, Message, Page};
use kith_shared::notice::{Notice, What};
use kith_shared::problem::Code;
use kith_shared::user::User;
use kith_shared::{Change, ClientId, ConversationId, Seq, SessionId, UserId};
use uuid::Uuid;

use super::*;

pub(super) const ME: UserId = UserId(Uuid::from_u128(1));
pub(super) const LEO: UserId = UserId(Uuid::from_u128(2));
pub(super) const DIALOG: ConversationId = ConversationId(Uuid::from_u128(3));

pub(super) fn user(id: UserId, name: &str) -> User {
    User { id, username: name.to_owned(), display_name: name.to_owned(), bot: false, avatar: None }
}

pub(super) fn session() -> Session {
    Session { id: SessionId(Uuid::nil()), user: user(ME, "me"), created_at: 0, token: None }
}

pub(super) fn conversation(head: i64) -> Conversation {
    let (read, delivered, role) = (Seq::ZERO, Seq::ZERO, Role::Member);
    let member = |id, name| Member { user: user(id, name), read, delivered, role };
    Conversation {
        id: DIALOG,
        kind: ConversationKind::Direct,
        title: None,
        description: None,
        avatar: None,
        expire_after: None,
        revision: 0,
        created_at: 1,
        members: vec![member(ME, "me"), member(LEO, "leo")],
        head: Head { seq: Seq(head), change: Change(head) },
        last_message: None,
        unread: 0,
        mentions: 0,
        writable: true,
        pins: Vec::new(),
        requests: 0,
    }
}

pub(super) fn message(seq: i64, sender: UserId) -> Message {
    let head = Head { seq: Seq(seq), change: Change(seq) };
    let client_id = ClientId(Uuid::from_u128(1_000 + seq as u128));
    Message::new(DIALOG, head, (sender, client_id), seq, Body::text(seq.to_string()))
}

pub(super) fn outgoing(number: i64) -> Outgoing {
    let Message { client_id, body, .. } = message(number, ME);
    Outgoing::new(DIALOG, client_id, body, number, number)
}

pub(super) fn told(seq: i64) -> Action {
    Action::Frame(ServerFrame::Messages { messages: vec![message(seq, LEO)] })
}

fn ack(number: i64, seq: i64) -> Action {
    let head = Head { seq: Seq(seq), change: Change(seq) };
    let client_id = outgoing(number).client_id;
    Action::Frame(ServerFrame::Ack { conversation: DIALOG, client_id, head, sent_at: seq, expires_at: None })
}

/// A server's history of Leo's messages, and pages cut from it.
pub(super) fn page(cut: Cut, state: &State, head: i64) -> Action {
    let size = i64::from(PAGE_MESSAGES);
    let seqs = match cut {
        Cut::Newest => (head - size + 1).max(1)..=head,
        Cut::Before(seq) => (seq.0 - size).max(1)..=seq.0 - 1,
        Cut::After(seq) => seq.0 + 1..=(seq.0 + size).min(head),
        Cut::Around(seq) => (seq.0 - size / 2).max(1)..=(seq.0 + size / 2).min(head),
        Cut::Changed => {
            let held = view(state).held.change.0;
            held + 1..=(held + size).min(head)
        }
    };
    let more =
        if matches!(cut, Cut::Changed | Cut::After(_)) { *seqs.end() < head } else { *seqs.start() > 1 };
    let messages = seqs.map(|seq| message(seq, LEO)).collect();
    let head = Head { seq: Seq(head), change: Change(head) };
    Action::Page { conversation: DIALOG, cut, page: Page { messages, more, head } }
}

pub(super) fn view(state: &State) -> &ConversationView {
    &state.conversations[&DIALOG]
}

pub(super) fn seqs(state: &State) -> Vec<i64> {
    view(state).messages.iter().map(|message| message.seq.0).collect()
}

pub(super) fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    let mut effects = Vec::new();
    state.apply(action, &mut effects);
    effects
}

/// Logged in, with a dialog of `head` messages whose newest page is in memory.
pub(super) fn opened(head: i64) -> State {
    let mut state = State::default();
    apply(&mut state, Action::LoggedIn { session: session(), stored: Stored::default() });
    apply(&mut state, Action::Conversations(vec![conversation(head)]));
    let newest = page(Cut::Newest, &state, head);
    apply(&mut state, newest);
    state
}

pub(super) fn welcome(head: i64, my_read: i64) -> Action {
    let mark = |user, seq| ReadMark { user, seq: Seq(seq), delivered: Seq(seq) };
    let reads = vec![mark(ME, my_read), mark(LEO, 0)];
    let head = Head { seq: Seq(head), change: Change(head) };
    let state = ConversationState { conversation: DIALOG, head, revision: 0, reads, writable: true };
    Action::Frame(ServerFrame::Welcome {
        session: SessionId(Uuid::nil()),
        user: user(ME, "me"),
        now: 5,
        conversations: vec![state],
        settings: Change::ZERO,
        scheduled: Change::ZERO,
        online: vec![LEO],
    })
}

#[test]
fn the_next_message_is_taken_in_and_a_repeat_changes_nothing() {
    let mut state = opened(2);
    let effects = apply(&mut state, told(3));
    assert!(matches!(effects[0], Effect::StoreMessages(_)));
    let before = state.clone();
    assert_eq!(apply(&mut state, told(3)), []);
    assert_eq!(apply(&mut state, told(2)), []);
    assert_eq!(state, before);
    assert_eq!(seqs(&state), [1, 2, 3]);
}

#[test]
fn a_hole_is_never_shown_and_is_filled_by_catching_up() {
    let mut state = opened(2);
    let news = Effect::Notify { conversation: DIALOG, seq: Seq(5) };
    assert_eq!(apply(&mut state, told(5)), [Effect::CatchUp(DIALOG), news]);
    assert_eq!(seqs(&state), [1, 2]);
    let changed = page(Cut::Changed, &state, 5);
    let effects = apply(&mut state, changed);
    assert!(!effects.contains(&Effect::CatchUp(DIALOG)), "it is caught up");
    assert_eq!(seqs(&state), [1, 2, 3, 4, 5]);
}

#[test]
fn far_behind_the_newest_page_is_shown_first_and_the_rest_joins_when_it_comes() {
    let mut state = opened(10);
    assert!(apply(&mut state, welcome(450, 0)).contains(&Effect::FetchNewest(DIALOG)));
    let newest = page(Cut::Newest, &state, 450);
    apply(&mut state, newest);
    assert_eq!((seqs(&state).first(), seqs(&state).last()), (Some(&351), Some(&450)), "no hole inside");
    loop {
        let changed = page(Cut::Changed, &state, 450);
        if !apply(&mut state, changed).contains(&Effect::CatchUp(DIALOG)) {
            break;
        }
    }
    assert!(view(&state).held.ranges.covers(Seq(1), Seq(450)));
    assert_eq!(view(&state).held.change, Change(450));
}

#[test]
fn a_written_message_is_shown_at_once_and_becomes_the_servers_without_doubling() {
    let mut state = opened(2);
    let effects = apply(&mut state, Action::Written(outgoing(50)));
    assert_eq!(effects[0], Effect::StoreOutgoing(Rc::new(outgoing(50))));
    assert_eq!(view(&state).outgoing.len(), 1);
    let effects = apply(&mut state, ack(50, 3));
    assert!(effects.contains(&Effect::DropOutgoing(outgoing(50).client_id)));
    assert_eq!((view(&state).outgoing.len(), seqs(&state)), (0, vec![1, 2, 3]));
    assert_eq!(apply(&mut state, ack(50, 3)), [], "a second answer is an echo");
}

#[test]
fn an_acknowledgement_behind_a_hole_waits_for_what_is_missing() {
    let mut state = opened(2);
    apply(&mut state, Action::Written(outgoing(50)));
    assert!(apply(&mut state, ack(50, 4)).contains(&Effect::CatchUp(DIALOG)));
    assert_eq!(view(&state).outgoing.len(), 1, "it stays on the screen");
    let mine = Message { seq: Seq(4), change: Change(4), ..message(50, ME) };
    let head = Head { seq: Seq(4), change: Change(4) };
    let page = Page { messages: vec![message(3, LEO), mine], more: false, head };
    apply(&mut state, Action::Page { conversation: DIALOG, cut: Cut::Changed, page });
    assert_eq!((view(&state).outgoing.len(), seqs(&state)), (0, vec![1, 2, 3, 4]));
}

#[test]
fn ones_message_heard_back_before_its_acknowledgement_is_the_same_one() {
    let mut state = opened(2);
    apply(&mut state, Action::Written(outgoing(50)));
    let mine = Message { seq: Seq(3), change: Change(3), ..message(50, ME) };
    apply(&mut state, Action::Frame(ServerFrame::Messages { messages: vec![mine] }));
    assert_eq!(view(&state).outgoing.len(), 0);
    assert_eq!(apply(&mut state, ack(50, 3)), []);
    assert_eq!(seqs(&state), [1, 2, 3]);
}

#[test]
fn a_refused_message_waits_for_the_user_and_a_busy_server_for_nothing() {
    let mut state = opened(0);
    apply(&mut state, Action::Written(outgoing(50)));
    let client_id = outgoing(50).client_id;
    let refuse =
        |code| Action::Frame(ServerFrame::Error { code, detail: String::new(), client_id: Some(client_id) });
    apply(&mut state, refuse(Code::Busy));
    assert_eq!(state.outbox().len(), 1);
    apply(&mut state, refuse(Code::NotWritable));
    assert_eq!(state.outbox().len(), 0);
    assert_eq!(view(&state).outgoing[0].refused, Some(Code::NotWritable));
    assert!(apply(&mut state, Action::Retried(client_id)).contains(&Effect::SendOutbox));
    assert_eq!(state.outbox().len(), 1);
    assert_eq!(apply(&mut state, Action::Discarded(client_id)), [Effect::DropOutgoing(client_id)]);
}

#[test]
fn the_outbox_keeps_its_order_when_the_clock_steps_back() {
    let mut state = opened(0);
    for (place, written_at) in [(1, 900), (2, 100), (3, 500)] {
        apply(&mut state, Action::Written(Outgoing { written_at, place, ..outgoing(50 + place) }));
    }
    assert!(state.outbox().iter().map(|outgoing| outgoing.place).eq(1..=3));
    assert_eq!(state.next_place(), 4);
}

#[test]
fn what_another_tab_wrote_is_added_once_where_it_belongs_and_leaves_the_draft() {
    let mut state = opened(0);
    apply(&mut state, Action::Written(outgoing(51)));
    apply(&mut state, Action::Draft { conversation: DIALOG, text: "half a th".to_owned() });
    assert!(!state.lacks(&outgoing(51)) && state.lacks(&outgoing(50)));
    let effects = apply(&mut state, Action::Outbox(vec![outgoing(50)]));
    assert_eq!(effects, [Effect::StoreOutgoing(Rc::new(outgoing(50))), Effect::SendOutbox]);
    assert!(state.outbox().iter().map(|outgoing| outgoing.place).eq([50, 51]));
    assert_eq!(view(&state).draft, "half a th");
    let elsewhere = Outgoing { conversation: ConversationId(Uuid::nil()), ..outgoing(52) };
    assert!(!state.lacks(&elsewhere), "it waits in Device Storage until its conversation is known");
}

#[test]
fn unread_is_what_others_wrote_above_the_mark_and_falls_to_zero_on_any_device() {
    let mut state = opened(3);
    assert_eq!(view(&state).unread(ME), 3);
    apply(&mut state, Action::Written(outgoing(50)));
    apply(&mut state, ack(50, 4));
    assert_eq!(view(&state).unread(ME), 3, "one's own is not unread");
    assert!(
        apply(&mut state, Action::Seen { conversation: DIALOG, seq: Seq(2) })
            .contains(&Effect::SendRead { conversation: DIALOG, seq: Seq(2) })
    );
    assert_eq!(state.unread(), 1);
    let elsewhere = ServerFrame::Read { conversation: DIALOG, user: ME, seq: Seq(4) };
    apply(&mut state, Action::Frame(elsewhere));
    assert_eq!(state.unread(), 0);
    apply(&mut state, told(5));
    apply(&mut state, told(5));
    assert_eq!(state.unread(), 1);
}

/// Leo did something to the group.
fn notice(seq: i64) -> Message {
    let (what, by, users, more, title) = (What::Made, "leo".to_owned(), Vec::new(), 0, None);
    Message { body: Body::Notice(Box::new(Notice { what, by, users, more, title })), ..message(seq, LEO) }
}

fn told_notice(seq: i64) -> Action {
    Action::Frame(ServerFrame::Messages { messages: vec![notice(seq)] })
}

#[test]
fn a_notice_is_never_unread_and_hides_no_message_that_is() {
    let mut state = opened(1);
    apply(&mut state, told_notice(2));
    assert_eq!(state.unread(), 1);
    apply(&mut state, told(3));
    assert_eq!(state.unread(), 2);
    apply(&mut state, Action::Seen { conversation: DIALOG, seq: Seq(1) });
    assert_eq!((state.unread(), view(&state).mentions(ME)), (1, 0));

    let mut behind = opened(0);
    let told_by_list = Conversation { unread: 240, ..conversation(300) };
    apply(&mut behind, Action::Conversations(vec![told_by_list]));
    let newest = page(Cut::Newest, &behind, 300);
    apply(&mut behind, newest);
    apply(&mut behind, told_notice(301));
    assert_eq!(behind.unread(), 240, "nor where the server counted");
}

#[test]
fn a_notice_stands_apart_from_what_its_maker_says() {
    let mut state = opened(0);
    for action in [told(1), told(2), told_notice(3), told_notice(4), told(5)] {
        apply(&mut state, action);
    }
    assert_eq!(short_days(&state), ["day 0", "[1", "2]", "[3]", "[4]", "[5]"]);
}

#[test]
fn who_asks_to_be_let_in_is_told_to_those_who_decide_alone() {
    let mut state = opened(1);
    let told = ServerFrame::Requests { conversation: DIALOG, requests: 2 };
    assert!(apply(&mut state, Action::Frame(told)).contains(&Effect::StoreConversation(DIALOG)));
    assert_eq!(view(&state).requests(ME), 0, "a plain member");
    let mut group = conversation(1);
    group.members[0].role = Role::Admin;
    apply(&mut state, Action::Conversations(vec![Conversation { requests: 3, ..group }]));
    assert_eq!(view(&state).requests(ME), 3);
}

#[test]
fn notes_to_self_are_a_dialog_without_another_sent_and_never_unread() {
    let mut state = opened(0);
    let mut notes = conversation(0);
    notes.members.truncate(1);
    assert!(!state.listing.notes && !view(&state).is_notes(ME));
    let mut alone = State::default();
    apply(&mut alone, Action::LoggedIn { session: session(), stored: Stored::default() });
    apply(&mut alone, Action::Conversations(vec![notes]));
    assert!(alone.listing.notes && view(&alone).is_notes(ME));
    apply(&mut alone, Action::Written(outgoing(50)));
    apply(&mut alone, ack(50, 1));
    let kept = Message { client_id: outgoing(51).client_id, ..message(2, ME) };
    apply(&mut alone, Action::Frame(ServerFrame::Messages { messages: vec![kept.clone()] }));
    assert_eq!((alone.unread(), view(&alone).delivery(ME, &kept)), (0, Delivery::Sent));
    apply(&mut state, Action::LoggedOut);
    assert!(!state.listing.notes);
}

#[test]
fn unread_of_a_conversation_that_is_not_held_is_the_servers_and_what_came_since() {
    let mut state = opened(0);
    let told_by_list = Conversation { unread: 240, ..conversation(300) };
    apply(&mut state, Action::Conversations(vec![told_by_list]));
    assert_eq!(state.unread(), 240);
    let newest = page(Cut::Newest, &state, 300);
    apply(&mut state, newest);
    apply(&mut state, told(301));
    assert_eq!(state.unread(), 241);
}

#[test]
fn a_read_mark_set_offline_is_told_to_the_server_on_return() {
    let mut state = opened(3);
    apply(&mut state, Action::Seen { conversation: DIALOG, seq: Seq(3) });
    let effects = apply(&mut state, welcome(3, 1));
    assert!(effects.contains(&Effect::SendRead { conversation: DIALOG, seq: Seq(3) }));
    assert_eq!(state.unread(), 0, "and does not fall back");
    assert_eq!(
        apply(&mut state, Action::Seen { conversation: DIALOG, seq: Seq(9) }),
        [],
        "the future can't be read"
    );
}

#[test]
fn ones_message_is_delivered_once_the_other_has_it_and_read_once_they_have_read_so_far() {
    let mut state = opened(0);
    apply(&mut state, Action::Written(outgoing(50)));
    apply(&mut state, ack(50, 1));
    let delivery = |state: &State| view(state).delivery(ME, view(state).messages.last().unwrap());
    assert_eq!(delivery(&state), Delivery::Sent);
    let received = ServerFrame::Received { conversation: DIALOG, user: LEO, seq: Seq(1) };
    apply(&mut state, Action::Frame(received));
    assert_eq!(delivery(&state), Delivery::Delivered);
    apply(&mut state, Action::Frame(ServerFrame::Read { conversation: DIALOG, user: LEO, seq: Seq(1) }));
    assert_eq!(delivery(&state), Delivery::Read);
}

#[test]
fn what_was_received_is_told_once_it_is_complete_and_not_where_it_was_read() {
    let mut state = opened(2);
    apply(&mut state, Action::Seen { conversation: DIALOG, seq: Seq(2) });
    let confirm = Effect::SendReceived(DIALOG);
    assert!(apply(&mut state, told(3)).contains(&confirm));
    assert_eq!(view(&state).received(ME), Some(Seq(3)));
    assert!(!apply(&mut state, told(5)).contains(&confirm), "4 is not there");
    assert_eq!(view(&state).received(ME), None);
    let missed = page(Cut::Changed, &state, 5);
    assert!(apply(&mut state, missed).contains(&confirm));
    let known = ServerFrame::Received { conversation: DIALOG, user: ME, seq: Seq(5) };
    apply(&mut state, Action::Frame(known));
    assert_eq!(view(&state).received(ME), None);
    assert!(!apply(&mut state, welcome(5, 2)).contains(&confirm));
}

#[test]
fn a_typing_line_ends_with_the_message_or_with_time() {
    let mut state = opened(0);
    let typing = || Action::Frame(ServerFrame::Typing { conversation: DIALOG, user: LEO });
    apply(&mut state, typing());
    assert_eq!(view(&state).typing.len(), 1);
    apply(&mut state, told(1));
    assert_eq!(view(&state).typing.len(), 0);
    apply(&mut state, typing());
    let end = state.next_typing_end().unwrap();
    apply(&mut state, Action::Tick { now: end });
    assert_eq!(view(&state).typing.len(), 0);
}

#[test]
fn what_device_storage_kept_is_there_before_the_network() {
    let mut before = opened(3);
    apply(&mut before, Action::Written(outgoing(50)));
    apply(&mut before, Action::Draft { conversation: DIALOG, text: "half a th".to_owned() });
    let stored = Stored {
        conversations: vec![view(&before).held.clone()],
        outbox: vec![outgoing(50)],
        drafts: vec![(DIALOG, "half a th".to_owned())],
        ..Stored::default()
    };
    let mut after = State::default();
    apply(&mut after, Action::LoggedIn { session: session(), stored });
    let messages = (1..=3).map(|seq| message(seq, LEO)).collect();
    apply(&mut after, Action::FromStorage { conversation: DIALOG, cut: Cut::Newest, messages });
    assert_eq!(view(&after).draft, "half a th");
    assert_eq!((seqs(&after), after.unread(), after.outbox().len()), (vec![1, 2, 3], 3, 1));
    apply(&mut after, Action::LoggedOut);
    assert!(after.conversations.is_empty() && after.me().is_none(), "nothing stays of who logged out");
}

/// Frames dropped, repeated and reordered, reconnects in between: the device ends as the server is.
#[test]
fn any_order_of_frames_ends_in_the_servers_state() {
    for seed in 0..2_000_u64 {
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = |below: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % below
        };
        let (mut state, head) = (opened(0), 1 + next(260) as i64);
        let mut effects = Vec::new();
        for seq in 1..=head {
            match next(6) {
                0 => {}
                1 => state.apply(told(1 + next(seq as u64) as i64), &mut effects),
                2 => state.apply(welcome(seq, 0), &mut effects),
                _ => state.apply(told(seq), &mut effects),
            }
        }
        state.apply(welcome(head, 0), &mut effects);
        while let Some(effect) = effects.pop() {
            let cut = match effect {
                Effect::CatchUp(_) => Cut::Changed,
                Effect::FetchNewest(_) => Cut::Newest,
                _ => continue,
            };
            let page = page(cut, &state, head);
            state.apply(page, &mut effects);
            if cut == Cut::Newest {
                effects.insert(0, Effect::CatchUp(DIALOG));
            }
        }
        let held = &view(&state).held;
        assert_eq!((held.change, held.conversation.head.seq), (Change(head), Seq(head)), "seed {seed}");
        assert!(held.ranges.covers(Seq(1), Seq(head)), "seed {seed}: {:?}", held.ranges);
        assert_eq!(state.unread(), head, "seed {seed}");
        let shown = seqs(&state);
        assert!(shown.windows(2).all(|pair| pair[0] + 1 == pair[1]), "seed {seed}: a hole is shown");
        assert_eq!(shown.last(), Some(&head), "seed {seed}");
    }
}

#[test]
fn a_message_that_comes_while_device_storage_is_read_is_not_missed() {
    let before = opened(3);
    let mut after = State::default();
    let stored = Stored { conversations: vec![view(&before).held.clone()], ..Stored::default() };
    apply(&mut after, Action::LoggedIn { session: session(), stored });
    // The read was asked for up to 3; 4 comes before its answer does.
    apply(&mut after, told(4));
    let messages = (1..=3).map(|seq| message(seq, LEO)).collect();
    apply(&mut after, Action::FromStorage { conversation: DIALOG, cut: Cut::Newest, messages });
    assert_eq!(seqs(&after), [1, 2, 3, 4]);
    apply(&mut after, told(5));
    assert_eq!(seqs(&after), [1, 2, 3, 4, 5]);
}

/// Days of ten milliseconds, so that a message's number says on which it was sent.
fn short_days(state: &State) -> Vec<String> {
    let rows = view(state).timeline(ME, view(state).rows_in_memory(), |at| at / 10);
    let mut shown = Vec::new();
    for Bubble { day, content, first, last, .. } in &rows {
        shown.extend(day.map(|at| format!("day {}", at / 10)));
        let who = match content {
            Content::Message(message, _) => message.sent_at.to_string(),
            Content::Outgoing(outgoing) => format!("mine {}", outgoing.written_at),
        };
        shown.push(format!("{}{who}{}", if *first { "[" } else { "" }, if *last { "]" } else { "" }));
    }
    shown
}

#[test]
fn bubbles_are_grouped_by_sender_and_day_and_the_outbox_stands_below() {
    let mut state = opened(0);
    for seq in [1, 2, 3, 4] {
        let sender = if seq == 2 { ME } else { LEO };
        let at = if seq == 4 { 11 } else { seq };
        let message = Message { sent_at: at, ..message(seq, sender) };
        apply(&mut state, Action::Frame(ServerFrame::Messages { messages: vec![message] }));
    }
    apply(&mut state, Action::Written(outgoing(12)));
    apply(&mut state, Action::Written(outgoing(13)));
    let expected = ["day 0", "[1]", "[2]", "[3]", "day 1", "[11]", "[mine 12", "mine 13]"];
    assert_eq!(short_days(&state), expected);
    assert_eq!(short_days(&opened(0)), Vec::<String>::new());
}

#[test]
fn roles_and_description_are_taken_by_revision_and_an_older_answer_undoes_nothing() {
    let mut state = opened(0);
    let told =
        Conversation { kind: ConversationKind::Group, title: Some("Kites".to_owned()), ..conversation(0) };
    apply(&mut state, Action::Conversations(vec![told.clone()]));
    let roles = |state: &State| [ME, LEO].map(|user| view(state).role(user));
    let (added, removed) = (Vec::new(), Vec::new());
    let new = vec![MemberRole { user: ME, role: Role::Admin }, MemberRole { user: LEO, role: Role::Owner }];
    let members = ServerFrame::Members { conversation: DIALOG, revision: 1, added, removed, roles: new };
    apply(&mut state, Action::Frame(members.clone()));
    assert_eq!(roles(&state), [Role::Admin, Role::Owner]);
    let (title, description) = ("Boats".to_owned(), Some("Saturdays".to_owned()));
    let about =
        ServerFrame::Title { conversation: DIALOG, revision: 2, title, description: description.clone() };
    let effects = apply(&mut state, Action::Frame(about));
    assert!(effects.contains(&Effect::StoreConversation(DIALOG)));

    apply(&mut state, Action::Conversations(vec![told]));
    apply(&mut state, Action::Frame(members));
    let held = &view(&state).held.conversation;
    assert_eq!((held.revision, held.title.as_deref(), &held.description), (2, Some("Boats"), &description));
    assert_eq!(roles(&state), [Role::Admin, Role::Owner]);
    assert_eq!(view(&state).role(UserId(Uuid::nil())), Role::Member, "who is none may do nothing");
}

#[test]
fn what_is_archived_comes_back_with_what_is_new_unless_it_is_muted() {
    use kith_shared::setting;
    let set = |state: &mut State, key: String, value: Option<&str>| {
        let client_id = ClientId(Uuid::from_u128(key.len() as u128));
        apply(state, Action::Set(Pending { client_id, key, value: value.map(str::to_owned) }));
    };
    let mut state = opened(3);
    let there = |state: &State| {
        (state.contact_list(None, 0..9).1, state.archive(0..9).1, state.archive(0..9).0.len())
    };
    assert_eq!(there(&state), (1, 0, 0));
    set(&mut state, setting::archive(DIALOG), Some("3"));
    assert_eq!(there(&state), (0, 1, 1));
    apply(&mut state, told(4));
    assert_eq!(there(&state), (1, 0, 0));
    set(&mut state, setting::archive(DIALOG), Some("4"));
    set(&mut state, setting::mute(DIALOG), Some("9000"));
    apply(&mut state, told(5));
    assert_eq!(there(&state), (0, 1, 1));
    set(&mut state, setting::archive(DIALOG), None);
    assert_eq!(there(&state), (1, 0, 0));
}

#[test]
fn what_one_said_last_is_as_it_is_shown_with_what_is_on_its_way() {
    let mut state = opened(2);
    assert_eq!(view(&state).last_own(ME), None);
    for seq in [3, 4] {
        let messages = vec![message(seq, ME)];
        apply(&mut state, Action::Frame(ServerFrame::Messages { messages }));
    }
    assert_eq!(view(&state).last_own(ME), Some((Seq(4), "4".to_owned())));
    let change =
        |number, seq, body| Action::Written(Outgoing { of: Some(Seq(seq)), body, ..outgoing(number) });
    apply(&mut state, change(50, 4, Body::text("four")));
    assert_eq!(view(&state).last_own(ME), Some((Seq(4), "four".to_owned())));
    apply(&mut state, change(51, 4, Body::Deleted));
    assert_eq!(view(&state).last_own(ME), Some((Seq(3), "3".to_owned())));
}
