//! Where one writes. Enter sends, Shift+Enter begins a new line, Up takes up what one said last; Ctrl and a letter format
//! what is selected. What is half written is kept.

use kith_shared::ConversationId;
use kith_shared::limits::MESSAGE_CHARS;
use kith_shared::message::Body;
use kith_shared::validate;
use web_sys::{HtmlTextAreaElement, InputEventInit};
use yew::prelude::*;

use super::class::class;
use super::icon::Icon;
use super::kith::Kith;
use super::page;
use crate::engine::Engine;
use crate::i18n::{text, text_with};
use crate::state::ConversationView;

/// How many characters are left when it is time to say so.
const NEARLY_FULL: usize = 200;

pub fn composer(kith: &Kith, view: &ConversationView, input: &NodeRef) -> Html {
    let (conversation, editing) = (view.id(), view.editing.as_ref().map(|(seq, _)| *seq));
    let draft = view.editing.as_ref().map_or(&view.draft, |(_, text)| text).clone();
    let sendable = validate::body(Body::text(draft.clone())).is_ok();
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
            if let Ok(Body::Text { text, .. }) = validate::body(Body::text(area.value())) {
                match editing {
                    Some(seq) => engine.edit(conversation, seq, text),
                    None => engine.send(conversation, text),
                }
                area.set_value("");
            }
        })
    };
    let answers = view.replying.is_some();
    let cancel = {
        let engine = kith.engine.clone();
        Callback::from(move |()| match editing {
            Some(_) => engine.set_edit(conversation, None),
            None => engine.set_reply(conversation, None),
        })
    };
    let onkeydown = {
        let (engine, send) = (kith.engine.clone(), send.clone());
        Callback::from(move |event: KeyboardEvent| {
            let sign = sign(&event);
            match event.key().as_str() {
                // Enter that ends the composing of a character belongs to the input method.
                "Enter" if !event.shift_key() && !event.is_composing() => send.emit(()),
                "Escape" if editing.is_some() || answers => cancel.emit(()),
                "ArrowUp" if editing.is_none() && is_empty(&event) => edit_last(&engine, conversation),
                _ if sign.is_some() => sign.iter().for_each(|sign| put_around(&event, sign)),
                _ => return,
            }
            event.prevent_default();
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
            <button class="composer__send" aria-disabled={(!sendable).then_some("true")} aria-label={text("composer.send")}>
                { Icon::Send.draw() }
            </button>
        </form>
    }
}

/// What Ctrl and a letter put around what is selected.
fn sign(event: &KeyboardEvent) -> Option<&'static str> {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
        return None;
    }
    match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
        ("b", false) => Some("**"),
        ("i", false) => Some("*"),
        ("e", false) => Some("`"),
        ("x", true) => Some("~~"),
        _ => None,
    }
}

fn put_around(event: &KeyboardEvent, sign: &str) {
    let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() else { return };
    let at = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or_default();
    let (start, end, length) = (at(area.selection_start()), at(area.selection_end()), sign.len() as u32);
    // Only places outside the text are refused, and these are the browser's own.
    let _ = area.set_range_text_with_start_and_end(sign, end, end);
    let _ = area.set_range_text_with_start_and_end(sign, start, start);
    let _ = area.set_selection_range(start + length, end + length);
    // As if it had been typed.
    let typed = InputEvent::new_with_event_init_dict("input", &bubbling());
    let _ = typed.and_then(|typed| area.dispatch_event(&typed));
}

fn bubbling() -> InputEventInit {
    let init = InputEventInit::new();
    init.set_bubbles(true);
    init
}

fn is_empty(event: &KeyboardEvent) -> bool {
    event.target_dyn_into::<HtmlTextAreaElement>().is_some_and(|area| area.value().is_empty())
}

/// Takes up what the user said last, to change it.
fn edit_last(engine: &Engine, conversation: ConversationId) {
    let state = engine.state();
    let last = state.me().and_then(|me| state.conversations.get(&conversation)?.last_own(me));
    if last.is_some() {
        engine.set_edit(conversation, last);
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
