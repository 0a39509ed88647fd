//! What one can do with a conversation from the Contact List.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::setting;
use yew::prelude::*;

use super::icon::Icon;
use super::kith::Kith;
use super::marks::ALWAYS;
use super::names::called;
use super::sheet::{Sheet, item};
use crate::i18n::text;
use crate::state::{ConversationView, Route};

pub fn row_menu(kith: &Kith, view: &Rc<ConversationView>, at: (i32, i32), onclose: Callback<()>) -> Html {
    let (id, now) = (view.id(), kith.state.now);
    let set = |key: String, value: Option<String>| {
        let engine = kith.engine.clone();
        Callback::from(move |_: MouseEvent| engine.set(key.clone(), value.clone()))
    };
    let switch = |icon: Icon, on: bool, labels: [&'static str; 2], key: String, value: String| {
        item(icon.draw(), text(labels[usize::from(on)]), set(key, (!on).then_some(value)))
    };
    let one = || "1".to_owned();
    let details = {
        let engine = kith.engine.clone();
        Callback::from(move |_: MouseEvent| engine.go(Route::Details(id)))
    };
    html! {
        <Sheet key={id.to_string()} class="menu" label={called(view, kith.me())} {at} {onclose}>
            <div class="menu__items">
                { switch(Icon::Pin, view.pinned, ["details.pin", "details.unpin"], setting::pin(id), one()) }
                { switch(Icon::Chat, view.marked_unread, ["details.unread", "details.read"], setting::unread(id), one()) }
                { switch(Icon::Clock, view.muted_until > now, ["details.mute", "details.unmute"], setting::mute(id), ALWAYS.to_string()) }
                { switch(Icon::Archive, view.is_archived(), ["details.archive", "details.unarchive"], setting::archive(id), view.head().to_string()) }
                { item(Icon::Settings.draw(), text("details.title"), details) }
            </div>
        </Sheet>
    }
}
