//! Avatar: a person's initials on a colour that follows them.

use crate::i18n::text;
use kith_shared::user::User;
use yew::prelude::*;

const COLOURS: u8 = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Small,
    Medium,
    Large,
}

pub fn avatar(user: &User, size: Size, online: bool) -> Html {
    // The last byte of a UUIDv7 is random.
    let colour = user.id.0.as_bytes()[15] % COLOURS;
    let size = match size {
        Size::Small => "small",
        Size::Medium => "medium",
        Size::Large => "large",
    };
    html! {
        <span class={format!("avatar avatar--{colour} avatar--{size}")}>
            <span aria-hidden="true">{ initials(&user.display_name) }</span>
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
