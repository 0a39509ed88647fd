//! The reactions under a message, and those that are offered.

use kith_shared::UserId;
use kith_shared::message::Message;
use yew::prelude::*;

use super::class::class;
use crate::engine::Engine;
use crate::i18n::{plural, text as words};

/// What is offered first; any emoji may come from elsewhere.
const OFFERED: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

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

/// What is offered to react with.
pub fn offered(engine: &Engine, message: &Message) -> Html {
    let one = |emoji: &'static str| {
        html! { <button class="menu__emoji" onclick={react(engine, message, emoji, true)}>{ emoji }</button> }
    };
    html! {
        <div class="menu__reactions" role="group" aria-label={words("message.react")}>{ for OFFERED.map(one) }</div>
    }
}

fn react(engine: &Engine, message: &Message, emoji: &str, on: bool) -> Callback<MouseEvent> {
    let (engine, emoji) = (engine.clone(), emoji.to_owned());
    let (conversation, seq) = (message.conversation, message.seq);
    Callback::from(move |_| engine.react(conversation, seq, &emoji, on))
}
