//! One conversation in the Contact List.

use kith_markup::html;
use kith_shared::UserId;
use kith_shared::message::Body;
use yew::prelude::*;

use super::avatar::{Size, conversation_avatar};
use super::class::class;
use super::group_notice::group_notice;
use super::kith::Kith;
use super::link::link;
use super::names::{bot_badge, called};
use super::said::said;
use super::time;
use crate::i18n::{plural, text, text_with};
use crate::state::{ConversationView, Route, beginning};

/// What the browser writes by the rules of a language, times and plurals, takes it as long at first as all else together:
/// a row is drawn without before it is drawn `whole`.
pub fn contact_row(kith: &Kith, view: &ConversationView, whole: bool) -> Html {
    let (state, me) = (&kith.state, kith.me());
    let route = Route::Dialog(view.id());
    let active = state.route.conversation() == Some(view.id());
    let unread = view.unread(me);
    let time = whole.then(|| time::short(view.last_activity(), state.now));
    let content = html! {
        <>
            { conversation_avatar(kith, view, Size::Medium) }
            <span class="contact-row__name">{ called(view, me) }{ bot_badge(view.other(me).is_some_and(|other| other.bot)) }</span>
            <span class="contact-row__time">{ time }</span>
            { preview(view, me, active) }
            if unread > 0 {
                <span class={class("badge", &[("badge--muted", view.muted_until > state.now)])} aria-hidden="true">
                    { if view.mentions(me) > 0 { "@ " } else { "" } }{ unread }
                </span>
                <span class="visually-hidden">{ whole.then(|| plural("contact_list.unread", unread)) }</span>
            } else if view.marked_unread {
                <span class="badge badge--mark" aria-hidden="true" />
                <span class="visually-hidden">{ text("contact_list.marked_unread") }</span>
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
                { beginning(draft) }
            </span>
        };
    }
    let notice = view.last_shown().and_then(|last| group_notice(view, last, me));
    let outgoing = view.unsent().next_back().map(|outgoing| (&outgoing.body, me));
    let last = outgoing.or_else(|| view.last_shown().map(|last| (&last.body, last.sender)));
    let text = match last {
        None => text("contact_list.no_message"),
        Some((Body::Notice(_), _)) => notice.unwrap_or_default(),
        Some((body, sender)) if sender == me && body.words().is_some() && !view.is_notes(me) => {
            text_with("contact_list.own_message", &[("text", &said(body))])
        }
        Some((body, sender)) if view.is_group() && body.words().is_some() => text_with(
            "contact_list.members_message",
            &[("name", view.member_name(sender)), ("text", &said(body))],
        ),
        Some((body, _)) => said(body),
    };
    html! { <span class="contact-row__preview">{ text }</span> }
}
