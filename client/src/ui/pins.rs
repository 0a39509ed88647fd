//! The line of pinned messages, under a Dialog's header: one of them at a time, the newest first.

use std::rc::Rc;

use kith_markup::html;
use yew::prelude::*;

use super::icon::Icon;
use super::kith::use_kith;
use super::local::use_local;
use super::quote::quoted;
use crate::i18n::{text, text_with};
use crate::state::{ConversationView, Route};

#[derive(Properties)]
pub struct Props {
    pub view: Rc<ConversationView>,
}

impl PartialEq for Props {
    /// A conversation that changed is another allocation.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.view, &other.view)
    }
}

#[component]
pub fn Pins(Props { view }: &Props) -> Html {
    // How many have been looked at, going back.
    let (kith, seen) = (use_kith(), use_local(|| 0_usize));
    let (id, pins) = (view.id(), view.pins());
    let Some(place) = pins.len().checked_sub(1).map(|last| last - *seen.get() % pins.len()) else {
        return Html::default();
    };
    let seq = pins[place];
    let go = {
        let engine = kith.engine.clone();
        Callback::from(move |_: MouseEvent| {
            engine.replace(Route::Message(id, seq));
            engine.load_message(id, seq);
            seen.set(|seen| *seen += 1);
        })
    };
    let take_down = {
        let engine = kith.engine.clone();
        Callback::from(move |_: MouseEvent| engine.pin(id, seq, false))
    };
    let count = (pins.len() > 1).then(|| format!("{}/{}", place + 1, pins.len()));
    let message = view.at_hand(seq).map(|message| view.shown(message, kith.me()));
    let label = text_with("dialog.pinned", &[("count", &pins.len().to_string())]);
    html! {
        <div class="pins" role="group" aria-label={label}>
            <span class="pins__icon">{ Icon::Pin.draw() }</span>
            <button class="quote pins__one" type="button" onclick={go}>
                { quoted(&kith.state, id, message.as_ref().map(|message| &***message)) }
            </button>
            <span class="pins__count">{ count }</span>
            if view.may_pin(kith.me()) {
                <button class="icon-button" type="button" aria-label={text("message.unpin")} title={text("message.unpin")} onclick={take_down}>
                    { Icon::Close.draw() }
                </button>
            }
        </div>
    }
}
