//! Who is logged in, their contacts, and time going by.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use kith_shared::auth::Session;
use kith_shared::contact::Contacts;
use kith_shared::user::User;
use kith_shared::{Millis, UserId};

use super::{ConversationView, Effect, Phase, State, Stored};

impl State {
    pub(super) fn tick(&mut self, now: Millis) {
        self.now = now;
        let ended = |view: &ConversationView| view.typing.iter().any(|typing| typing.until <= now);
        if !self.conversations.values().any(|view| ended(view)) {
            return;
        }
        for view in Rc::make_mut(&mut self.conversations).values_mut().filter(|view| ended(view)) {
            Rc::make_mut(view).typing.retain(|typing| typing.until > now);
        }
    }

    pub(super) fn log_in(&mut self, session: Session, stored: Stored) {
        let Stored { contacts, conversations, outbox, drafts } = stored;
        let restored =
            conversations.into_iter().map(|held| (held.conversation.id, ConversationView::restored(held)));
        let mut views: BTreeMap<_, _> = restored.collect();
        for outgoing in outbox {
            if let Some(view) = views.get_mut(&outgoing.conversation) {
                view.outgoing.push(Rc::new(outgoing));
            }
        }
        for view in views.values_mut() {
            view.outgoing.sort_by_key(|outgoing| outgoing.place);
        }
        for (conversation, text) in drafts {
            if let Some(view) = views.get_mut(&conversation) {
                view.draft = text;
            }
        }
        self.conversations = Rc::new(views.into_iter().map(|(id, view)| (id, Rc::new(view))).collect());
        self.put_contacts(contacts);
        self.phase = Phase::LoggedIn(Rc::new(session));
    }

    /// Nothing of the person stays but the place they are at: an invitation is opened before one logs in.
    pub(super) fn log_out(&mut self) {
        let Self { connection, route, invitation, notice, now, .. } = std::mem::take(self);
        *self =
            Self { phase: Phase::LoggedOut, connection, route, invitation, notice, now, ..Self::default() };
    }

    pub(super) fn set_profile(&mut self, user: User) {
        let Phase::LoggedIn(session) = &mut self.phase else { return };
        for view in Rc::make_mut(&mut self.conversations).values_mut() {
            for member in &mut Rc::make_mut(view).held.conversation.members {
                if member.user.id == user.id {
                    member.user.clone_from(&user);
                }
            }
        }
        Rc::make_mut(session).user = user;
    }

    pub(super) fn set_contacts(&mut self, contacts: Contacts, effects: &mut Vec<Effect>) {
        self.put_contacts(contacts);
        effects.push(Effect::StoreContacts);
    }

    fn put_contacts(&mut self, Contacts { contacts, online }: Contacts) {
        self.contacts = Rc::new(contacts.into_iter().map(|contact| (contact.user.id, contact)).collect());
        self.online = Rc::new(online.into_iter().collect());
    }

    pub(super) fn set_online(&mut self, online: impl IntoIterator<Item = UserId>) {
        self.online = Rc::new(online.into_iter().collect::<BTreeSet<_>>());
    }

    pub(super) fn set_presence(&mut self, user: UserId, online: bool) {
        let set = Rc::make_mut(&mut self.online);
        if online {
            set.insert(user);
        } else {
            set.remove(&user);
        }
    }

    /// When a typing line that is shown has to be looked at again.
    pub fn next_typing_end(&self) -> Option<Millis> {
        self.conversations.values().flat_map(|view| &view.typing).map(|typing| typing.until).min()
    }
}
