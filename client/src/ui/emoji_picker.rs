//! Where one picks an emoji: to write, or to react with.

use kith_markup::html;
use kith_shared::message::Message;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::caret;
use super::emoji_grid::{GRID, Shown, grid, move_in, tabs};
use super::failure::failure_banner;
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::page;
use super::sheet::Sheet;
use super::sticker_grid::{pack_tabs, sticker_grid, switch};
use crate::engine::Engine;
use crate::i18n::text;
use crate::state::{Picking, TONES};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub picking: Picking,
    /// Where one writes.
    pub input: NodeRef,
}

#[component]
pub fn EmojiPicker(Props { picking, input }: &Props) -> Html {
    let (kith, shown, picking) = (use_kith(), use_local(Shown::default), *picking);
    {
        let (engine, task) = (kith.engine.clone(), shown.task().clone());
        use_effect_with((), move |()| task.look(async move { engine.load_emoji().await }));
    }
    let pick = {
        let (engine, input) = (kith.engine.clone(), input.clone());
        Callback::from(move |emoji: String| {
            // At once: what is pressed may be drawn elsewhere by then.
            close();
            engine.remember_emoji(&emoji);
            match picking {
                Picking::Reaction(conversation, seq) => engine.react(conversation, seq, &emoji, true),
                Picking::Text(_) => {
                    input.cast::<HtmlTextAreaElement>().iter().for_each(|area| caret::write(area, 0, &emoji));
                }
            }
        })
    };
    let send = {
        let engine = kith.engine.clone();
        Callback::from(move |(pack, file)| {
            close();
            engine.send_sticker(picking.conversation(), pack, file);
        })
    };
    let onclose = {
        let engine = kith.engine.clone();
        Callback::from(move |()| {
            engine.set_picking(None);
            page::focus(&near(picking).0);
        })
    };
    let (near, at_foot) = near(picking);
    let place = page::find(&near).map(|near| near.get_bounding_client_rect());
    let at = place.map(|place| (place.left() as i32, place.bottom() as i32));
    let (label, class) = match at_foot {
        true => (text("emoji.insert"), "emoji-picker emoji-picker--foot"),
        false => (text("emoji.react"), "emoji-picker"),
    };
    let onkeydown = Callback::from(|event: KeyboardEvent| pressed(&event));
    html! {
        <Sheet {class} {label} {at} {onclose}>
            <div class="emoji-picker__body" {onkeydown}>
                <div class="emoji-picker__head">
                    { search(&shown) }
                    <button class="icon-button" aria-label={text("emoji.close")}>{ Icon::Close.draw() }</button>
                </div>
                if shown.get().stickers {
                    { pack_tabs(&kith) }
                    { failure_banner(shown.task().failure()) }
                    { sticker_grid(&kith, &shown, &send) }
                } else {
                    { tabs(&kith, &shown) }
                    { failure_banner(shown.task().failure()) }
                    { grid(&kith, &shown, &pick) }
                }
                <div class="emoji-picker__foot">
                    if at_foot {
                        { switch(&kith, &shown) }
                    }
                    if !shown.get().stickers {
                        { tones(&kith) }
                    }
                </div>
            </div>
        </Sheet>
    }
}

/// What it stands near to, which gets the focus after it, and whether that is at the foot of the page.
fn near(picking: Picking) -> (String, bool) {
    match picking {
        Picking::Text(_) => (".composer__input".to_owned(), true),
        Picking::Reaction(_, seq) => (format!("[aria-posinset=\"{seq}\"] .bubble__more"), false),
    }
}

/// Escape closes the picker, and nothing else hears of it.
fn pressed(event: &KeyboardEvent) {
    let Some(target) = event.target_dyn_into::<Element>() else { return };
    let taken = match event.key().as_str() {
        "Escape" => {
            close();
            true
        }
        key => move_in(&target, key),
    };
    if taken {
        event.prevent_default();
    }
}

fn close() {
    let sheet = page::find(".emoji-picker").and_then(|sheet| sheet.dyn_into::<HtmlDialogElement>().ok());
    sheet.iter().for_each(HtmlDialogElement::close);
}

/// What opens it from a message's menu.
pub fn another_emoji(engine: &Engine, message: &Message) -> Html {
    let engine = engine.clone();
    let picking = Picking::Reaction(message.conversation, message.seq);
    let onclick = Callback::from(move |_: MouseEvent| engine.set_picking(Some(picking)));
    html! { <button class="menu__emoji" aria-label={text("emoji.react")} {onclick}>{ Icon::Emoji.draw() }</button> }
}

fn search(shown: &Local<Shown>) -> Html {
    let label = text(if shown.get().stickers { "sticker.search" } else { "emoji.search" });
    let value = shown.get().search.clone();
    let oninput = {
        let shown = shown.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                shown.set(|shown| shown.search = input.value());
            }
        })
    };
    // A keyboard would cover what one picks from.
    let autofocus = !page::is_touched();
    html! {
        <div class="search" role="search" aria-label={label.clone()}>
            { Icon::Search.draw() }
            <input class="search__input" type="search" {autofocus} {value} {oninput} placeholder={label.clone()}
                aria-label={label} aria-controls={GRID} autocomplete="off" />
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
