//! How Kith looks to the user and which language it speaks, on all of their devices.

use kith_markup::html;
use kith_shared::setting::{LOOK_DENSITY, LOOK_LANGUAGE, LOOK_TEXT, LOOK_THEME};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::kith::Kith;
use crate::i18n::text;

/// What one can choose, and its name; the first is what nothing needs to be kept of.
type Choices = [(&'static str, &'static str)];

pub fn appearance(kith: &Kith) -> Html {
    html! {
        <section class="section">
            <h2 class="section__title">{ text("look.title") }</h2>
            { choice(kith, LOOK_LANGUAGE, "look.language", &[("", "look.system"), ("en", "look.english"), ("de", "look.german")]) }
            { choice(kith, LOOK_THEME, "look.theme", &[("", "look.system"), ("light", "look.light"), ("dark", "look.dark")]) }
            { choice(
                kith,
                LOOK_TEXT,
                "look.text",
                &[("", "look.usual"), ("small", "look.small"), ("large", "look.large"), ("larger", "look.larger")],
            ) }
            { choice(kith, LOOK_DENSITY, "look.density", &[("", "look.roomy"), ("compact", "look.compact")]) }
        </section>
    }
}

fn choice(kith: &Kith, key: &'static str, label: &'static str, offered: &Choices) -> Html {
    let chosen = kith.state.settings.get(key).unwrap_or_default();
    let engine = kith.engine.clone();
    let onchange = Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            engine.set(key.to_owned(), Some(select.value()).filter(|value| !value.is_empty()));
        }
    });
    let option = |(value, name): &(&'static str, &'static str)| {
        html! { <option value={*value} selected={*value == chosen}>{ text(name) }</option> }
    };
    html! {
        <label class="kept__rule">
            <span>{ text(label) }</span>
            <select class="field__input" {onchange}>{ for offered.iter().map(option) }</select>
        </label>
    }
}
