//! Where one types what is searched for.

use kith_markup::html;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::icon::Icon;
use super::kith::Kith;
use crate::i18n::text;

pub fn search_field(kith: &Kith, value: &str, label: &'static str, typed: impl Fn(String) + 'static) -> Html {
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            typed(input.value());
        }
    });
    let engine = kith.engine.clone();
    let onfocus = Callback::from(move |_: FocusEvent| engine.prepare_search());
    let label = text(label);
    html! {
        <div class="search" role="search" aria-label={label.clone()}>
            { Icon::Search.draw() }
            <input class="search__input" type="search" value={value.to_owned()} {oninput} {onfocus}
                placeholder={label.clone()} aria-label={label} autocomplete="off" />
        </div>
    }
}
