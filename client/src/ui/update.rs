//! A new version of Kith, which is taken when one wants it.

use kith_markup::html;
use yew::prelude::*;

use super::kith::Kith;
use crate::i18n::text;

pub fn update_offer(kith: &Kith) -> Html {
    let engine = kith.engine.clone();
    let onclick = Callback::from(move |_: MouseEvent| engine.take_update());
    html! {
        <div role="status">
            if kith.state.update {
                <div class="offer">
                    <p class="offer__text">{ text("update.ready") }</p>
                    <button class="button" type="button" {onclick}>{ text("update.reload") }</button>
                </div>
            }
        </div>
    }
}
