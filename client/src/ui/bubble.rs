//! One message.

use kith_markup::html;
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::{ClientId, ConversationId};
use yew::prelude::*;

use super::attachments::attachments;
use super::class::class;
use super::failure::code_sentence;
use super::icon::Icon;
use super::names::bot_badge;
use super::poll::Poll;
use super::preview::preview;
use super::quote::quote;
use super::reaction_chips::ReactionChips;
use super::rich_text::rich_text;
use super::sticker::StickerView;
use super::time;
use super::timer::sign as timer_sign;
use super::upload::upload_line;
use crate::engine::Engine;
use crate::i18n::text;
use crate::state::{Bubble, Content, Delivery};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub conversation: ConversationId,
    pub bubble: Bubble,
    /// Who wrote it, for those who don't see on which side it stands.
    pub sender: AttrValue,
    /// Whether that is a bot.
    pub bot: bool,
    /// Whether everybody has to be told: in a group, others stand on the same side.
    pub named: bool,
    pub engine: Engine,
}

#[component]
pub fn BubbleView(Props { conversation, bubble, sender, bot, named, engine }: &Props) -> Html {
    let (body, delivery, client_id, message) = match &bubble.content {
        Content::Message(message, delivery) => {
            (&message.body, *delivery, message.client_id, Some(message).filter(|it| !it.body.is_gone()))
        }
        Content::Outgoing(outgoing) => {
            let delivery = outgoing.refused.map_or(Delivery::Sending, Delivery::Refused);
            (&outgoing.body, Some(delivery), outgoing.client_id, None)
        }
    };
    let said = match body {
        Body::Text { text, .. } if text.is_empty() => Html::default(),
        Body::Text { text, preview: shown, .. } => html! {
            <>{ rich_text(text, engine.state().username()) }{ for shown.as_deref().map(|shown| preview(engine, *conversation, shown)) }</>
        },
        Body::Poll { .. } => html! { <Poll content={bubble.content.clone()} engine={engine.clone()} /> },
        Body::Sticker(sent) => html! { <StickerView sent={(**sent).clone()} conversation={*conversation} /> },
        Body::Deleted | Body::Expired => {
            html! { <span class="bubble__text"><em>{ text("dialog.deleted") }</em></span> }
        }
        // Stands in the Dialog without a bubble.
        Body::Notice(_) => Html::default(),
    };
    let (at, stored) = (bubble.content.at(), matches!(bubble.content, Content::Message(..)));
    let class = class(
        "bubble",
        &[
            ("bubble--first", bubble.first),
            ("bubble--last", bubble.last),
            ("bubble--own", delivery.is_some()),
            ("bubble--bare", matches!(body, Body::Sticker(_))),
            ("bubble--refused", matches!(delivery, Some(Delivery::Refused(_)))),
        ],
    );
    html! {
        <div {class}>
            if bubble.first {
                <span class={if *named && delivery.is_none() { "bubble__sender" } else { "visually-hidden" }}>{ sender }{ bot_badge(*bot) }</span>
            }
            if body.is_forwarded() {
                <span class="bubble__forwarded">{ Icon::Forward.draw() }{ text("message.forwarded") }</span>
            }
            { for bubble.answers.as_ref().map(|answered| quote(engine, *conversation, answered)) }
            { attachments(engine, *conversation, &bubble.content) }
            { said }
            <span class="bubble__meta">
                if message.is_some_and(|message| message.pinned_at.is_some()) {
                    <span class="bubble__pinned" title={text("message.pinned")}>
                        { Icon::Pin.draw() }<span class="visually-hidden">{ text("message.pinned") }</span>
                    </span>
                }
                if message.is_some_and(|message| message.edited_at.is_some()) {
                    <span>{ text("message.edited") }</span>
                }
                if message.is_some_and(|message| message.expires_at.is_some()) {
                    { timer_sign(&text("timer.sign")) }
                }
                <span title={time::exact(at)}>{ time::clock(at) }</span>
                { for delivery.map(state) }
                { for stored.then(more) }
            </span>
            if let Some(message) = message {
                <ReactionChips message={message.clone()} engine={engine.clone()} />
            }
            if let Content::Outgoing(outgoing) = &bubble.content {
                { upload_line(engine, outgoing) }
            }
            if let Some(Delivery::Refused(code)) = delivery {
                { refused(engine, client_id, code) }
            }
        </div>
    }
}

/// What opens the menu of a message: the Dialog hears of it, as of all else that does.
fn more() -> Html {
    html! {
        <button class="bubble__more" type="button" aria-haspopup="menu" aria-label={text("message.actions")}>{ "⋯" }</button>
    }
}

fn state(delivery: Delivery) -> Html {
    let (name, icon, text) = match delivery {
        Delivery::Sending => ("sending", Icon::Clock, text("delivery.sending")),
        Delivery::Refused(_) => ("refused", Icon::Warning, text("delivery.refused")),
        Delivery::Sent => ("sent", Icon::Check, text("delivery.sent")),
        Delivery::Delivered => ("delivered", Icon::DoubleCheck, text("delivery.delivered")),
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
