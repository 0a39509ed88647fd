//! Names as the user's language sorts and compares them.

use std::cmp::Ordering;

use js_sys::{Intl, JsString, Object};
use kith_markup::html;
use kith_shared::UserId;
use kith_shared::contact::Contact;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use crate::i18n::{languages, text};
use crate::state::ConversationView;

/// What a conversation is called.
pub fn called(view: &ConversationView, me: UserId) -> AttrValue {
    match view.name(me) {
        _ if view.is_notes(me) => text("notes.title"),
        name => name.to_owned().into(),
    }
}

/// In the order of their display names.
pub fn by_name(contacts: Vec<&Contact>) -> Vec<&Contact> {
    if contacts.len() < 2 {
        return contacts;
    }
    let compare = Intl::Collator::new(&languages(), &Object::new()).compare();
    let order = |one: &str, other: &str| {
        let order = compare.call2(&JsValue::UNDEFINED, &JsValue::from_str(one), &JsValue::from_str(other));
        order.ok().and_then(|order| order.as_f64()).and_then(|order| order.partial_cmp(&0.0))
    };
    let mut in_order: Vec<&Contact> = Vec::with_capacity(contacts.len());
    // Inserted, not sorted: see the state's `insert_by`.
    for contact in contacts {
        let comes_first = |other: &&Contact| {
            let names =
                order(&other.user.display_name, &contact.user.display_name).unwrap_or(Ordering::Equal);
            names.then_with(|| other.user.id.cmp(&contact.user.id)).is_lt()
        };
        in_order.insert(in_order.partition_point(comes_first), contact);
    }
    in_order
}

/// What stands beside the name of somebody a program speaks as.
pub fn bot_badge(is_bot: bool) -> Html {
    html! {
        if is_bot {
            <span class="bot-badge">{ text("bots.badge") }</span>
        }
    }
}

/// Whether somebody, a group or notes to self, which have no name, are what was searched for, by name or username, whatever
/// the case.
pub fn matcher(search: &str) -> impl Fn(&str, &str) -> bool {
    let search = search.trim();
    let search = if search.is_empty() { String::new() } else { lower(search) };
    move |name, username| {
        let name = if name.is_empty() { &*text("notes.title") } else { name };
        search.is_empty() || lower(name).contains(&search) || username.contains(&search)
    }
}

pub fn lower(text: &str) -> String {
    String::from(JsString::from(text).to_lower_case())
}
