//! The reactions under a message: a chip for each emoji, which says who reacted when one points at it, comes to it by
//! key, or holds it with a finger.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use kith_markup::html;
use kith_shared::message::{Message, Reaction};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::class::class;
use super::local::{Local, use_local};
use super::page;
use crate::engine::Engine;
use crate::i18n::{plural, text, text_with};
use crate::state::Reactors;

/// How long one holds a chip to hear whose reaction it is, in milliseconds: as long as anything else a phone is held for.
const HOLD: u32 = 500;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub message: Rc<Message>,
    pub engine: Engine,
}

/// What a finger does.
#[derive(Default)]
struct Held {
    /// Fires when it was held for long.
    soon: Option<Timeout>,
    /// The emoji it was held on.
    emoji: Option<String>,
}

/// Nothing where nobody reacted.
#[component]
pub fn ReactionChips(Props { message, engine }: &Props) -> Html {
    let held = use_local(Held::default);
    if message.reactions.is_empty() {
        return Html::default();
    }
    html! {
        <span class="bubble__reactions">
            for reaction in &message.reactions {
                { chip(engine, message, reaction, &held) }
            }
        </span>
    }
}

fn chip(engine: &Engine, message: &Message, reaction: &Reaction, held: &Local<Held>) -> Html {
    let (emoji, count) = (&reaction.emoji, reaction.users.len());
    let mine = engine.state().me().is_some_and(|me| reaction.users.contains(&me));
    let is_held = held.get().emoji.as_ref() == Some(emoji);
    let who = who(engine, message, reaction);
    let react = {
        let (engine, held, emoji) = (engine.clone(), held.clone(), emoji.clone());
        let (conversation, seq) = (message.conversation, message.seq);
        Callback::from(move |_: MouseEvent| {
            // Who held it wanted to know, not to react.
            if held.get().emoji.is_none() {
                engine.react(conversation, seq, &emoji, !mine);
            }
        })
    };
    let hold = hold(held, emoji);
    let (release, leave) = {
        let (released, left) = (held.clone(), held.clone());
        // What was told stays to be read; what was not yet is not told any more.
        let release = Callback::from(move |_: PointerEvent| released.note(|held| held.soon = None));
        (release, Callback::from(move |_: FocusEvent| left.set(|held| held.emoji = None)))
    };
    // A finger that stays opens no menu: neither the browser's nor the message's.
    let oncontextmenu = {
        let held = held.clone();
        Callback::from(move |event: MouseEvent| {
            if held.get().soon.is_some() {
                event.prevent_default();
                event.stop_propagation();
            }
        })
    };
    html! {
        <button class={class("reaction", &[("reaction--mine", mine), ("reaction--held", is_held)])} type="button"
            aria-pressed={mine.to_string()} onclick={react} {oncontextmenu} onpointerdown={hold}
            onpointerleave={release} onblur={leave}>
            { emoji }{ " " }<span aria-hidden="true">{ count }</span>
            <span class="visually-hidden">{ plural("message.reactions", count as i64) }{ ": " }{ &who }</span>
            <span class="reaction__who" aria-hidden="true">{ who }</span>
        </button>
    }
}

fn hold(held: &Local<Held>, emoji: &str) -> Callback<PointerEvent> {
    let (held, emoji) = (held.clone(), emoji.to_owned());
    Callback::from(move |event: PointerEvent| {
        event.stop_propagation();
        let (shown, emoji) = (held.clone(), emoji.clone());
        let chip =
            event.target_dyn_into::<Element>().and_then(|target| target.closest("button").ok().flatten());
        let told = move || {
            // So that it is left when one touches something else.
            chip.and_then(|chip| chip.dyn_into().ok()).iter().for_each(page::focus_on);
            shown.set(|held| held.emoji = Some(emoji));
        };
        let soon = (event.pointer_type() == "touch").then(|| Timeout::new(HOLD, told));
        held.set(|held| *held = Held { soon, emoji: None });
    })
}

/// "You, Mia and 3 others".
fn who(engine: &Engine, message: &Message, reaction: &Reaction) -> AttrValue {
    let state = engine.state();
    let (Some(me), Some(view)) = (state.me(), state.conversations.get(&message.conversation)) else {
        return AttrValue::default();
    };
    let Reactors { me, names, more } = view.reactors(&reaction.users, me);
    let you = me.then(|| text("dialog.you").to_string());
    let mut all: Vec<String> = you.into_iter().chain(names.into_iter().map(str::to_owned)).collect();
    if more > 0 {
        // Where nobody is named, the others are all.
        let key = if all.is_empty() {
            plural("message.people", more as i64)
        } else {
            plural("message.others", more as i64)
        };
        all.push(key.to_string());
    }
    let last = all.pop().unwrap_or_default();
    if all.is_empty() {
        last.into()
    } else {
        text_with("message.and", &[("names", &all.join(", ")), ("last", &last)])
    }
}
