//! Contacts, and the order of the Contact List.

use std::cmp::Reverse;
use std::rc::Rc;

use kith_shared::UserId;
use kith_shared::contact::{Contact, Relation};

use super::order::insert_by;
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

    /// The Contact List: pinned conversations first, then by newest activity, outgoing messages counted; those `wanted`
    /// only, by the names they go by.
    pub fn contact_list(&self, wanted: impl Fn(&str, &str) -> bool) -> Vec<Rc<ConversationView>> {
        let Some(me) = self.me() else { return Vec::new() };
        let mut found: Vec<Rc<ConversationView>> = Vec::new();
        for view in self.conversations.values() {
            let username = view.other(me).map_or("", |user| &user.username);
            if wanted(view.name(me), username) {
                insert_by(&mut found, view.clone(), |view| Reverse((view.pinned, view.last_activity())));
            }
        }
        found
    }

    /// Friends one has no dialog with yet; those `wanted` only.
    pub fn friends_without_dialog(&self, wanted: impl Fn(&str, &str) -> bool) -> Vec<&Contact> {
        let Some(me) = self.me() else { return Vec::new() };
        let mut with_dialog = Vec::new();
        for other in self.conversations.values().filter_map(|view| view.other(me)) {
            insert_by(&mut with_dialog, other.id, |id| *id);
        }
        let mut found = self.contacts_by(Relation::Friend);
        found.retain(|friend| {
            with_dialog.binary_search(&friend.user.id).is_err()
                && wanted(&friend.user.display_name, &friend.user.username)
        });
        found
    }

    /// Whether the friend is connected, as far as this device can know: without a connection of its own, nobody is.
    pub fn is_online(&self, user: UserId) -> bool {
        let connected = matches!(self.connection, Connection::Online | Connection::CatchingUp);
        connected && self.online.binary_search(&user).is_ok()
    }
}
