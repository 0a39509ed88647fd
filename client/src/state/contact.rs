//! Contacts, and the order of the Contact List.

use std::collections::BTreeMap;
use std::rc::Rc;

use kith_shared::UserId;
use kith_shared::contact::{Contact, Relation};

use super::{ConversationView, State};

pub(super) fn by_relation(contacts: &BTreeMap<UserId, Contact>, relation: Relation) -> Vec<&Contact> {
    let mut found: Vec<_> = contacts.values().filter(|contact| contact.relation == relation).collect();
    found.sort_by_key(|contact| (contact.user.display_name.to_lowercase(), contact.user.id));
    found
}

pub(super) fn list(state: &State, search: &str) -> Vec<Rc<ConversationView>> {
    let search = search.trim().to_lowercase();
    let Some(me) = state.me() else { return Vec::new() };
    let matches = |view: &&Rc<ConversationView>| {
        search.is_empty()
            || view.other(me).is_some_and(|user| {
                user.display_name.to_lowercase().contains(&search) || user.username.contains(&search)
            })
    };
    let mut found: Vec<_> = state.conversations.values().filter(matches).cloned().collect();
    found.sort_by_key(|view| (std::cmp::Reverse(view.last_activity()), view.id()));
    found
}
