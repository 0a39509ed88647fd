//! One message.

use kith_shared::ClientId;
use kith_shared::message::Body;
use kith_shared::problem::Code;
use yew::prelude::*;

use super::class::class;
use super::failure::code_sentence;
use super::icon::Icon;
use super::rich_text::rich_text;
use super::time;
use crate::engine::Engine;
use crate::i18n::text;
use crate::state::{Bubble, Content, Delivery};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub bubble: Bubble,
    /// Who wrote it, for those who don't see on which side it stands.
    pub sender: AttrValue,
    pub engine: Engine,
}

#[component]
pub fn BubbleView(Props { bubble, sender, engine }: &Props) -> Html {
    let (body, delivery, client_id) = match &bubble.content {
        Content::Message(message, delivery) => (&message.body, *delivery, message.client_id),
        Content::Outgoing(outgoing) => {
            let delivery = outgoing.refused.map_or(Delivery::Sending, Delivery::Refused);
            (&outgoing.body, Some(delivery), outgoing.client_id)
        }
    };
    let said = match body {
        Body::Text { text } => rich_text(text),
        Body::Deleted => html! { <em>{ text("dialog.deleted") }</em> },
    };
    let at = bubble.content.at();
    let class = class(
        "bubble",
        &[
            ("bubble--first", bubble.first),
            ("bubble--last", bubble.last),
            ("bubble--own", delivery.is_some()),
            ("bubble--refused", matches!(delivery, Some(Delivery::Refused(_)))),
        ],
    );
    html! {
        <div {class}>
            if bubble.first {
                <span class="visually-hidden">{ sender }</span>
            }
            <span class="bubble__text">{ said }</span>
            <span class="bubble__meta">
                <span title={time::exact(at)}>{ time::clock(at) }</span>
                { for delivery.map(state) }
            </span>
            if let Some(Delivery::Refused(code)) = delivery {
                { refused(engine, client_id, code) }
            }
        </div>
    }
}

fn state(delivery: Delivery) -> Html {
    let (name, icon, text) = match delivery {
        Delivery::Sending => ("sending", Icon::Clock, text("delivery.sending")),
        Delivery::Refused(_) => ("refused", Icon::Warning, text("delivery.refused")),
        Delivery::Sent => ("sent", Icon::Check, text("delivery.sent")),
        Delivery::Read => ("read", Icon::DoubleCheck, text("delivery.read")),
    };
    html! {
        <span class={format!("bubble__state bubble__state--{name}")} title={text.clone()}>
            { icon.draw() }
            <span class="visually-hidden">{ text }</span>
        </span>
    }
}

/// Why it was not sent, and what one can do about it.
fn refused(engine: &Engine, id: ClientId, code: Code) -> Html {
    let (again, discard) = (engine.clone(), engine.clone());
    let again = Callback::from(move |_: MouseEvent| again.retry(id));
    let discard = Callback::from(move |_: MouseEvent| discard.discard(id));
    html! {
        <span class="bubble__actions">
            <span class="bubble__reason">{ code_sentence(code) }</span>
            <button class="button button--quiet" type="button" onclick={again}>{ text("delivery.retry") }</button>
            <button class="button button--quiet" type="button" onclick={discard}>{ text("delivery.discard") }</button>
        </span>
    }
}
