//! What Kith offers by itself, one thing at a time: a new version of it, and being installed.

use kith_markup::html;
use yew::prelude::*;

use super::icon::Icon;
use super::kith::Kith;
use crate::engine::Engine;
use crate::i18n::text;
use crate::state::Install;

/// Over the list of chats.
pub fn offers(kith: &Kith) -> Html {
    let state = &kith.state;
    let offer = if state.update {
        offer("update.ready", button(kith, "update.reload", Engine::take_update))
    } else if state.install == Install::Offered && !state.conversations.is_empty() {
        let buttons = html! {
            <>
                { button(kith, "install.install", Engine::install) }
                { refusal(kith) }
            </>
        };
        offer("install.offer", buttons)
    } else {
        Html::default()
    };
    html! { <div role="status">{ offer }</div> }
}

/// In the settings, where the browser can install it.
pub fn install_section(kith: &Kith) -> Html {
    if kith.state.install == Install::No {
        return Html::default();
    }
    html! {
        <section class="section">
            <h2 class="section__title">{ text("install.title") }</h2>
            <p class="section__text">{ text("install.text") }</p>
            { button(kith, "install.install", Engine::install) }
        </section>
    }
}

fn offer(said: &'static str, buttons: Html) -> Html {
    html! { <div class="offer"><p class="offer__text">{ text(said) }</p>{ buttons }</div> }
}

fn refusal(kith: &Kith) -> Html {
    let (engine, label) = (kith.engine.clone(), text("install.never"));
    let onclick = Callback::from(move |_: MouseEvent| engine.refuse_install());
    html! {
        <button class="icon-button" type="button" aria-label={label.clone()} title={label} {onclick}>{ Icon::Close.draw() }</button>
    }
}

fn button(kith: &Kith, label: &'static str, press: fn(&Engine)) -> Html {
    let engine = kith.engine.clone();
    let onclick = Callback::from(move |_: MouseEvent| press(&engine));
    html! { <button class="button" type="button" {onclick}>{ text(label) }</button> }
}
