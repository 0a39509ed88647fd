//! Where one writes. Enter sends, Shift+Enter begins a new line, Up takes up what one said last; Ctrl and a letter format
//! what is selected. What is half written is kept.

use kith_markup::html;
use kith_shared::ConversationId;
use kith_shared::limits::MESSAGE_CHARS;
use kith_shared::message::Body;
use kith_shared::validate;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::attach;
use super::caret;
use super::chosen::{Above, Chosen};
use super::class::class;
use super::completion::{self, Completion, Offered};
use super::compose_menu::compose_button;
use super::icon::Icon;
use super::kith::Kith;
use super::local::Local;
use super::page;
use super::send_later::can_send_later;
use super::sticker_grid::suggested;
use super::voice::VoiceButton;
use crate::engine::Engine;
use crate::i18n::{text, text_with};
use crate::state::{ConversationView, Picking};

/// How many characters are left when it is time to say so.
const NEARLY_FULL: usize = 200;

pub fn composer(
    kith: &Kith,
    view: &ConversationView,
    input: &NodeRef,
    offered: &Local<Offered>,
    chosen: &Local<Chosen>,
) -> Html {
    let (conversation, editing) = (view.id(), view.editing.as_ref().map(|(seq, _)| *seq));
    let completion = Completion {
        engine: kith.engine.clone(),
        conversation,
        offered: offered.clone(),
        input: input.clone(),
    };
    let draft = view.editing.as_ref().map_or(&view.draft, |(_, text)| text).clone();
    // What a message carries needs no text.
    let carries = editing.is_some_and(|seq| view.at_hand(seq).is_some_and(|it| !it.body.files().is_empty()));
    let sendable = said(draft.clone(), carries).is_some();
    let oninput = {
        let (engine, completion) = (kith.engine.clone(), completion.clone());
        Callback::from(move |event: InputEvent| {
            let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() else { return };
            let text = area.value();
            if let Some(seq) = editing {
                engine.set_edit(conversation, Some((seq, text)));
            } else {
                if !text.trim().is_empty() {
                    engine.typing(conversation);
                }
                if validate::emoji(text.trim()).is_ok() {
                    engine.load_stickers_soon();
                }
                engine.set_draft(conversation, text);
            }
            completion.typed(&event);
        })
    };
    let send = {
        let (engine, input) = (kith.engine.clone(), input.clone());
        // What is in the field now counts, not what was when it was drawn: keys may come faster than drawing.
        Callback::from(move |()| {
            let Some(area) = input.cast::<HtmlTextAreaElement>() else { return };
            if let Some(text) = said(area.value(), carries) {
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
        let (engine, send, completion) = (kith.engine.clone(), send.clone(), completion.clone());
        Callback::from(move |event: KeyboardEvent| {
            let sign = sign(&event);
            match event.key().as_str() {
                _ if completion.pressed(&event) => {}
                // Enter that ends the composing of a character belongs to the input method.
                "Enter" if !event.shift_key() && !event.is_composing() => send.emit(()),
                "Escape" if editing.is_some() || answers => cancel.emit(()),
                "ArrowUp" if editing.is_none() && is_empty(&event) => edit_last(&engine, conversation),
                _ if sign.is_some() => {
                    let area = event.target_dyn_into::<HtmlTextAreaElement>();
                    area.iter().zip(sign).for_each(|(area, sign)| caret::put_around(area, sign));
                }
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
    let pick = {
        let engine = kith.engine.clone();
        Callback::from(move |_: MouseEvent| engine.set_picking(Some(Picking::Text(conversation))))
    };
    // One who goes elsewhere, in the text or out of it, has chosen nothing.
    let (onblur, onclick) = {
        let (left, went) = (completion.clone(), completion.clone());
        (Callback::from(move |_: FocusEvent| left.close()), Callback::from(move |_: MouseEvent| went.close()))
    };
    let (onchange, onpaste) = files(chosen);
    let speaks = draft.is_empty() && editing.is_none();
    let (label, active) = (text("composer.label"), completion.active());
    let list = active.as_ref().map(|_| completion::LIST);
    let oncontextmenu = can_send_later(view).then(|| {
        let later = chosen.show(Above::Later);
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            later.emit(event);
        })
    });
    html! {
        <form class="composer" {onsubmit}>
            { completion.draw() }
            if editing.is_none() {
                { suggested(kith, conversation, &draft) }
            }
            { compose_button(chosen) }
            <input class="composer__files visually-hidden" type="file" multiple=true tabindex="-1" aria-label={text("attach.choose")} {onchange} />
            <button class="icon-button composer__emoji" type="button" aria-haspopup="dialog" aria-label={text("emoji.insert")} onclick={pick}>
                { Icon::Emoji.draw() }
            </button>
            <textarea class="composer__input" ref={input.clone()} value={draft.clone()} {oninput} {onkeydown} {onblur} {onclick} {onpaste}
                rows="1" placeholder={label.clone()} aria-label={label} aria-autocomplete="list" aria-haspopup="listbox"
                aria-controls={list} aria-activedescendant={active} />
            { count(&draft) }
            <VoiceButton engine={kith.engine.clone()} {conversation} shown={speaks} />
            if !speaks {
                <button class="composer__send" {oncontextmenu} aria-disabled={(!sendable).then_some("true")} aria-label={text("composer.send")}>
                    { Icon::Send.draw() }
                </button>
            }
        </form>
    }
}

/// Files that are chosen or pasted are looked at before they are sent.
fn files(chosen: &Local<Chosen>) -> (Callback<Event>, Callback<Event>) {
    let (picks, pastes) = (chosen.clone(), chosen.clone());
    let onchange = Callback::from(move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        input.iter().for_each(|input| picks.attach(attach::chosen(input)));
    });
    let onpaste = Callback::from(move |event: Event| {
        let pasted = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
        let files = attach::carried(pasted);
        if !files.is_empty() {
            event.prevent_default();
            pastes.attach(files);
        }
    });
    (onchange, onpaste)
}

/// A text as it is sent, if it can be.
fn said(typed: String, carries: bool) -> Option<String> {
    if carries && typed.trim().is_empty() {
        return Some(String::new());
    }
    match validate::body(Body::text(typed)) {
        Ok(Body::Text { text, .. }) => Some(text),
        _ => None,
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
