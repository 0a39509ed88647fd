//! The stickers of the picker, and those that are offered for an emoji one writes.

use kith_markup::html;
use kith_shared::sticker::Pack;
use kith_shared::{ConversationId, FileId, PackId};
use web_sys::Element;
use yew::prelude::*;

use super::emoji_grid::{GRID, Shown};
use super::icon::Icon;
use super::kith::Kith;
use super::local::Local;
use super::names::lower;
use super::page;
use super::sticker::{choices, picture};
use crate::i18n::text;
use crate::state::named_sticker;

/// Offered for one emoji.
const SUGGESTED: usize = 5;

/// What leads to each of the packs.
pub fn pack_tabs(kith: &Kith) -> Html {
    let tab = |pack: &Pack| {
        let goes = place(pack.id);
        let onclick = Callback::from(move |_: MouseEvent| page::scroll_to_top(&format!("[id=\"{goes}\"]")));
        html! {
            <button class="emoji-picker__tab" type="button" aria-label={pack.title.clone()} title={pack.title.clone()} {onclick}>
                { for pack.stickers.first().map(|sticker| picture(&kith.engine, sticker)) }
            </button>
        }
    };
    html! {
        <div class="emoji-picker__tabs sticker-tabs" role="group" aria-label={text("sticker.packs")}>
            { for kith.state.packs_at_hand().into_iter().map(tab) }
        </div>
    }
}

/// The latest and the packs, or what was found. Whichever is pressed is sent.
pub fn sticker_grid(kith: &Kith, shown: &Local<Shown>, pick: &Callback<(PackId, FileId)>) -> Html {
    let (state, engine) = (&kith.state, &kith.engine);
    let search = shown.get().search.clone();
    let content = if !search.trim().is_empty() {
        let found = choices(engine, state.find_stickers(&search, lower));
        let nothing = found.is_empty().then(|| text("sticker.none"));
        html! { <><p class="emoji-picker__nothing" role="status">{ nothing }</p>{ for found }</> }
    } else if state.packs_at_hand().is_empty() {
        let waits = shown.task().failure().is_none() && !state.installed_packs().is_empty();
        let said = text(if waits { "emoji.loading" } else { "sticker.no_packs" });
        html! { <p class="emoji-picker__nothing" role="status" aria-busy={waits.then_some("true")}>{ said }</p> }
    } else {
        let recent = choices(engine, state.recent_stickers());
        let packs = state.packs_at_hand().into_iter().map(|pack| {
            let stickers = choices(engine, pack.stickers.iter().map(|sticker| (pack.id, sticker)));
            html! { <><h3 class="sticker-grid__title" id={place(pack.id)}>{ &pack.title }</h3>{ for stickers }</> }
        });
        html! {
            <>
                if !recent.is_empty() {
                    <h3 class="sticker-grid__title">{ text("emoji.recent") }</h3>
                    { for recent }
                }
                { for packs }
            </>
        }
    };
    let onclick = pressed(pick);
    html! {
        <div class="emoji-picker__grid sticker-grid" id={GRID} role="group" aria-label={text("sticker.title")} {onclick}>{ content }</div>
    }
}

/// What stands above the composer while it holds nothing but an emoji that stickers go with.
pub fn suggested(kith: &Kith, conversation: ConversationId, draft: &str) -> Html {
    let found = kith.state.stickers_for(draft.trim(), SUGGESTED);
    if draft.is_ascii() || found.is_empty() {
        return Html::default();
    }
    let found = choices(&kith.engine, found);
    let engine = kith.engine.clone();
    let onclick = pressed(&Callback::from(move |(pack, file)| {
        engine.send_sticker(conversation, pack, file);
        engine.set_draft(conversation, String::new());
        page::focus(".composer__input");
    }));
    // Pressed, but not focused: one goes on writing.
    let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
    html! {
        <div class="completion">
            <div class="completion__list sticker-suggestions" role="group" aria-label={text("sticker.title")} {onclick} {onmousedown}>{ for found }</div>
        </div>
    }
}

/// What changes between emoji and stickers.
pub fn switch(kith: &Kith, shown: &Local<Shown>) -> Html {
    let stickers = shown.get().stickers;
    let half = |to: bool, label: &'static str, icon: Icon| {
        let (engine, shown) = (kith.engine.clone(), shown.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            shown.set(|shown| *shown = Shown { stickers: to, ..Shown::default() });
            let engine = engine.clone();
            if to {
                shown.task().look(async move { engine.load_stickers().await });
            }
        });
        html! {
            <button class="icon-button" type="button" aria-pressed={(stickers == to).to_string()} aria-label={text(label)} title={text(label)} {onclick}>
                { icon.draw() }
            </button>
        }
    };
    html! {
        <div class="emoji-picker__switch" role="group" aria-label={text("sticker.switch")}>
            { half(false, "emoji.title", Icon::Emoji) }
            { half(true, "sticker.title", Icon::Sticker) }
        </div>
    }
}

fn pressed(pick: &Callback<(PackId, FileId)>) -> Callback<MouseEvent> {
    let pick = pick.clone();
    Callback::from(move |event: MouseEvent| {
        let target = event.target_dyn_into::<Element>();
        let button = target.and_then(|target| target.closest("button").ok().flatten());
        let value = button.and_then(|button| button.get_attribute("value"));
        value.as_deref().and_then(named_sticker).iter().for_each(|sticker| pick.emit(*sticker));
    })
}

fn place(pack: PackId) -> String {
    format!("pack-{pack}")
}
