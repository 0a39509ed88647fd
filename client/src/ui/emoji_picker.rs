//! Where one picks an emoji: to write, or to react with. A window over the page, near what opened it; on a phone a sheet
//! from below.

use kith_shared::message::Message;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::caret;
use super::emoji_grid::{GRID, Shown, grid, move_in, tabs};
use super::failure::failure_banner;
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::page;
use crate::engine::Engine;
use crate::i18n::text;
use crate::state::{Picking, TONES};

/// Pixels between the window and what it is near to.
const APART: i32 = 8;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub picking: Picking,
    /// Where one writes.
    pub input: NodeRef,
}

#[component]
pub fn EmojiPicker(Props { picking, input }: &Props) -> Html {
    let (kith, shown, window) = (use_kith(), use_local(Shown::default), use_node_ref());
    let picking = *picking;
    use_window(&kith.engine, &shown, &window, picking);
    let close = {
        let engine = kith.engine.clone();
        Callback::from(move |()| engine.set_picking(None))
    };
    let pick = {
        let (engine, input) = (kith.engine.clone(), input.clone());
        Callback::from(move |emoji: String| {
            engine.set_picking(None);
            engine.remember_emoji(&emoji);
            match picking {
                Picking::Reaction(conversation, seq) => engine.react(conversation, seq, &emoji, true),
                Picking::Text(_) => {
                    input.cast::<HtmlTextAreaElement>().iter().for_each(|area| caret::write(area, 0, &emoji))
                }
            }
        })
    };
    let onkeydown = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            let taken = match event.key().as_str() {
                "Escape" => {
                    close.emit(());
                    true
                }
                _ => event.target_dyn_into::<Element>().is_some_and(|target| move_in(&target, &event.key())),
            };
            if taken {
                event.prevent_default();
            }
        })
    };
    // What is outside of the window is a press on the window itself, by its edge.
    let onclick = {
        let close = close.clone();
        Callback::from(move |event: MouseEvent| {
            if event.target_dyn_into::<HtmlDialogElement>().is_some() {
                close.emit(());
            }
        })
    };
    let label = if matches!(picking, Picking::Text(_)) { text("emoji.insert") } else { text("emoji.react") };
    let closed = close.reform(|_: Event| ());
    html! {
        <dialog class="emoji-picker" ref={window} tabindex="-1" aria-label={label} {onkeydown} {onclick} onclose={closed}>
            <div class="emoji-picker__body">
                <div class="emoji-picker__head">
                    { search(&shown) }
                    <button class="icon-button" type="button" aria-label={text("emoji.close")} onclick={close.reform(|_: MouseEvent| ())}>
                        { Icon::Close.draw() }
                    </button>
                </div>
                { tabs(&kith, &shown) }
                { failure_banner(shown.task().failure()) }
                { grid(&kith, &shown, &pick) }
                { tones(&kith) }
            </div>
        </dialog>
    }
}

/// What opens it from a message's actions.
pub fn another_emoji(engine: &Engine, message: &Message, done: &Callback<()>) -> Html {
    let (engine, done) = (engine.clone(), done.clone());
    let picking = Picking::Reaction(message.conversation, message.seq);
    let onclick = Callback::from(move |_: MouseEvent| {
        engine.set_picking(Some(picking));
        done.emit(());
    });
    html! {
        <button class="button button--quiet" type="button" aria-haspopup="dialog" aria-label={text("emoji.react")} {onclick}>
            { "+" }
        </button>
    }
}

/// Opens the window once it is drawn, and gives the focus back when it is closed.
#[hook]
fn use_window(engine: &Engine, shown: &Local<Shown>, window: &NodeRef, picking: Picking) {
    let (engine, task, window) = (engine.clone(), shown.task().clone(), window.clone());
    use_effect_with((), move |()| {
        let window = window.cast::<HtmlDialogElement>();
        if let Some(window) = &window {
            // Only one that is open, or not in the page, can't be opened.
            let _ = window.show_modal();
            place(window, picking);
            // A keyboard would cover what one picks from.
            let search = window.query_selector("input").ok().flatten().filter(|_| !page::is_touched());
            page::focus_on(search.as_ref().and_then(JsCast::dyn_ref::<HtmlElement>).unwrap_or(window));
        }
        task.look(async move { engine.load_emoji().await });
        move || {
            window.iter().for_each(HtmlDialogElement::close);
            match picking {
                Picking::Text(_) => page::focus(".composer__input"),
                Picking::Reaction(_, seq) => page::focus(&format!("[aria-posinset=\"{seq}\"] .bubble__more")),
            }
        }
    });
}

/// Above what it belongs to where there is room, else below; within the page.
fn place(window: &HtmlElement, picking: Picking) {
    let near = match picking {
        Picking::Text(_) => page::find(".composer__emoji"),
        Picking::Reaction(_, seq) => page::find(&format!("[aria-posinset=\"{seq}\"] .bubble")),
    };
    let Some(near) = near.map(|near| near.get_bounding_client_rect()) else { return };
    let size = window.get_bounding_client_rect();
    let within =
        |wanted: f64, length: f64, all: f64| (wanted as i32).min((all - length) as i32 - APART).max(APART);
    let above = (near.top() - size.height()) as i32 - APART;
    let top = if above >= APART { above } else { near.bottom() as i32 + APART };
    let put = |name, pixels: i32| {
        // An element's own style can always be changed.
        let _ = window.style().set_property(name, &format!("{pixels}px"));
    };
    put("--left", within(near.left(), size.width(), page::width()));
    put("--top", within(f64::from(top), size.height(), page::height()));
}

fn search(shown: &Local<Shown>) -> Html {
    let label = text("emoji.search");
    let value = shown.get().search.clone();
    let oninput = {
        let shown = shown.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                shown.set(|shown| shown.search = input.value());
            }
        })
    };
    html! {
        <div class="search" role="search" aria-label={label.clone()}>
            { Icon::Search.draw() }
            <input class="search__input" type="search" {value} {oninput} placeholder={label.clone()} aria-label={label}
                aria-controls={GRID} autocomplete="off" />
        </div>
    }
}

/// The skin tones to choose from, each on a hand.
fn tones(kith: &Kith) -> Html {
    let chosen = kith.state.emoji_tone();
    let tone = |(number, tone): (usize, Option<char>)| {
        let engine = kith.engine.clone();
        let onclick = Callback::from(move |_: MouseEvent| engine.set_emoji_tone(tone));
        html! {
            <button class="emoji-picker__emoji" type="button" aria-label={text(TONE_NAMES[number])}
                aria-pressed={(tone == chosen).to_string()} {onclick}>
                { "✋" }{ for tone }
            </button>
        }
    };
    html! {
        <div class="emoji-picker__tones" role="group" aria-label={text("emoji.tone")}>
            for choice in [None].into_iter().chain(TONES.map(Some)).enumerate() {
                { tone(choice) }
            }
        </div>
    }
}

const TONE_NAMES: [&str; 6] = [
    "emoji.tone_none",
    "emoji.tone_light",
    "emoji.tone_medium_light",
    "emoji.tone_medium",
    "emoji.tone_medium_dark",
    "emoji.tone_dark",
];
