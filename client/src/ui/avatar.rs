//! Avatar: the initials of a person or a group on a colour that follows them.

use kith_shared::user::User;
use uuid::Uuid;
use yew::prelude::*;

use super::kith::Kith;
use crate::i18n::text;
use crate::state::ConversationView;

const COLOURS: u8 = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Small,
    Medium,
    Large,
}

pub fn avatar(user: &User, size: Size, online: bool) -> Html {
    picture(user.id.0, &user.display_name, size, online)
}

/// What stands for a conversation: the other person's avatar, or a group's.
pub fn conversation_avatar(kith: &Kith, view: &ConversationView, size: Size) -> Html {
    let me = kith.me();
    match view.other(me) {
        Some(user) => avatar(user, size, kith.state.is_online(user.id)),
        None => picture(view.id().0, view.name(me), size, false),
    }
}

fn picture(id: Uuid, name: &str, size: Size, online: bool) -> Html {
    // The last byte of a UUIDv7 is random.
    let colour = id.as_bytes()[15] % COLOURS;
    let size = match size {
        Size::Small => "small",
        Size::Medium => "medium",
        Size::Large => "large",
    };
    html! {
        <span class={format!("avatar avatar--{colour} avatar--{size}")}>
            <span aria-hidden="true">{ initials(name) }</span>
            if online {
                <span class="avatar__presence" />
                <span class="visually-hidden">{ text("presence.online") }</span>
            }
        </span>
    }
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let (first, last) = (words.next(), words.next_back());
    let found: String = first.into_iter().chain(last).collect();
    if found.is_empty() { name.chars().take(1).collect() } else { found }
}
