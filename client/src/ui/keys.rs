//! Keys that hold everywhere, and what says which keys there are.

use kith_markup::html;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::kith::use_kith;
use super::page;
use crate::engine::Engine;
use crate::i18n::text;
use crate::state::Route;

/// What is pressed, and what it does.
const KEYS: [(&str, &str); 11] = [
    ("Ctrl K", "keys.search"),
    ("↓ ↑", "keys.list"),
    ("Esc", "keys.leave"),
    ("Enter", "keys.send"),
    ("Shift Enter", "keys.line"),
    ("↑", "keys.edit"),
    ("Ctrl B", "keys.bold"),
    ("Ctrl I", "keys.italic"),
    ("Ctrl E", "keys.code"),
    ("Ctrl Shift X", "keys.strike"),
    ("?", "keys.help"),
];

const SEARCH: &str = ".pane-list .search__input";
const FIRST_ROW: &str = ".pane-list a.contact-row";

#[component]
pub fn Keys() -> Html {
    let (kith, help) = (use_kith(), use_node_ref());
    {
        let (engine, help) = (kith.engine, help.clone());
        use_effect_with((), move |()| page::hear_keys(move |event| pressed(&engine, &help, &event)));
    }
    html! {
        <dialog class="keys" ref={help} aria-labelledby="keys-title">
            <form method="dialog">
                <h2 class="section__title" id="keys-title">{ text("keys.title") }</h2>
                <dl class="keys__list">
                    for (key, does) in KEYS {
                        <div><dt>{ for key.split(' ').map(|key| html! { <kbd>{ key }</kbd> }) }</dt><dd>{ text(does) }</dd></div>
                    }
                </dl>
                <button class="button">{ text("keys.close") }</button>
            </form>
        </dialog>
    }
}

fn pressed(engine: &Engine, help: &NodeRef, event: &KeyboardEvent) {
    // Keys that compose a character belong to the input method.
    let taken = event.default_prevented() || event.is_composing();
    let Some(target) = event.target_dyn_into::<Element>().filter(|_| !taken) else { return };
    let help = help.cast::<HtmlDialogElement>().filter(|help| !help.open());
    let taken = match event.key().as_str() {
        "k" if event.ctrl_key() || event.meta_key() => page::find(SEARCH).is_some_and(|field| focus(&field)),
        "?" if !is_written_in(&target) => help.is_some_and(|help| help.show_modal().is_ok()),
        "Escape" if page::find("dialog[open]").is_none() && dismiss(engine) => true,
        // What stands above the rest is what it closes, by itself.
        "Escape" if !target.has_type::<HtmlInputElement>() && page::find("dialog[open]").is_none() => {
            leave(engine)
        }
        "Enter" if target.matches(SEARCH).unwrap_or(false) => {
            page::find(FIRST_ROW).is_some_and(|row| press(&row))
        }
        "ArrowDown" => next(&target, Element::next_element_sibling).is_some_and(|row| focus(&row)),
        "ArrowUp" => next(&target, Element::previous_element_sibling).is_some_and(|row| focus(&row)),
        _ => false,
    };
    if taken {
        event.prevent_default();
    }
}

fn is_written_in(target: &Element) -> bool {
    target.has_type::<HtmlInputElement>() || target.has_type::<HtmlTextAreaElement>()
}

/// Puts away what came last, if something is told of.
fn dismiss(engine: &Engine) -> bool {
    let latest = engine.state().notifications.last().map(|latest| latest.conversation);
    latest.iter().for_each(|latest| engine.dismiss(Some(*latest)));
    latest.is_some()
}

/// From a chat back to all of them; from nowhere else, where something half done would be lost.
fn leave(engine: &Engine) -> bool {
    let in_chat = matches!(engine.state().route, Route::Dialog(_) | Route::Message(..));
    if in_chat {
        engine.go(Route::Conversations);
    }
    in_chat
}

/// The row beside the one that has the focus; below the field one searches in, the first.
fn next(from: &Element, beside: fn(&Element) -> Option<Element>) -> Option<Element> {
    if from.matches(SEARCH).ok()? {
        return page::find(FIRST_ROW);
    }
    from.closest(".contact-list__items").ok()??;
    beside(&from.closest("li").ok()??)?.first_element_child()
}

fn focus(element: &Element) -> bool {
    element.dyn_ref::<HtmlElement>().map(page::focus_on).is_some()
}

fn press(element: &Element) -> bool {
    element.dyn_ref::<HtmlElement>().map(HtmlElement::click).is_some()
}
