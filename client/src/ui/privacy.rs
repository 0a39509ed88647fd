//! What one keeps to oneself. The server obeys it; whether pages are looked at is asked for here alone.

use kith_markup::html;
use kith_shared::setting::{OFF, PRESENCE, PREVIEWS, READ, TYPING};
use yew::prelude::*;

use super::kith::Kith;
use crate::i18n::text;

pub fn privacy(kith: &Kith) -> Html {
    html! {
        <section class="section">
            <h2 class="section__title">{ text("privacy.title") }</h2>
            { switch(kith, PRESENCE, "privacy.presence", "privacy.presence_text") }
            { switch(kith, TYPING, "privacy.typing", "privacy.typing_text") }
            { switch(kith, READ, "privacy.read", "privacy.read_text") }
            { switch(kith, PREVIEWS, "privacy.previews", "privacy.previews_text") }
        </section>
    }
}

/// On while others are told.
fn switch(kith: &Kith, key: &'static str, label: &'static str, about: &'static str) -> Html {
    let on = kith.state.settings.tells(key);
    let engine = kith.engine.clone();
    let onclick = Callback::from(move |_: MouseEvent| engine.set(key.to_owned(), on.then(|| OFF.to_owned())));
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
