//! The order of the Contact List, kept as things happen: with thousands of conversations it can't be made anew whenever
//! the screen is drawn.

use kith_shared::{ConversationId, Millis, UserId};

use super::order::keep;

/// Whether a conversation is not archived, whether it is pinned, and when something last happened in it: the greater
/// comes first.
pub type Place = (bool, bool, Millis);

/// Which conversations there are, by their place, and with whom there is a dialog.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// Ascending: what happens last goes to the end, which moves nothing.
    by_place: Vec<(Place, ConversationId)>,
    /// Ascending.
    with_dialog: Vec<UserId>,
    /// There are notes to self.
    pub notes: bool,
}

impl Listing {
    /// As they are shown.
    pub fn first_to_last(&self) -> impl Iterator<Item = ConversationId> {
        self.by_place.iter().rev().map(|(_, id)| *id)
    }

    pub fn len(&self) -> usize {
        self.by_place.len()
    }

    /// How many there are that are archived: they are the last.
    pub fn archived(&self) -> usize {
        self.by_place.partition_point(|((shown, ..), _)| !shown)
    }

    pub fn is_empty(&self) -> bool {
        self.by_place.is_empty()
    }

    pub fn has_dialog_with(&self, user: UserId) -> bool {
        self.with_dialog.binary_search(&user).is_ok()
    }

    /// Whether the conversation is where it belongs.
    pub(super) fn has(&self, id: ConversationId, at: Place) -> bool {
        self.by_place.binary_search(&(at, id)).is_ok()
    }

    /// Puts a conversation where it belongs.
    pub(super) fn insert(&mut self, id: ConversationId, at: Place) {
        keep(&mut self.by_place, (at, id), true);
    }

    pub(super) fn remove(&mut self, id: ConversationId, at: Place) {
        keep(&mut self.by_place, (at, id), false);
    }

    pub(super) fn insert_person(&mut self, user: UserId) {
        keep(&mut self.with_dialog, user, true);
    }
}
