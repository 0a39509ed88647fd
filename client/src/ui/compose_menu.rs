//! What one can send besides a text, behind a button of the composer.

use kith_markup::html;
use web_sys::Element;
use yew::prelude::*;

use super::chosen::{Above, Chosen};
use super::icon::Icon;
use super::local::Local;
use super::page;
use super::send_later::can_send_later;
use super::sheet::{Sheet, item};
use crate::i18n::text;
use crate::state::ConversationView;

/// Where the browser asks which files.
const FILES: &str = ".composer__files";

pub fn compose_button(chosen: &Local<Chosen>) -> Html {
    let chosen = chosen.clone();
    let onclick = Callback::from(move |event: MouseEvent| {
        // Pressed by a key, a click has no place of its own.
        let button = event.target_dyn_into::<Element>().map(|button| button.get_bounding_client_rect());
        let at = button.map(|button| (button.left() as i32, button.top() as i32)).unwrap_or_default();
        chosen.set(|chosen| chosen.above = Some(Above::Compose(at)));
    });
    let label = text("composer.more");
    html! {
        <button class="icon-button composer__more" type="button" aria-haspopup="menu" aria-label={label.clone()} title={label} {onclick}>
            { Icon::Plus.draw() }
        </button>
    }
}

pub fn compose_menu(
    view: &ConversationView,
    at: (i32, i32),
    chosen: &Local<Chosen>,
    onclose: Callback<()>,
) -> Html {
    html! {
        <Sheet key="compose" class="menu" label={text("composer.more")} {at} {onclose}>
            <div class="menu__items">
                { item(Icon::Document.draw(), text("attach.choose"), Callback::from(|_| page::press(FILES))) }
                { item(Icon::Poll.draw(), text("poll.title"), chosen.show(Above::Poll)) }
                if can_send_later(view) {
                    { item(Icon::Clock.draw(), text("later.title"), chosen.show(Above::Later)) }
                }
            </div>
        </Sheet>
    }
}
