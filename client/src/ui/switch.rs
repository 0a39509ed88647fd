//! A setting that is on or off, and what that means.

use kith_markup::html;
use yew::prelude::*;

use super::kith::Kith;
use crate::i18n::text;

/// `other` is the setting's value once it is switched; none where it is removed then.
pub fn switch(
    kith: &Kith,
    key: &'static str,
    on: bool,
    other: Option<String>,
    (label, about): (&'static str, &'static str),
) -> Html {
    let engine = kith.engine.clone();
    let onclick = Callback::from(move |_: MouseEvent| engine.set(key.to_owned(), other.clone()));
    html! {
        <div class="switch-row">
            <div class="switch-row__text">
                <p class="switch-row__label" id={label}>{ text(label) }</p>
                <p class="section__text" id={about}>{ text(about) }</p>
            </div>
            <button class="switch" type="button" role="switch" aria-checked={on.to_string()} aria-labelledby={label}
                aria-describedby={about} {onclick} />
        </div>
    }
}
