//! One conversation in the Contact List.

use kith_shared::UserId;
use kith_shared::message::Body;
use yew::prelude::*;

use super::avatar::{Size, avatar};
use super::class::class;
use super::kith::Kith;
use super::link::link;
use super::time;
use crate::i18n::{plural, text, text_with};
use crate::state::{ConversationView, Route};

pub fn contact_row(kith: &Kith, view: &ConversationView) -> Html {
    let (state, me) = (&kith.state, kith.me());
    let Some(user) = view.other(me) else { return Html::default() };
    let route = Route::Dialog(view.id());
    let active = state.route.conversation() == Some(view.id());
    let unread = view.unread(me);
    let content = html! {
        <>
            { avatar(user, Size::Medium, state.is_online(user.id)) }
            <span class="contact-row__name">{ &user.display_name }</span>
            <span class="contact-row__time">{ time::short(view.last_activity(), state.now) }</span>
            { preview(view, me, active) }
            if unread > 0 {
                <span class="badge" aria-hidden="true">{ unread }</span>
                <span class="visually-hidden">{ plural("contact_list.unread", unread) }</span>
            }
        </>
    };
    link(kith, route, class("contact-row", &[("contact-row--active", active)]), None, content)
}

/// The draft one left, or what was written last. The draft of the open dialog is on the screen already.
fn preview(view: &ConversationView, me: UserId, active: bool) -> Html {
    if !view.typing.is_empty() {
        return html! {
            <span class="contact-row__preview contact-row__preview--typing">{ text("contact_list.typing") }</span>
        };
    }
    let draft = view.draft.trim();
    if !draft.is_empty() && !active {
        return html! {
            <span class="contact-row__preview">
                <span class="contact-row__draft">{ text("contact_list.draft") }</span>
                { " " }
                { draft }
            </span>
        };
    }
    let outgoing = view.outgoing.last().map(|outgoing| (&outgoing.body, true));
    let last = outgoing.or_else(|| view.last_message().map(|last| (&last.body, last.sender == me)));
    let text = match last {
        None => text("contact_list.no_message"),
        Some((Body::Deleted, _)) => text("dialog.deleted"),
        Some((Body::Text { text }, true)) => text_with("contact_list.own_message", &[("text", text)]),
        Some((Body::Text { text }, false)) => text.clone().into(),
    };
    html! { <span class="contact-row__preview">{ text }</span> }
}
