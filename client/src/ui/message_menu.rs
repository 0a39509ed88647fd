//! What one can do with a message.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::Seq;
use kith_shared::message::{Body, Message};
use yew::prelude::*;

use super::chosen::{Above, Chosen};
use super::icon::Icon;
use super::kith::Kith;
use super::local::Local;
use super::page;
use super::reactions::offered;
use super::seen_by::SeenBy;
use super::sheet::{Sheet, danger_item, item};
use crate::i18n::text as words;
use crate::state::ConversationView;

pub fn message_menu(
    kith: &Kith,
    view: &Rc<ConversationView>,
    seq: Seq,
    at: (i32, i32),
    chosen: &Local<Chosen>,
    onclose: Callback<()>,
) -> Html {
    let Some(message) = view.at_hand(seq).map(|message| view.shown(message, kith.me()).into_owned()) else {
        return Html::default();
    };
    let gone = message.body.is_gone();
    html! {
        <Sheet key="menu" class="menu" label={words("message.actions")} {at} {onclose}>
            if view.writable() && !gone {
                { offered(&kith.engine, &message) }
            }
            <div class="menu__items">
                { for own_items(kith, view, &message, chosen) }
            </div>
        </Sheet>
    }
}

/// In the order of how often they are wanted; what can't be taken back comes last.
fn own_items(
    kith: &Kith,
    view: &ConversationView,
    message: &Rc<Message>,
    chosen: &Local<Chosen>,
) -> Vec<Html> {
    let (engine, id, seq) = (&kith.engine, view.id(), message.seq);
    let select = {
        let chosen = chosen.clone();
        Callback::from(move |_: MouseEvent| chosen.set(|chosen| chosen.toggle(seq)))
    };
    let mut items = Vec::new();
    if let Some(said) = message.body.words().map(str::to_owned) {
        if view.may_answer(seq) {
            let engine = engine.clone();
            let reply = Callback::from(move |_: MouseEvent| engine.set_reply(id, Some(seq)));
            items.push(item(Icon::Reply.draw(), words("message.reply"), reply));
        }
        if !said.is_empty() {
            let copy = Callback::from(move |_: MouseEvent| page::copy_soon(said.clone()));
            items.push(item(Icon::Copy.draw(), words("message.copy"), copy));
        }
    }
    if matches!(message.body, Body::Text { .. } | Body::Sticker(_)) {
        items.push(item(
            Icon::Forward.draw(),
            words("message.forward"),
            chosen.show(Above::Forward(vec![seq])),
        ));
    }
    if let Body::Text { text, forwarded: false, .. } = &message.body
        && view.writable()
        && message.sender == kith.me()
    {
        let (engine, text) = (engine.clone(), text.clone());
        let edit = Callback::from(move |_: MouseEvent| engine.set_edit(id, Some((seq, text.clone()))));
        items.push(item(Icon::Edit.draw(), words("message.edit"), edit));
    }
    if !message.body.is_gone() && view.may_pin(kith.me()) {
        let (engine, on) = (engine.clone(), message.pinned_at.is_none());
        let pin = Callback::from(move |_: MouseEvent| engine.pin(id, seq, on));
        items.push(item(Icon::Pin.draw(), words(if on { "message.pin" } else { "message.unpin" }), pin));
    }
    if message.edited_at.is_some() {
        items.push(item(Icon::Clock.draw(), words("message.versions"), chosen.show(Above::Versions(seq))));
    }
    // In a direct dialog the message itself says it.
    if view.is_group() {
        items.push(html! { <SeenBy conversation={id} {seq} /> });
    }
    items.push(item(Icon::Check.draw(), words("message.select"), select));
    items.push(danger_item(
        Icon::Trash.draw(),
        words("message.delete"),
        chosen.show(Above::Delete(vec![seq])),
    ));
    items
}
