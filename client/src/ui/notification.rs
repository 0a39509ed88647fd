//! The Internal Notification Widget: what comes in dialogs one is not in, told at the top, and answered there.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use kith_markup::html;
use kith_shared::message::Message;
use kith_shared::setting;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::avatar::{Size, conversation_avatar};
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::names::called;
use super::page;
use super::said::said;
use crate::i18n::{text, text_with};
use crate::state::{ConversationView, Notification, Route};

/// How many are shown; of more, how many more.
const SHOWN: usize = 3;
/// How long one is shown that nobody holds, in milliseconds.
const LIFE: u32 = 7_000;
const HOUR: i64 = 3_600_000;
/// Pixels one swipes at least to be rid of one.
const SWIPE: i32 = 60;
/// What one reacts with from here.
const REACTION: &str = "👍";

#[component]
pub fn Notifications() -> Html {
    let kith = use_kith();
    let all = kith.state.notifications.clone();
    let more = all.len().saturating_sub(SHOWN);
    let engine = kith.engine;
    let onmore = Callback::from(move |_: MouseEvent| {
        engine.dismiss(None);
        engine.go(Route::Conversations);
    });
    html! {
        <div class="notifications" role="log" aria-live="polite" aria-label={text("notification.label")}>
            for shown in all.iter().rev().take(SHOWN) {
                <Card key={shown.conversation.to_string()} notification={*shown} />
            }
            if more > 0 {
                <button class="button notifications__more" type="button" onclick={onmore}>
                    { text_with("notification.more", &[("count", &more.to_string())]) }
                </button>
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct CardProps {
    notification: Notification,
}

#[derive(Default)]
struct Held {
    /// The mouse or the focus is on it.
    held: bool,
    /// What stands in the field one answers in.
    answer: Option<String>,
    goes: Option<Timeout>,
    /// Where the finger came down.
    down: Option<i32>,
}

#[component]
fn Card(CardProps { notification }: &CardProps) -> Html {
    let (kith, card) = (use_kith(), use_local(Held::default));
    let Notification { conversation, seq, count } = *notification;
    let stays = card.get().held || card.get().answer.is_some();
    {
        let (engine, card) = (kith.engine.clone(), card.clone());
        use_effect_with((seq, stays), move |(_, stays)| {
            let goes = (!stays).then(|| Timeout::new(LIFE, move || engine.dismiss(Some(conversation))));
            card.note(|card| card.goes = goes);
        });
    }
    let sounds = kith.state.settings.get(setting::SOUND).is_some();
    use_effect_with(seq, move |_| {
        if sounds {
            page::sound();
        }
    });
    use_effect_with(card.get().answer.is_some(), |answers| {
        if *answers {
            page::focus(".notification__answer > input");
        }
    });
    let Some(view) = kith.state.conversations.get(&conversation).cloned() else { return Html::default() };
    let message = view.at_hand(seq).cloned().or_else(|| view.last_message().cloned().map(Rc::new));
    let goes = kith.engine.clone();
    let onclick = Callback::from(move |_: MouseEvent| goes.go(Route::Dialog(conversation)));
    let holds = |held: bool| {
        let card = card.clone();
        move || card.set(|card| card.held = held)
    };
    let (enters, leaves, focused, blurred) = (holds(true), holds(false), holds(true), holds(false));
    let swipe = Swipe { kith: kith.clone(), card: card.clone(), conversation };
    let name = called(&view, kith.me());
    html! {
        <article class="notification" aria-label={name.clone()}
            onmouseenter={Callback::from(move |_: MouseEvent| enters())} onmouseleave={Callback::from(move |_: MouseEvent| leaves())}
            onfocusin={Callback::from(move |_: FocusEvent| focused())} onfocusout={Callback::from(move |_: FocusEvent| blurred())}
            onpointerdown={swipe.down()} onpointermove={swipe.moved()} onpointerup={swipe.up()} onpointercancel={swipe.up()}>
            <button class="notification__what" type="button" {onclick}>
                { conversation_avatar(&kith, &view, Size::Medium) }
                <span class="notification__name">{ name }</span>
                if count > 1 {
                    <span class="badge" aria-label={text_with("notification.count", &[("count", &count.to_string())])}>{ count }</span>
                }
                <span class="notification__text">{ message.as_deref().map(|message| told(&view, message)) }</span>
            </button>
            { actions(&kith, &view, *notification, &card) }
        </article>
    }
}

/// What it says; in a group, who says it.
fn told(view: &ConversationView, message: &Message) -> AttrValue {
    let said = said(&message.body);
    if !view.is_group() {
        return said;
    }
    text_with("contact_list.members_message", &[("name", view.member_name(message.sender)), ("text", &said)])
}

fn actions(kith: &Kith, view: &ConversationView, notification: Notification, card: &Local<Held>) -> Html {
    if let Some(answer) = card.get().answer.clone() {
        return field(kith, notification, answer, card);
    }
    let Notification { conversation, seq, .. } = notification;
    let does = |what: Box<dyn Fn(&Kith)>| {
        let kith = kith.clone();
        Callback::from(move |_: MouseEvent| what(&kith))
    };
    let answers = {
        let card = card.clone();
        Callback::from(move |_: MouseEvent| card.set(|card| card.answer = Some(String::new())))
    };
    let reacts = does(Box::new(move |kith| {
        kith.engine.react(conversation, seq, REACTION, true);
        kith.engine.mark_read(conversation, seq);
    }));
    let reads = does(Box::new(move |kith| kith.engine.mark_read(conversation, seq)));
    let mutes = does(Box::new(move |kith| {
        let until = kith.state.now + HOUR;
        kith.engine.set(setting::mute(conversation), Some(until.to_string()));
        kith.engine.dismiss(Some(conversation));
    }));
    let closes = does(Box::new(move |kith| kith.engine.dismiss(Some(conversation))));
    html! {
        <div class="notification__actions">
            if view.writable() {
                { action("notification.answer", Icon::Reply.draw(), answers) }
                { action("notification.react", html! { <span class="emoji">{ REACTION }</span> }, reacts) }
            }
            { action("notification.read", Icon::Check.draw(), reads) }
            { action("notification.mute", Icon::Clock.draw(), mutes) }
            { action("notification.close", Icon::Close.draw(), closes) }
        </div>
    }
}

fn action(label: &'static str, shows: Html, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button class="icon-button" type="button" aria-label={text(label)} title={text(label)} {onclick}>{ shows }</button>
    }
}

/// Answers without going there.
fn field(kith: &Kith, notification: Notification, answer: String, card: &Local<Held>) -> Html {
    let Notification { conversation, seq, .. } = notification;
    let typed = card.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
            typed.set(|card| card.answer = Some(field.value()));
        }
    });
    let (engine, sent) = (kith.engine.clone(), card.clone());
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        let answer = sent.get().answer.clone().unwrap_or_default();
        if !answer.trim().is_empty() {
            engine.send(conversation, answer);
            engine.mark_read(conversation, seq);
        }
    });
    let left = card.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            left.set(|card| card.answer = None);
        }
    });
    html! {
        <form class="notification__answer" {onsubmit}>
            <input class="field__input" aria-label={text("notification.answer")} placeholder={text("composer.label")} value={answer} {oninput} {onkeydown} autocomplete="off" />
            <button class="composer__send" aria-label={text("composer.send")} title={text("composer.send")}>{ Icon::Send.draw() }</button>
        </form>
    }
}

/// A finger that moves one away is rid of it.
struct Swipe {
    kith: Kith,
    card: Local<Held>,
    conversation: kith_shared::ConversationId,
}

impl Swipe {
    fn down(&self) -> Callback<PointerEvent> {
        let card = self.card.clone();
        Callback::from(move |event: PointerEvent| {
            if event.pointer_type() != "mouse" {
                card.note(|card| card.down = Some(event.client_x()));
            }
        })
    }

    fn moved(&self) -> Callback<PointerEvent> {
        let card = self.card.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(from) = card.get().down {
                shift(&event, &format!("{}px", event.client_x() - from));
            }
        })
    }

    fn up(&self) -> Callback<PointerEvent> {
        let (engine, card, conversation) = (self.kith.engine.clone(), self.card.clone(), self.conversation);
        Callback::from(move |event: PointerEvent| {
            let Some(from) = card.note(|card| card.down.take()) else { return };
            if (event.client_x() - from).abs() > SWIPE {
                engine.dismiss(Some(conversation));
            } else {
                shift(&event, "");
            }
        })
    }
}

/// Set through the style object, as the page allows no style in its text.
fn shift(event: &PointerEvent, by: &str) {
    let card = event.target_dyn_into::<Element>().and_then(|target| target.closest(".notification").ok()?);
    if let Some(card) = card.and_then(|card| card.dyn_into::<HtmlElement>().ok()) {
        // Only a style that can't be changed refuses, and an element's own can.
        let _ = card.style().set_property("translate", by);
    }
}
