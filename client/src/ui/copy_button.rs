//! A button that puts a text on the clipboard, and says so.

use kith_markup::html;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::icon::Icon;
use super::local::use_local;
use super::page;
use crate::i18n::text;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub copies: String,
}

#[component]
pub fn CopyButton(Props { copies }: &Props) -> Html {
    let copied = use_local(|| false);
    let onclick = {
        let (copies, copied) = (copies.clone(), copied.clone());
        Callback::from(move |_: MouseEvent| {
            let (copies, copied) = (copies.clone(), copied.clone());
            spawn_local(async move {
                let done = page::copy(&copies).await;
                copied.set(|copied| *copied = done);
            });
        })
    };
    let (icon, label) =
        if *copied.get() { (Icon::Check, "links.copied") } else { (Icon::Copy, "links.copy") };
    html! {
        <button class="button" type="button" {onclick}>
            { icon.draw() }
            <span aria-live="polite">{ text(label) }</span>
        </button>
    }
}
