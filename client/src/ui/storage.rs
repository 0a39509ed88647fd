//! Storage on this device: how much there is, and making room.

use kith_markup::html;
use yew::prelude::*;

use super::failure::failure_banner;
use super::kith::use_kith;
use super::local::{Local, use_local};
use crate::engine::{Engine, Usage};
use crate::i18n::{plural, text, text_with};
use crate::state::Failure;

#[component]
pub fn StorageSection() -> Html {
    let (kith, usage) = (use_kith(), use_local(|| None));
    {
        let (engine, usage) = (kith.engine.clone(), usage.clone());
        use_effect_with((), move |()| usage.task().look(look(engine, usage.clone(), false)));
    }
    let onclick = {
        let (engine, usage) = (kith.engine, usage.clone());
        Callback::from(move |_: MouseEvent| usage.task().run(look(engine.clone(), usage.clone(), true)))
    };
    let shown = *usage.get();
    html! {
        <section class="section">
            <h2 class="section__title">{ text("storage.title") }</h2>
            <div role="status">{ for shown.map(list) }</div>
            <p class="section__text">{ text("storage.text") }</p>
            <button class="button" type="button" {onclick} aria-disabled={usage.task().disabled()}>{ text("storage.clear") }</button>
            { failure_banner(usage.task().failure()) }
        </section>
    }
}

async fn look(engine: Engine, local: Local<Option<Usage>>, clear: bool) -> Result<(), Failure> {
    if clear {
        engine.clear_storage().await?;
    }
    let usage = engine.usage().await?;
    local.set(|shown| *shown = Some(usage));
    Ok(())
}

fn list(Usage { bytes, counts }: Usage) -> Html {
    let size = bytes.map(|bytes| text_with("storage.size", &[("size", &in_megabytes(bytes))]));
    let [messages, conversations, outbox, drafts] = counts.map(|count| count as i64);
    let counts = [
        plural("storage.messages", messages),
        plural("storage.conversations", conversations),
        plural("storage.drafts", drafts),
        plural("storage.outbox", outbox),
    ];
    html! {
        <ul class="section__list">
            { for size.into_iter().chain(counts).map(|text| html! { <li>{ text }</li> }) }
        </ul>
    }
}

/// By the browser: Rust's own way of writing a fraction is as much code as all of this.
fn in_megabytes(bytes: f64) -> String {
    // Only a hundred digits and more are refused.
    js_sys::Number::from(bytes / 1e6).to_fixed(1).map(String::from).unwrap_or_default()
}
