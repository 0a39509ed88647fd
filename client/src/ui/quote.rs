//! Quote: the beginning of a message that is answered, which leads to it.

use kith_markup::html;
use kith_shared::ConversationId;
use kith_shared::message::Message;
use yew::prelude::*;

use super::said::said;
use crate::engine::Engine;
use crate::i18n::text;
use crate::state::{Answered, Route, State};

/// In the bubble of the answer.
pub fn quote(engine: &Engine, conversation: ConversationId, answered: &Answered) -> Html {
    let (goes, seq) = (engine.clone(), answered.seq);
    let onclick = Callback::from(move |_: MouseEvent| {
        goes.replace(Route::Message(conversation, seq));
        // Also when one has been led there before, and has gone on since.
        goes.load_message(conversation, seq);
    });
    html! {
        <button class="quote" type="button" {onclick}>
            { quoted(&engine.state(), conversation, answered.message.as_deref()) }
        </button>
    }
}

/// Who said it, and what. Nothing is left out while it is on its way: so nothing jumps when it comes.
pub fn quoted(state: &State, conversation: ConversationId, message: Option<&Message>) -> Html {
    let name = message.map(|message| name(state, conversation, message));
    html! {
        <>
            <span class="quote__name">{ name.unwrap_or_else(|| "…".into()) }</span>
            <span class="quote__text">{ message.map_or_else(|| "…".into(), |message| said(&message.body)) }</span>
        </>
    }
}

fn name(state: &State, conversation: ConversationId, message: &Message) -> AttrValue {
    if state.me() == Some(message.sender) {
        return text("dialog.you");
    }
    let view = state.conversations.get(&conversation);
    view.map_or_else(Default::default, |view| view.member_name(message.sender).to_owned().into())
}
