//! Sheet: what stands above the rest until one is done with it: a menu where one pressed, or a question in the middle. On
//! a phone it comes from below.

use kith_markup::html;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement};
use yew::prelude::*;

use super::page;
use crate::i18n::text;

/// Pixels that are left between a menu and the edge of the window.
const EDGE: f64 = 8.0;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub class: &'static str,
    pub label: AttrValue,
    /// Where one pressed, in pixels of the window; none is in the middle.
    pub at: Option<(i32, i32)>,
    /// It was closed, by whatever means.
    pub onclose: Callback<()>,
    /// Any button in it closes it, unless its type is `button`.
    pub children: Html,
}

#[component]
pub fn Sheet(Props { class, label, at, onclose, children }: &Props) -> Html {
    let node = use_node_ref();
    {
        let (node, at, onclose) = (node.clone(), *at, onclose.clone());
        use_effect_with((), move |()| {
            let sheet = node.cast::<HtmlDialogElement>();
            if let Some(sheet) = &sheet {
                // Only one that is open already, or not in the document, is refused.
                let _ = sheet.show_modal();
                at.iter().for_each(|at| put(sheet, *at));
            }
            page::hear(sheet.map(Into::into), "close", move |_| onclose.emit(()))
        });
    }
    // Its content covers it whole: what is pressed beside that is what lies behind. Not a click, for that may be the end of
    // the long press that opened it.
    let onmousedown = Callback::from(|event: MouseEvent| {
        event.target_dyn_into::<HtmlDialogElement>().iter().for_each(HtmlDialogElement::close);
    });
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        let beside = match event.key().as_str() {
            "ArrowDown" => Element::next_element_sibling,
            "ArrowUp" => Element::previous_element_sibling,
            _ => return,
        };
        let item =
            event.target_dyn_into::<Element>().filter(|item| item.matches(".menu__item").unwrap_or(false));
        if let Some(next) = item.and_then(|item| beside(&item)?.dyn_into::<HtmlElement>().ok()) {
            event.prevent_default();
            page::focus_on(&next);
        }
    });
    html! {
        <dialog class={format!("sheet {class}{}", if at.is_some() { " sheet--at" } else { "" })} ref={node} aria-label={label} {onmousedown} {onkeydown}>
            <form class="sheet__content" method="dialog">{ children.clone() }</form>
        </dialog>
    }
}

/// Where there is room for all of it; set through the style object, as the page allows no style in its text.
fn put(sheet: &HtmlDialogElement, (x, y): (i32, i32)) {
    let (size, (width, height)) = (sheet.get_bounding_client_rect(), page::size());
    let place = |at: i32, length: f64, room: f64| f64::from(at).min(room - length - EDGE).max(EDGE) as i32;
    for (axis, pixels) in [("--x", place(x, size.width(), width)), ("--y", place(y, size.height(), height))] {
        // Only a style that can't be changed refuses, and an element's own can.
        let _ = sheet.style().set_property(axis, &format!("{pixels}px"));
    }
}

/// A question or a list in the middle, with what closes it at its foot.
pub fn chooser(title: AttrValue, onclose: Callback<()>, content: Html, foot: Html) -> Html {
    html! {
        <Sheet class="chooser" label={title.clone()} at={None} {onclose}>
            <h2 class="menu__title">{ title }</h2>
            { content }
            <div class="section__actions">{ foot }</div>
        </Sheet>
    }
}

/// Does it, or not. What stands in the fields is for the sheet to judge, not for the browser.
pub fn foot(label: AttrValue, press: Callback<MouseEvent>, disabled: bool) -> Html {
    html! {
        <>
            <button class="button button--primary" formnovalidate=true onclick={press} {disabled}>{ label }</button>
            <button class="button" formnovalidate=true>{ text("app.cancel") }</button>
        </>
    }
}

/// What closes a list.
pub fn close() -> Html {
    html! { <button class="button">{ text("keys.close") }</button> }
}

/// What a menu offers.
pub fn item(icon: Html, label: AttrValue, press: Callback<MouseEvent>) -> Html {
    html! { <button class="menu__item" onclick={press}>{ icon }{ label }</button> }
}

/// As [`item`], for what can't be taken back.
pub fn danger_item(icon: Html, label: AttrValue, press: Callback<MouseEvent>) -> Html {
    html! { <button class="menu__item menu__item--danger" onclick={press}>{ icon }{ label }</button> }
}
