//! What one makes of a conversation for oneself, on all devices: pinned, archived, marked as unread, muted.

use kith_markup::html;
use kith_shared::{Millis, setting};
use yew::prelude::*;

use super::kith::Kith;
use super::notification_settings::rule;
use super::time;
use crate::i18n::{text, text_with};
use crate::state::{ConversationView, Route};

/// Muted until this is muted for ever.
pub const ALWAYS: Millis = 8_640_000_000_000_000;

const HOUR: Millis = 3_600_000;

pub fn marks(kith: &Kith, view: &ConversationView) -> Html {
    let (id, archived) = (view.id(), view.is_archived());
    html! {
        <>
            <section class="section">
                <h2 class="section__title">{ text("details.title") }</h2>
                <div class="section__actions">
                    { switch(kith, "details.pin", setting::pin(id), view.pinned, "1".to_owned()) }
                    { switch(kith, "details.archive", setting::archive(id), archived, view.head().to_string()) }
                    { unread(kith, view) }
                </div>
            </section>
            <section class="section">
                <h2 class="section__title">{ text("details.mute") }</h2>
                { mute(kith, view) }
                { rule(kith, view.id()) }
            </section>
        </>
    }
}

fn switch(kith: &Kith, label: &'static str, key: String, on: bool, value: String) -> Html {
    let engine = kith.engine.clone();
    let onclick = Callback::from(move |_: MouseEvent| engine.set(key.clone(), (!on).then(|| value.clone())));
    html! { <button class="button" type="button" aria-pressed={on.to_string()} {onclick}>{ text(label) }</button> }
}

/// Who marks it goes away from it: to look at it takes the mark away.
fn unread(kith: &Kith, view: &ConversationView) -> Html {
    let (engine, id) = (kith.engine.clone(), view.id());
    let onclick = Callback::from(move |_: MouseEvent| {
        engine.set(setting::unread(id), Some("1".to_owned()));
        engine.go(Route::Conversations);
    });
    html! { <button class="button" type="button" {onclick}>{ text("details.unread") }</button> }
}

fn mute(kith: &Kith, view: &ConversationView) -> Html {
    let (now, until) = (kith.state.now, view.muted_until);
    let choice = |label: &'static str, until: Option<Millis>| {
        let (engine, key) = (kith.engine.clone(), setting::mute(view.id()));
        let value = until.map(|until| until.to_string());
        let onclick = Callback::from(move |_: MouseEvent| engine.set(key.clone(), value.clone()));
        html! { <button class="button" type="button" {onclick}>{ text(label) }</button> }
    };
    if until > now {
        let said = match until {
            ALWAYS => text("details.muted"),
            until => text_with("details.muted_until", &[("time", &time::exact(until))]),
        };
        return html! {
            <div class="section__actions">
                <p class="section__text" role="status">{ said }</p>
                { choice("details.unmute", None) }
            </div>
        };
    }
    html! {
        <div class="section__actions">
            { choice("details.mute_hour", Some(now + HOUR)) }
            { choice("details.mute_day", Some(now + 8 * HOUR)) }
            { choice("details.mute_tomorrow", Some(time::tomorrow(now))) }
            { choice("details.mute_always", Some(ALWAYS)) }
        </div>
    }
}
