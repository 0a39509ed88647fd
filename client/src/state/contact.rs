//! Contacts, and the order of the Contact List.

use std::ops::Range;
use std::rc::Rc;

use kith_shared::contact::{Contact, Relation};
use kith_shared::conversation::ConversationKind;
use kith_shared::user::User;
use kith_shared::{ConversationId, Millis, UserId};

use super::{Connection, ConversationView, State};

impl State {
    /// Those of one relation, in no particular order: names are sorted by language, which is the UI's.
    pub fn contacts_by(&self, relation: Relation) -> Vec<&Contact> {
        self.contacts.iter().filter(|contact| contact.relation == relation).collect()
    }

    /// What somebody is, as far as this device knows.
    pub fn contact(&self, user: UserId) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.user.id == user)
    }

    /// The Contact List: conversations by newest activity, outgoing messages counted; where some are `wanted`, those
    /// whose other person is. Gives those of one part of it, and how many there are in all.
    pub fn contact_list(
        &self,
        wanted: Option<&dyn Fn(&User) -> bool>,
        part: Range<usize>,
    ) -> (Vec<Rc<ConversationView>>, usize) {
        let view = |id| self.conversations.get(&id);
        let (Some(wanted), Some(me)) = (wanted, self.me()) else {
            let ids = self.listing.newest_first().skip(part.start).take(part.len());
            return (ids.filter_map(view).cloned().collect(), self.listing.len());
        };
        let views = self.listing.newest_first().filter_map(view);
        let found: Vec<_> = views.filter(|view| view.other(me).is_some_and(wanted)).collect();
        let total = found.len();
        (found.into_iter().skip(part.start).take(part.len()).cloned().collect(), total)
    }

    /// Friends one has no dialog with yet; those `wanted` only.
    pub fn friends_without_dialog(&self, wanted: impl Fn(&User) -> bool) -> Vec<&Contact> {
        let mut found = self.contacts_by(Relation::Friend);
        found.retain(|friend| !self.listing.has_dialog_with(friend.user.id) && wanted(&friend.user));
        found
    }

    /// Keeps the order of the Contact List: the conversation's last activity was `before`.
    pub(super) fn list(&mut self, conversation: ConversationId, before: Millis) {
        let Some(view) = self.conversations.get(&conversation) else { return };
        let activity = view.last_activity();
        if before == activity && self.listing.has(conversation, activity) {
            return;
        }
        let listing = Rc::make_mut(&mut self.listing);
        listing.remove(conversation, before);
        listing.insert(conversation, activity);
        if view.held.conversation.kind == ConversationKind::Direct {
            let people = view.held.conversation.members.iter();
            people.for_each(|member| listing.insert_person(member.user.id));
        }
    }

    /// Whether the friend is connected, as far as this device can know: without a connection of its own, nobody is.
    pub fn is_online(&self, user: UserId) -> bool {
        let connected = matches!(self.connection, Connection::Online | Connection::CatchingUp);
        connected && self.online.binary_search(&user).is_ok()
    }
}
