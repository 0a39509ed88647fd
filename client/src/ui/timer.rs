//! After what time a conversation's messages disappear.

use kith_markup::html;
use kith_shared::Millis;
use yew::prelude::*;

use super::failure::failure_banner;
use super::icon::Icon;
use super::kith::Kith;
use super::local::Task;
use crate::i18n::{text, text_with};
use crate::state::ConversationView;

const DAY: Millis = 24 * 3_600_000;

/// What is offered, and what it is called.
const OFFERED: [(Option<Millis>, &str); 5] = [
    (None, "timer.off"),
    (Some(DAY / 24), "timer.hour"),
    (Some(DAY), "timer.day"),
    (Some(7 * DAY), "timer.week"),
    (Some(28 * DAY), "timer.month"),
];

/// Among a conversation's details; nothing for who may not change it and has none.
pub fn timer(kith: &Kith, view: &ConversationView, task: &Task) -> Html {
    let (id, after) = (view.id(), view.held.conversation.expire_after);
    let choice = |(offered, label): (Option<Millis>, &'static str)| {
        let (engine, task) = (kith.engine.clone(), task.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            let engine = engine.clone();
            task.run(async move { engine.set_timer(id, offered).await });
        });
        html! {
            <button class="button" type="button" aria-pressed={(offered == after).to_string()} {onclick}>{ text(label) }</button>
        }
    };
    let may = view.may_set_timer(kith.me());
    if !may && after.is_none() {
        return Html::default();
    }
    html! {
        <section class="section">
            <h2 class="section__title">{ text("timer.title") }</h2>
            <p class="section__text">{ said(after) }</p>
            if may {
                <div class="section__actions">{ for OFFERED.map(choice) }</div>
                { failure_banner(task.failure()) }
            }
        </section>
    }
}

/// Beside a conversation's name; nothing where messages stay.
pub fn timer_sign(view: &ConversationView) -> Html {
    let after = view.held.conversation.expire_after;
    match after {
        Some(_) => sign(&said(after)),
        None => Html::default(),
    }
}

/// For the eye, and in words.
pub fn sign(said: &AttrValue) -> Html {
    html! {
        <span class="timer-sign" title={said}>{ Icon::Hourglass.draw() }<span class="visually-hidden">{ said }</span></span>
    }
}

fn said(after: Option<Millis>) -> AttrValue {
    let Some(after) = after else { return text("timer.never") };
    let known = OFFERED.iter().find(|(offered, _)| *offered == Some(after));
    let time = known.map_or_else(|| format!("{} s", after / 1_000).into(), |(_, label)| text(label));
    text_with("timer.after", &[("time", &time)])
}
