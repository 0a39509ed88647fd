//! What one keeps to oneself. The server obeys it; whether pages are looked at is asked for here alone.

use kith_markup::html;
use kith_shared::setting::{OFF, PRESENCE, PREVIEWS, READ, TYPING};
use yew::prelude::*;

use super::kith::Kith;
use super::switch::switch;
use crate::i18n::text;

pub fn privacy(kith: &Kith) -> Html {
    html! {
        <section class="section">
            <h2 class="section__title">{ text("privacy.title") }</h2>
            { told(kith, PRESENCE, ("privacy.presence", "privacy.presence_text")) }
            { told(kith, TYPING, ("privacy.typing", "privacy.typing_text")) }
            { told(kith, READ, ("privacy.read", "privacy.read_text")) }
            { told(kith, PREVIEWS, ("privacy.previews", "privacy.previews_text")) }
        </section>
    }
}

/// On while others are told.
fn told(kith: &Kith, key: &'static str, about: (&'static str, &'static str)) -> Html {
    let on = kith.state.settings.tells(key);
    switch(kith, key, on, on.then(|| OFF.to_owned()), about)
}
