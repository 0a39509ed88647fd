//! The reactions that are offered for a message.

use kith_markup::html;
use kith_shared::message::Message;
use yew::prelude::*;

use super::emoji_picker::another_emoji;
use crate::engine::Engine;
use crate::i18n::text as words;

/// What is offered first; another one is picked from all there are.
const OFFERED: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

/// What is offered to react with.
pub fn offered(engine: &Engine, message: &Message) -> Html {
    let one = |emoji: &'static str| {
        html! { <button class="menu__emoji" onclick={react(engine, message, emoji, true)}>{ emoji }</button> }
    };
    html! {
        <div class="menu__reactions" role="group" aria-label={words("message.react")}>
            { for OFFERED.map(one) }
            { another_emoji(engine, message) }
        </div>
    }
}

fn react(engine: &Engine, message: &Message, emoji: &str, on: bool) -> Callback<MouseEvent> {
    let (engine, emoji) = (engine.clone(), emoji.to_owned());
    let (conversation, seq) = (message.conversation, message.seq);
    Callback::from(move |_| engine.react(conversation, seq, &emoji, on))
}
