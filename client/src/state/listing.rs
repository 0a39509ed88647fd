//! The order of the Contact List, kept as things happen: with thousands of conversations it can't be made anew whenever
//! the screen is drawn.

use kith_shared::{ConversationId, Millis, UserId};

/// Which conversations there are, by their last activity, and with whom there is a dialog.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// Ascending: what happens last goes to the end, which moves nothing.
    by_activity: Vec<(Millis, ConversationId)>,
    /// Ascending.
    with_dialog: Vec<UserId>,
}

impl Listing {
    /// Newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = ConversationId> {
        self.by_activity.iter().rev().map(|(_, id)| *id)
    }

    pub fn len(&self) -> usize {
        self.by_activity.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_activity.is_empty()
    }

    pub fn has_dialog_with(&self, user: UserId) -> bool {
        self.with_dialog.binary_search(&user).is_ok()
    }

    /// Whether the conversation is where it belongs.
    pub(super) fn has(&self, id: ConversationId, activity: Millis) -> bool {
        self.by_activity.binary_search(&(activity, id)).is_ok()
    }

    /// Puts a conversation where it belongs.
    pub(super) fn insert(&mut self, id: ConversationId, activity: Millis) {
        if let Err(place) = self.by_activity.binary_search(&(activity, id)) {
            self.by_activity.insert(place, (activity, id));
        }
    }

    pub(super) fn remove(&mut self, id: ConversationId, activity: Millis) {
        if let Ok(place) = self.by_activity.binary_search(&(activity, id)) {
            self.by_activity.remove(place);
        }
    }

    pub(super) fn insert_person(&mut self, user: UserId) {
        if let Err(place) = self.with_dialog.binary_search(&user) {
            self.with_dialog.insert(place, user);
        }
    }
}
