//! Who is logged in, their contacts, and time going by.

use std::rc::Rc;

use kith_shared::auth::Session;
use kith_shared::contact::Contacts;
use kith_shared::user::User;
use kith_shared::{ConversationId, Millis, UserId};
use litemap::LiteMap;

use super::order::keep;
use super::outbox::insert_by_place;
use super::{ConversationView, Effect, Phase, State, Stored};

impl State {
    pub(super) fn tick(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        self.now = now;
        self.expire(effects);
        let ended = |view: &ConversationView| view.typing.iter().any(|typing| typing.until <= now);
        if !self.conversations.values().any(|view| ended(view)) {
            return;
        }
        for (_, view) in Rc::make_mut(&mut self.conversations).iter_mut().filter(|(_, view)| ended(view)) {
            Rc::make_mut(view).typing.retain(|typing| typing.until > now);
        }
    }

    pub(super) fn log_in(&mut self, session: Session, stored: Stored) {
        let Stored { contacts, conversations, outbox, drafts, settings, schedule } = stored;
        let mut views = LiteMap::with_capacity(conversations.len());
        for held in conversations {
            views.insert(held.conversation.id, Rc::new(ConversationView::restored(held)));
        }
        for outgoing in outbox {
            if let Some(view) = views.get_mut(&outgoing.conversation) {
                insert_by_place(&mut Rc::make_mut(view).outgoing, Rc::new(outgoing));
            }
        }
        for (conversation, text) in drafts {
            if let Some(view) = views.get_mut(&conversation) {
                Rc::make_mut(view).draft = text;
            }
        }
        self.show_conversations(views);
        self.put_contacts(contacts);
        self.phase = Phase::LoggedIn(Rc::new(session));
        self.settings = Rc::new(settings);
        self.schedule = Rc::new(schedule);
        self.show_settings();
    }

    /// These, and no others.
    pub(super) fn show_conversations(&mut self, views: LiteMap<ConversationId, Rc<ConversationView>>) {
        self.conversations = Rc::new(views);
        self.listing = Rc::default();
        for view in self.conversations.clone().values() {
            self.list(view.id(), view.listing_place());
        }
    }

    /// Nothing of the person stays but the place they are at: an invitation is opened before one logs in.
    pub(super) fn log_out(&mut self) {
        let Self {
            connection,
            route,
            invitation,
            emoji,
            notice,
            attentive,
            update,
            install,
            storage_forgets,
            now,
            ..
        } = std::mem::take(self);
        let phase = Phase::LoggedOut;
        *self = Self {
            phase,
            connection,
            route,
            invitation,
            emoji,
            notice,
            attentive,
            update,
            install,
            storage_forgets,
            now,
            ..Self::default()
        };
    }

    pub(super) fn set_profile(&mut self, user: User) {
        let Phase::LoggedIn(session) = &mut self.phase else { return };
        for (_, view) in Rc::make_mut(&mut self.conversations).iter_mut() {
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
        self.show_contacts(effects);
        effects.push(Effect::StoreContacts);
    }

    /// Who goes by another name or has another picture is shown so in conversations too.
    fn show_contacts(&mut self, effects: &mut Vec<Effect>) {
        let contacts = self.contacts.clone();
        let known: LiteMap<UserId, &User> =
            contacts.iter().map(|contact| (contact.user.id, &contact.user)).collect();
        for (id, view) in Rc::make_mut(&mut self.conversations).iter_mut() {
            let now = |user: &User| known.get(&user.id).copied().filter(|known| *known != user);
            let members = &view.held.conversation.members;
            if members.iter().all(|member| now(&member.user).is_none()) {
                continue;
            }
            for member in &mut Rc::make_mut(view).held.conversation.members {
                if let Some(user) = now(&member.user) {
                    member.user = user.clone();
                }
            }
            effects.push(Effect::StoreConversation(*id));
        }
    }

    fn put_contacts(&mut self, Contacts { contacts, online }: Contacts) {
        self.contacts = Rc::new(contacts);
        self.set_online(online);
    }

    pub(super) fn set_online(&mut self, online: Vec<UserId>) {
        self.online = Rc::default();
        online.into_iter().for_each(|user| self.set_presence(user, true));
    }

    pub(super) fn set_presence(&mut self, user: UserId, online: bool) {
        keep(Rc::make_mut(&mut self.online), user, online);
    }

    pub(super) fn set_last_seen(&mut self, user: UserId, last_seen: Option<Millis>) {
        if self.last_seen(user) == last_seen {
            return;
        }
        let contacts = Rc::make_mut(&mut self.contacts);
        if let Some(contact) = contacts.iter_mut().find(|contact| contact.user.id == user) {
            contact.last_seen = last_seen;
        }
    }

    /// When a typing line that is shown has to be looked at again.
    pub fn next_typing_end(&self) -> Option<Millis> {
        self.conversations.values().flat_map(|view| &view.typing).map(|typing| typing.until).min()
    }
}
