//! How far a message's files are on their way, and holding them up.

use std::rc::Rc;

use kith_markup::html;
use yew::prelude::*;

use super::icon::Icon;
use crate::engine::Engine;
use crate::i18n::text;
use crate::state::Outgoing;

/// A ring that closes, over what is on its way; nothing over what is not.
pub fn ring(progress: Option<i64>) -> Html {
    html! {
        if let Some(progress) = progress {
            <svg class="ring" viewBox="0 0 40 40" aria-hidden="true">
                <circle class="ring__track" cx="20" cy="20" r="17" />
                <circle class="ring__done" cx="20" cy="20" r="17" pathLength="100" stroke-dasharray={format!("{} 100", progress.max(3))} />
            </svg>
        }
    }
}

/// Below a message whose files are on their way.
pub fn upload_line(engine: &Engine, outgoing: &Rc<Outgoing>) -> Html {
    if outgoing.is_complete() || outgoing.refused.is_some() {
        return Html::default();
    }
    let (id, paused) = (outgoing.client_id, outgoing.paused);
    let (holds, gives_up) = (engine.clone(), engine.clone());
    let hold = Callback::from(move |_: MouseEvent| holds.pause_sending(id, !paused));
    let give_up = Callback::from(move |_: MouseEvent| gives_up.discard(id));
    let (icon, label) = if paused { (Icon::Play, "file.resume") } else { (Icon::Pause, "file.pause") };
    html! {
        <span class="bubble__actions bubble__actions--uploads">
            <button class="button button--quiet" type="button" onclick={hold}>{ icon.draw() }{ text(label) }</button>
            <button class="button button--quiet" type="button" onclick={give_up}>{ text("app.cancel") }</button>
        </span>
    }
}
