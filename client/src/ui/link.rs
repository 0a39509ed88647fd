//! A link to another place of the app: a real one, so that it can be opened in a tab, copied and focused.

use kith_markup::html;
use yew::prelude::*;

use super::icon::Icon;
use super::kith::Kith;
use crate::i18n::text;
use crate::state::Route;

/// `label`: what it is called, where its content does not say.
pub fn link(kith: &Kith, to: Route, class: Classes, label: Option<AttrValue>, content: Html) -> Html {
    // A dialog is the same place at whichever of its messages.
    let here = &kith.state.route;
    let current = (*here == to || (to.conversation().is_some() && to.conversation() == here.conversation()))
        .then_some("page");
    let href = to.path();
    let engine = kith.engine.clone();
    let onclick = Callback::from(move |event: MouseEvent| {
        // With a key held the browser is asked for something of its own.
        if event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            event.prevent_default();
            engine.go(to.clone());
        }
    });
    html! {
        <a {class} {href} aria-current={current} aria-label={label.clone()} title={label} {onclick}>{ content }</a>
    }
}

/// The way up to the Contact List, on a phone.
pub fn back_button(kith: &Kith) -> Html {
    let engine = kith.engine.clone();
    let onclick = Callback::from(move |_: MouseEvent| engine.back());
    html! {
        <button class="icon-button bar__back" type="button" aria-label={text("app.back")} {onclick}>
            { Icon::Back.draw() }
        </button>
    }
}

/// The top of a pane that has a title and nothing else.
pub fn title_bar(kith: &Kith, title: &str) -> Html {
    html! { <header class="bar">{ back_button(kith) }<h1 class="bar__title">{ title }</h1></header> }
}
