//! Avatar: the picture of a person or a group, or their initials on a colour that follows them.

use kith_markup::html;
use kith_shared::user::User;
use kith_shared::{FileId, routes};
use uuid::Uuid;
use yew::prelude::*;

use super::icon::Icon;
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

impl Size {
    fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

pub fn avatar(user: &User, size: Size, online: bool) -> Html {
    picture((user.id.0, user.avatar), &user.display_name, size, online)
}

/// What stands for a conversation: the other person's avatar, a group's, or that of notes to self.
pub fn conversation_avatar(kith: &Kith, view: &ConversationView, size: Size) -> Html {
    let me = kith.me();
    match view.other(me) {
        Some(user) => avatar(user, size, kith.state.is_online(user.id)),
        None if view.is_notes(me) => notes_avatar(size),
        None => picture((view.id().0, view.held.conversation.avatar), view.name(me), size, false),
    }
}

pub fn notes_avatar(size: Size) -> Html {
    html! { <span class={format!("avatar avatar--notes avatar--{}", size.name())}>{ Icon::Bookmark.draw() }</span> }
}

fn picture((id, file): (Uuid, Option<FileId>), name: &str, size: Size, online: bool) -> Html {
    // The last byte of a UUIDv7 is random.
    let colour = id.as_bytes()[15] % COLOURS;
    // Where a picture can't be had, the initials are still there.
    html! {
        <span class={format!("avatar avatar--{colour} avatar--{}", size.name())}>
            <span aria-hidden="true">{ initials(name) }</span>
            if let Some(file) = file {
                <img class="avatar__picture" alt="" src={routes::file(file)} loading="lazy" />
            }
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
