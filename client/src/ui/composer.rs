//! Where one writes. Enter sends, Shift+Enter begins a new line; what is half written is kept.

use kith_shared::limits::MESSAGE_CHARS;
use kith_shared::message::Body;
use kith_shared::validate;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::class::class;
use super::icon::Icon;
use super::kith::Kith;
use super::page;
use crate::i18n::{text, text_with};
use crate::state::ConversationView;

/// How many characters are left when it is time to say so.
const NEARLY_FULL: usize = 200;

pub fn composer(kith: &Kith, view: &ConversationView, input: &NodeRef) -> Html {
    let (conversation, editing) = (view.id(), view.editing.as_ref().map(|(seq, _)| *seq));
    let draft = view.editing.as_ref().map_or(&view.draft, |(_, text)| text).clone();
    let sendable = validate::body(Body::Text { text: draft.clone() }).is_ok();
    let oninput = {
        let engine = kith.engine.clone();
        Callback::from(move |event: InputEvent| {
            let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() else { return };
            let text = area.value();
            if let Some(seq) = editing {
                return engine.set_edit(conversation, Some((seq, text)));
            }
            if !text.trim().is_empty() {
                engine.typing(conversation);
            }
            engine.set_draft(conversation, text);
        })
    };
    let send = {
        let (engine, input) = (kith.engine.clone(), input.clone());
        // What is in the field now counts, not what was when it was drawn: keys may come faster than drawing.
        Callback::from(move |()| {
            let Some(area) = input.cast::<HtmlTextAreaElement>() else { return };
            if let Ok(Body::Text { text }) = validate::body(Body::Text { text: area.value() }) {
                match editing {
                    Some(seq) => engine.edit(conversation, seq, text),
                    None => engine.send(conversation, text),
                }
                area.set_value("");
            }
        })
    };
    let cancel = {
        let engine = kith.engine.clone();
        Callback::from(move |()| engine.set_edit(conversation, None))
    };
    let onkeydown = {
        let (send, cancel) = (send.clone(), cancel.clone());
        Callback::from(move |event: KeyboardEvent| {
            // Enter that ends the composing of a character belongs to the input method.
            if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                event.prevent_default();
                send.emit(());
            } else if event.key() == "Escape" && editing.is_some() {
                cancel.emit(());
            }
        })
    };
    let onsubmit = {
        let input = input.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(());
            input.cast().iter().for_each(page::focus_on);
        })
    };
    let label = text("composer.label");
    html! {
        <form class="composer" {onsubmit}>
            <textarea class="composer__input" ref={input.clone()} value={draft.clone()} {oninput} {onkeydown} rows="1"
                placeholder={label.clone()} aria-label={label} />
            { count(&draft) }
            if editing.is_some() {
                <button class="button button--quiet" type="button" onclick={cancel.reform(|_: MouseEvent| ())}>
                    { text("app.cancel") }
                </button>
            }
            <button class="composer__send" aria-disabled={(!sendable).then_some("true")} aria-label={text("composer.send")}>
                { Icon::Send.draw() }
            </button>
        </form>
    }
}

/// How much room is left, once there is little.
fn count(draft: &str) -> Html {
    // Counting characters is only worth it where there may be enough of them.
    let length = if draft.len() + NEARLY_FULL < MESSAGE_CHARS { 0 } else { draft.trim().chars().count() };
    if length + NEARLY_FULL < MESSAGE_CHARS {
        return Html::default();
    }
    let over = length > MESSAGE_CHARS;
    let left = MESSAGE_CHARS as i64 - length as i64;
    html! {
        <span class={class("composer__count", &[("composer__count--over", over)])} role="status">
            <span aria-hidden="true">{ left }</span>
            <span class="visually-hidden">
                { if over { text_with("composer.too_long", &[("count", &(-left).to_string())]) } else { text_with("composer.left", &[("count", &left.to_string())]) } }
            </span>
        </span>
    }
}
