//! What one is doing in the composer besides writing: answering a message, or changing one.

use kith_markup::html;
use yew::prelude::*;

use super::icon::Icon;
use super::kith::Kith;
use super::quote::quoted;
use crate::i18n::text;
use crate::state::ConversationView;

/// Above the field; nothing while one only writes.
pub fn answering(kith: &Kith, view: &ConversationView) -> Html {
    let (id, engine) = (view.id(), kith.engine.clone());
    let edits = view.editing.is_some();
    let Some(seq) = view.editing.as_ref().map(|(seq, _)| *seq).or(view.replying) else {
        return Html::default();
    };
    let onclick = Callback::from(
        move |_: MouseEvent| {
            if edits { engine.set_edit(id, None) } else { engine.set_reply(id, None) }
        },
    );
    let (icon, label) =
        if edits { (Icon::Edit, "composer.editing") } else { (Icon::Reply, "composer.replying") };
    html! {
        <div class="answering">
            <span class="answering__icon" title={text(label)}>{ icon.draw() }<span class="visually-hidden">{ text(label) }</span></span>
            <span class="quote">{ quoted(&kith.state, id, view.at_hand(seq).map(AsRef::as_ref)) }</span>
            <button class="icon-button" type="button" aria-label={text("app.cancel")} title={text("app.cancel")} {onclick}>
                { Icon::Close.draw() }
            </button>
        </div>
    }
}
