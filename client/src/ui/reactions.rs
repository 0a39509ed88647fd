//! The reactions under a message, and what one can do with it.

use kith_shared::UserId;
use kith_shared::message::{Body, Message};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::class::class;
use super::page;
use crate::engine::Engine;
use crate::i18n::{plural, text as words};

/// What is offered first; any emoji may come from elsewhere.
const OFFERED: [&str; 4] = ["👍", "❤️", "😂", "🎉"];

/// Nothing where nobody reacted.
pub fn reactions(engine: &Engine, message: &Message, me: Option<UserId>) -> Html {
    if message.reactions.is_empty() {
        return Html::default();
    }
    let one = |emoji: &str, users: &[UserId]| {
        let mine = me.is_some_and(|me| users.contains(&me));
        let count = users.len();
        html! {
            <button class={class("reaction", &[("reaction--mine", mine)])} type="button" aria-pressed={mine.to_string()}
                onclick={react(engine, message, emoji, !mine)}>
                { emoji }{ " " }<span aria-hidden="true">{ count }</span>
                <span class="visually-hidden">{ plural("message.reactions", count as i64) }</span>
            </button>
        }
    };
    html! {
        <span class="bubble__reactions">
            for reaction in &message.reactions {
                { one(&reaction.emoji, &reaction.users) }
            }
        </span>
    }
}

/// What one can do with a message: react to it, copy it, and edit and delete one's own.
pub fn actions(engine: &Engine, message: &Message, own: bool, done: &Callback<()>) -> Html {
    let (conversation, seq) = (message.conversation, message.seq);
    let button = |label: AttrValue, press: Callback<MouseEvent>| {
        let done = done.clone();
        let onclick = Callback::from(move |event| {
            press.emit(event);
            done.emit(());
        });
        html! { <button class="button button--quiet" type="button" {onclick}>{ label }</button> }
    };
    let offered = OFFERED.iter().map(|emoji| button((*emoji).into(), react(engine, message, emoji, true)));
    let own = own.then(|| {
        let (edits, deletes, message) = (engine.clone(), engine.clone(), message.clone());
        let edit = Callback::from(move |_: MouseEvent| {
            if let Body::Text { text, .. } = &message.body {
                edits.set_edit(conversation, Some((seq, text.clone())));
            }
        });
        let delete = Callback::from(move |_: MouseEvent| deletes.delete(conversation, seq));
        [button(words("message.edit"), edit), button(words("message.delete"), delete)]
    });
    let copy = match &message.body {
        Body::Text { text, .. } => {
            let said = text.clone();
            let copy = Callback::from(move |_: MouseEvent| {
                let said = said.clone();
                spawn_local(async move {
                    // Where there is no clipboard, the text can be marked by hand.
                    let _ = page::copy(&said).await;
                });
            });
            button(words("message.copy"), copy)
        }
        Body::Deleted => Html::default(),
    };
    html! {
        <span class="bubble__actions bubble__actions--calm" role="group" aria-label={words("message.actions")}>
            { for offered }
            { copy }
            { for own.into_iter().flatten() }
        </span>
    }
}

fn react(engine: &Engine, message: &Message, emoji: &str, on: bool) -> Callback<MouseEvent> {
    let (engine, emoji) = (engine.clone(), emoji.to_owned());
    let (conversation, seq) = (message.conversation, message.seq);
    Callback::from(move |_| engine.react(conversation, seq, &emoji, on))
}
