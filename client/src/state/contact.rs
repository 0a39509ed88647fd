//! Contacts, and the order of the Contact List.

use std::ops::Range;
use std::rc::Rc;

use kith_shared::contact::{Contact, Relation};
use kith_shared::{ConversationId, Millis, UserId};

use super::listing::Place;
use super::{Connection, ConversationView, State};

/// Whether what goes by this name and username is what one looks for.
pub type Wanted<'a> = dyn Fn(&str, &str) -> bool + 'a;

impl State {
    /// Those of one relation, in no particular order: names are sorted by language, which is the UI's.
    pub fn contacts_by(&self, relation: Relation) -> Vec<&Contact> {
        self.contacts.iter().filter(|contact| contact.relation == relation).collect()
    }

    /// What somebody is, as far as this device knows.
    pub fn contact(&self, user: UserId) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.user.id == user)
    }

    /// The Contact List: pinned conversations first, then by newest activity, outgoing messages counted; where some are
    /// `wanted`, those that are, by the names they go by. Gives those of one part of it, and how many there are in all.
    pub fn contact_list(
        &self,
        wanted: Option<&Wanted<'_>>,
        part: Range<usize>,
    ) -> (Vec<Rc<ConversationView>>, usize) {
        let view = |id| self.conversations.get(&id);
        let (Some(wanted), Some(me)) = (wanted, self.me()) else {
            let total = self.listing.len() - self.listing.archived();
            return (self.listed(part.start..part.end.min(total)), total);
        };
        let is_wanted = |view: &&Rc<ConversationView>| {
            wanted(view.name(me), view.other(me).map_or("", |user| &user.username))
        };
        let found: Vec<_> = self.listing.first_to_last().filter_map(view).filter(is_wanted).collect();
        let total = found.len();
        (found.into_iter().skip(part.start).take(part.len()).cloned().collect(), total)
    }

    /// One part of what is archived, newest first, and how much there is in all.
    pub fn archive(&self, part: Range<usize>) -> (Vec<Rc<ConversationView>>, usize) {
        let total = self.listing.archived();
        let before = self.listing.len() - total;
        (self.listed(before + part.start..before + part.end), total)
    }

    fn listed(&self, part: Range<usize>) -> Vec<Rc<ConversationView>> {
        let ids = self.listing.first_to_last().skip(part.start).take(part.len());
        ids.filter_map(|id| self.conversations.get(&id)).cloned().collect()
    }

    /// Friends one has no dialog with yet; those `wanted` only.
    pub fn friends_without_dialog(&self, wanted: impl Fn(&str, &str) -> bool) -> Vec<&Contact> {
        let mut found = self.contacts_by(Relation::Friend);
        found.retain(|friend| {
            let user = &friend.user;
            !self.listing.has_dialog_with(user.id) && wanted(&user.display_name, &user.username)
        });
        found
    }

    /// Keeps the order of the Contact List: the conversation's place was `before`.
    pub(super) fn list(&mut self, conversation: ConversationId, before: Place) {
        let Some(view) = self.conversations.get(&conversation) else { return };
        let place = view.listing_place();
        if before == place && self.listing.has(conversation, place) {
            return;
        }
        let listing = Rc::make_mut(&mut self.listing);
        listing.remove(conversation, before);
        listing.insert(conversation, place);
        if !view.is_group() {
            let people = &view.held.conversation.members;
            people.iter().for_each(|member| listing.insert_person(member.user.id));
            listing.notes |= people.len() == 1;
        }
    }

    /// When a friend who is not there was last seen, if they tell it.
    pub fn last_seen(&self, user: UserId) -> Option<Millis> {
        self.contact(user)?.last_seen
    }

    /// Whether the friend is connected, as far as this device can know: without a connection of its own, nobody is.
    pub fn is_online(&self, user: UserId) -> bool {
        let connected = matches!(self.connection, Connection::Online | Connection::CatchingUp);
        connected && self.online.binary_search(&user).is_ok()
    }
}
