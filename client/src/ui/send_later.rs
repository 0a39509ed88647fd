//! When what stands in the composer is to be sent: soon, at a time one often wants, or at any.

use kith_markup::html;
use kith_shared::message::Body;
use kith_shared::{Millis, validate};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::icon::Icon;
use super::kith::Kith;
use super::page;
use super::sheet::{chooser, foot, item};
use super::time;
use crate::i18n::{text, text_with};
use crate::state::ConversationView;

const HOUR: Millis = 3_600_000;

/// Of this evening, and of tomorrow's morning.
const EVENING: u32 = 19;
const MORNING: u32 = 9;

/// Where one types a time.
const FIELD: &str = ".later__field";

/// Whether there is something to send, and it is new.
pub fn can_send_later(view: &ConversationView) -> bool {
    view.editing.is_none() && validate::body(Body::text(view.draft.as_str())).is_ok()
}

pub fn send_later(kith: &Kith, view: &ConversationView, onclose: Callback<()>) -> Html {
    let (now, id) = (kith.state.now, view.id());
    let send = |at: Option<Millis>| {
        let (engine, said) = (kith.engine.clone(), view.draft.trim().to_owned());
        Callback::from(move |_: MouseEvent| {
            // A time that was typed is read when it is wanted.
            if let Some(at) = at.or_else(typed) {
                engine.schedule(id, said.clone(), at);
            }
        })
    };
    let choices = [
        ("later.hour", now + HOUR),
        ("later.evening", time::on_day(now, 0, EVENING)),
        ("later.morning", time::on_day(now, 1, MORNING)),
    ];
    // In a form that closes with any button, Enter would press the first.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
        }
    });
    let content = html! {
        <>
            <div class="menu__items">
                for (label, at) in choices.into_iter().filter(|(_, at)| *at > now) {
                    { item(Icon::Clock.draw(), text_with(label, &[("time", &time::exact(at))]), send(Some(at))) }
                }
            </div>
            <input class="field__input later__field" type="datetime-local" aria-label={text("later.time")} {onkeydown} />
        </>
    };
    chooser(text("later.title"), onclose, content, foot(text("later.schedule"), send(None), false))
}

/// The time that stands in the field.
fn typed() -> Option<Millis> {
    time::parse(&page::find(FIELD)?.dyn_into::<HtmlInputElement>().ok()?.value())
}
