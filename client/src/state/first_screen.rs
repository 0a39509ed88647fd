//! What is shown while Device Storage is read: the head of the Contact List, as it was when the app was left.
//!
//! Opening the database and reading all of it takes as long as all else an opening does. Nothing but the list is shown of
//! this, and nothing is made of it: what Device Storage holds takes its place.

use std::rc::Rc;

use kith_shared::auth::Session;
use kith_shared::contact::{Contact, Relation};
use kith_shared::conversation::Conversation;
use kith_shared::message::Body;
use kith_shared::read_by_fields;
use kith_shared::{Millis, UserId};
use litemap::LiteMap;
use serde::Serialize;

use super::{ConversationView, Counted, Outgoing, Phase, State};

/// As many rows as most screens have room for.
const ROWS: usize = 24;

/// Bytes of a text that a row shows at most.
const TEXT: usize = 200;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FirstScreen {
    /// Whose it is.
    pub user: UserId,
    rows: Vec<Row>,
    /// Who asks to be a friend: they stand above the conversations.
    asking: Vec<Contact>,
}

read_by_fields!(FirstScreen { user } [rows, asking]);

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Row {
    /// Of the members those whose names are shown.
    conversation: Conversation,
    unsent: Option<Outgoing>,
    draft: String,
    pinned: bool,
    muted_until: Millis,
    marked_unread: bool,
}

read_by_fields!(Row { conversation, unsent, draft, pinned, muted_until, marked_unread });

impl State {
    /// Who looks: logged in, or about to be.
    pub fn viewer(&self) -> Option<UserId> {
        match &self.phase {
            Phase::Opening(session) | Phase::LoggedIn(session) => Some(session.user.id),
            Phase::Starting | Phase::LoggedOut => None,
        }
    }

    /// To be shown when the app is opened again.
    pub fn first_screen(&self) -> Option<FirstScreen> {
        let user = self.me()?;
        let rows = self.contact_list(None, 0..ROWS).0.iter().map(|view| Row::of(view, user)).collect();
        let asking = self.contacts_by(Relation::RequestIn).into_iter().cloned().collect();
        Some(FirstScreen { user, rows, asking })
    }

    pub(super) fn show_first_screen(&mut self, session: Session, screen: FirstScreen) {
        let me = session.user.id;
        let mut views = LiteMap::with_capacity(screen.rows.len());
        for row in screen.rows {
            views.insert(row.conversation.id, Rc::new(row.view(me)));
        }
        self.show_conversations(views);
        self.contacts = Rc::new(screen.asking);
        self.phase = Phase::Opening(Rc::new(session));
    }
}

impl Row {
    fn of(view: &ConversationView, me: UserId) -> Self {
        let mut conversation = view.held.conversation.clone();
        conversation.last_message = view.last_message().cloned();
        conversation.unread = view.unread(me);
        conversation.mentions = view.mentions(me);
        conversation.description = None;
        if view.is_group() {
            let sender = conversation.last_message.as_ref().map(|message| message.sender);
            let named = |user| user == me || Some(user) == sender;
            conversation.members.retain(|member| named(member.user.id));
        }
        if let Some(last) = &mut conversation.last_message {
            // What was deleted for oneself, or will disappear, is not kept where nothing takes it away.
            if view.hides(last.seq) || last.expires_at.is_some() {
                last.take_away(Body::Expired);
            }
            shorten(&mut last.body);
        }
        let unsent = view.unsent().next_back().map(|outgoing| {
            let mut outgoing = Outgoing::clone(outgoing);
            shorten(&mut outgoing.body);
            outgoing
        });
        let draft = beginning(view.draft.trim_start()).to_owned();
        let ConversationView { pinned, muted_until, marked_unread, .. } = *view;
        Self { conversation, unsent, draft, pinned, muted_until, marked_unread }
    }

    fn view(self, me: UserId) -> ConversationView {
        let Conversation { head, unread, mentions, .. } = self.conversation;
        let mut view = ConversationView::new(self.conversation);
        view.held.count = Counted { head, read: view.read_by(me), unread, mentions };
        view.outgoing.extend(self.unsent.map(Rc::new));
        view.draft = self.draft;
        view.pinned = self.pinned;
        view.muted_until = self.muted_until;
        view.marked_unread = self.marked_unread;
        view
    }
}

fn shorten(body: &mut Body) {
    match body {
        Body::Text { text, preview, .. } => {
            text.truncate(beginning(text).len());
            *preview = None;
        }
        Body::Poll { question, options, .. } => {
            question.truncate(beginning(question).len());
            options.clear();
        }
        Body::Sticker(_) | Body::Deleted | Body::Expired | Body::Notice(_) => {}
    }
}

/// As much of a text as a row has room for: a browser lays out all it is given, seen or not.
pub fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT)]
}

#[cfg(test)]
mod tests {
    use kith_shared::json;
    use kith_shared::message::Message;
    use kith_shared::{ConversationId, Seq};
    use uuid::Uuid;

    use super::super::tests::{
        DIALOG, LEO, ME, apply, conversation, message, opened, outgoing, session, told,
    };
    use super::super::{Action, Connection, Pending, Stored};
    use super::*;

    /// What the Contact List shows of each conversation.
    fn rows(state: &State) -> Vec<String> {
        let row = |view: &Rc<ConversationView>| {
            let unsent = view.unsent().next_back().map(|outgoing| &outgoing.body);
            let last = view.last_message().map(|message| (&message.body, view.member_name(message.sender)));
            format!(
                "{} {} {} {unsent:?} {last:?} {:?} {} {} {}",
                view.name(ME),
                view.unread(ME),
                view.mentions(ME),
                view.draft,
                view.last_activity(),
                view.pinned,
                view.muted_until
            )
        };
        state.contact_list(None, 0..ROWS).0.iter().map(row).collect()
    }

    /// What is kept of a state, as it is shown at the next opening.
    fn opened_again(state: &State) -> State {
        let text = json::write(&state.first_screen().unwrap()).unwrap();
        let mut again = State::default();
        apply(&mut again, Action::Opening { session: session(), screen: json::read(&text).unwrap() });
        again
    }

    #[test]
    fn the_first_screen_is_the_list_as_it_was() {
        let mut state = opened(3);
        let group = Conversation {
            id: ConversationId(Uuid::from_u128(9)),
            kind: kith_shared::conversation::ConversationKind::Group,
            title: Some("Club".to_owned()),
            last_message: Some(message(70, LEO)),
            ..conversation(70)
        };
        apply(&mut state, Action::Conversations(vec![group]));
        for action in [
            told(4),
            Action::Written(outgoing(50)),
            Action::Draft { conversation: DIALOG, text: "half a th".to_owned() },
        ] {
            apply(&mut state, action);
        }
        let again = opened_again(&state);
        assert_eq!(rows(&again), rows(&state));
        assert_eq!(rows(&again).len(), 2);
    }

    #[test]
    fn nothing_is_made_of_it_and_what_is_stored_takes_its_place() {
        let mut again = opened_again(&opened(3));
        assert_eq!((again.me(), again.viewer(), again.unread()), (None, Some(ME), 0));
        let seen = apply(&mut again, Action::Seen { conversation: DIALOG, seq: Seq(3) });
        let connected = apply(&mut again, Action::Connection(Connection::Connecting));
        assert!(seen.is_empty() && connected.is_empty());
        apply(&mut again, Action::LoggedIn { session: session(), stored: Stored::default() });
        assert_eq!((again.conversations.len(), again.listing.len()), (0, 0));
        assert_eq!(again.me(), Some(ME));
    }

    #[test]
    fn nothing_is_kept_of_what_will_disappear_or_was_deleted_for_oneself() {
        let goes = Message { expires_at: Some(9_000), ..message(4, LEO) };
        let hidden = kith_shared::setting::hide(DIALOG, Seq(4));
        let hide = Pending { client_id: message(9, ME).client_id, key: hidden, value: Some("1".to_owned()) };
        for (last, then) in [(goes, None), (message(4, LEO), Some(Action::Set(hide)))] {
            let mut state = opened(3);
            let last = Message { body: Body::text("a secret"), ..last };
            let heard = kith_shared::frame::ServerFrame::Messages { messages: vec![last] };
            apply(&mut state, Action::Frame(heard));
            then.into_iter().for_each(|then| drop(apply(&mut state, then)));
            let text = json::write(&state.first_screen().unwrap()).unwrap();
            assert!(!text.contains("a secret"), "{text}");
            assert_eq!(opened_again(&state).conversations[&DIALOG].last_activity(), 4, "the order stays");
        }
    }

    #[test]
    fn little_is_kept_of_a_long_text() {
        let mut long = message(4, LEO);
        long.body = Body::text("ä".repeat(10_000));
        let mut state = opened(3);
        apply(&mut state, Action::Frame(kith_shared::frame::ServerFrame::Messages { messages: vec![long] }));
        let text = json::write(&state.first_screen().unwrap()).unwrap();
        assert!(text.len() < 2_000 && text.contains("ää"), "{}", text.len());
    }
}
