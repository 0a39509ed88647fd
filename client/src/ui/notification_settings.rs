//! Of what one is told, how, and when: on this device, and on all.

use kith_markup::html;
use kith_shared::ConversationId;
use kith_shared::notify::{Notify, Quiet, Shows};
use kith_shared::push::PushOutcome;
use kith_shared::setting::{self, KEYWORDS, ON, PUSH_SHOWS, QUIET, SOUND};
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::failure::failure_banner;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::switch::switch;
use crate::engine::{Engine, PushState};
use crate::i18n::text;
use crate::state::Failure;

/// Minutes of the day between which it is quiet at first.
const NIGHT: (u32, u32) = (22 * 60, 7 * 60);

#[derive(Default)]
struct Known {
    state: Option<PushState>,
    /// What came of the last test.
    outcome: Option<PushOutcome>,
    /// The keywords while they are being changed.
    words: Option<String>,
}

#[component]
pub fn NotificationSettings() -> Html {
    let (kith, known) = (use_kith(), use_local(Known::default));
    {
        let (engine, known) = (kith.engine.clone(), known.clone());
        use_effect_with((), move |()| known.task().look(look(engine, known.clone())));
    }
    html! {
        <section class="section" id="notifications">
            <h2 class="section__title">{ text("push.title") }</h2>
            { this_device(&kith.engine, &known) }
            { shows(&kith) }
            { set(&kith, SOUND, ON.to_owned(), ("push.sound", "push.sound_text")) }
            { quiet(&kith) }
            { keywords(&kith, &known) }
        </section>
    }
}

async fn look(engine: Engine, known: Local<Known>) -> Result<(), Failure> {
    let state = engine.push_state().await;
    known.set(|known| known.state = Some(state));
    Ok(())
}

/// Whether pushes come here, and what to do about it.
fn this_device(engine: &Engine, known: &Local<Known>) -> Html {
    let about = match known.get().state {
        None => return Html::default(),
        Some(PushState::Unsupported) => "push.unsupported",
        Some(PushState::Denied) => "push.denied",
        Some(PushState::Off) => "push.off",
        Some(PushState::On) => "push.on",
    };
    let turn = |on: bool| {
        let (engine, known) = (engine.clone(), known.clone());
        Callback::from(move |_: MouseEvent| {
            let (engine, known) = (engine.clone(), known.clone());
            known.set(|known| known.outcome = None);
            known.clone().task().run(async move {
                let turned = if on { engine.turn_pushes_on().await } else { engine.turn_pushes_off().await };
                look(engine, known).await?;
                turned
            });
        })
    };
    let tests = {
        let (engine, known) = (engine.clone(), known.clone());
        Callback::from(move |_: MouseEvent| {
            let (engine, known) = (engine.clone(), known.clone());
            known.clone().task().run(async move {
                let outcome = engine.test_pushes().await?;
                known.set(|known| known.outcome = Some(outcome));
                Ok(())
            });
        })
    };
    let button = |label: &'static str, onclick| {
        html! { <button class="button" type="button" aria-disabled={known.task().disabled()} {onclick}>{ text(label) }</button> }
    };
    let state = known.get().state;
    html! {
        <>
            <p class="section__text">{ text(about) }</p>
            <div class="section__actions">
                if state == Some(PushState::Off) {
                    { button("push.turn_on", turn(true)) }
                } else if state == Some(PushState::On) {
                    { button("push.test", tests) }
                    { button("push.turn_off", turn(false)) }
                }
            </div>
            <p class="section__text" role="status">{ known.get().outcome.map(outcome) }</p>
            { failure_banner(known.task().failure()) }
        </>
    }
}

/// Where a test has come to, or why it has not.
fn outcome(outcome: PushOutcome) -> AttrValue {
    text(match outcome {
        PushOutcome::Sent => "push.outcome.sent",
        PushOutcome::NoSubscription => "push.outcome.no_subscription",
        PushOutcome::Gone => "push.outcome.gone",
        PushOutcome::Refused => "push.outcome.refused",
        PushOutcome::Unreachable => "push.outcome.unreachable",
    })
}

fn shows(kith: &Kith) -> Html {
    let chosen = Shows::of(kith.state.settings.get(PUSH_SHOWS));
    let offered = [
        (Shows::All, Shows::All.value(), "push.shows_all"),
        (Shows::Name, Shows::Name.value(), "push.shows_name"),
        (Shows::Nothing, Shows::Nothing.value(), "push.shows_nothing"),
    ];
    let offered = offered.map(|(shows, value, label)| (shows == chosen, value, label));
    select(kith, PUSH_SHOWS.to_owned(), "push.shows", offered)
}

/// Which messages of a conversation one is told of.
pub fn rule(kith: &Kith, conversation: ConversationId) -> Html {
    let key = setting::notify(conversation);
    let chosen = Notify::of(kith.state.settings.get(&key));
    let offered = [
        (Notify::All, Notify::All.value(), "push.rule_all"),
        (Notify::Mentions, Notify::Mentions.value(), "push.rule_mentions"),
        (Notify::None, Notify::None.value(), "push.rule_none"),
    ];
    let offered = offered.map(|(rule, value, label)| (rule == chosen, value, label));
    select(kith, key, "push.rule", offered)
}

/// One of three: whether it is chosen, the setting's value, and what it is called.
fn select(
    kith: &Kith,
    key: String,
    label: &'static str,
    offered: [(bool, Option<&'static str>, &'static str); 3],
) -> Html {
    let engine = kith.engine.clone();
    let onchange = Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            engine.set(key.clone(), Some(select.value()).filter(|value| !value.is_empty()));
        }
    });
    let option = |(selected, value, label): &(bool, Option<&'static str>, &'static str)| {
        html! { <option value={value.unwrap_or_default()} selected={*selected}>{ text(label) }</option> }
    };
    html! {
        <label class="kept__rule">
            <span>{ text(label) }</span>
            <select class="field__input" {onchange}>{ for offered.iter().map(option) }</select>
        </label>
    }
}

/// On while the setting is there.
fn set(kith: &Kith, key: &'static str, value: String, about: (&'static str, &'static str)) -> Html {
    let on = kith.state.settings.get(key).is_some();
    switch(kith, key, on, (!on).then_some(value), about)
}

fn quiet(kith: &Kith) -> Html {
    let offset = kith.engine.utc_offset();
    let first = Quiet { from: NIGHT.0, to: NIGHT.1, offset };
    let hours = kith.state.settings.get(QUIET).and_then(Quiet::of);
    let field = |label: &'static str, quiet: Quiet, part: fn(&mut Quiet) -> &mut u32| {
        let minutes = *part(&mut quiet.clone());
        let engine = kith.engine.clone();
        let onchange = Callback::from(move |event: Event| {
            let typed =
                event.target_dyn_into::<HtmlInputElement>().and_then(|field| minutes_of(&field.value()));
            if let Some(minutes) = typed {
                let mut quiet = Quiet { offset, ..quiet };
                *part(&mut quiet) = minutes;
                engine.set(QUIET.to_owned(), Some(quiet.value()));
            }
        });
        let value = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        html! {
            <label class="quiet__time">
                <span>{ text(label) }</span>
                <input class="field__input" type="time" {value} {onchange} />
            </label>
        }
    };
    html! {
        <>
            { set(kith, QUIET, first.value(), ("push.quiet", "push.quiet_text")) }
            if let Some(quiet) = hours {
                <div class="quiet">
                    { field("push.from", quiet, |quiet| &mut quiet.from) }
                    { field("push.to", quiet, |quiet| &mut quiet.to) }
                </div>
            }
        </>
    }
}

/// Of the day, as a field for times says it.
fn minutes_of(time: &str) -> Option<u32> {
    let (hours, minutes) = time.split_once(':')?;
    let minutes = minutes.split(':').next()?;
    Some(hours.parse::<u32>().ok()? * 60 + minutes.parse::<u32>().ok()?)
}

fn keywords(kith: &Kith, known: &Local<Known>) -> Html {
    let typing = known.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() {
            typing.set(|known| known.words = Some(field.value()));
        }
    });
    let (engine, typed) = (kith.engine.clone(), known.clone());
    let onchange = Callback::from(move |_: Event| {
        if let Some(words) = typed.note(|known| known.words.take()) {
            engine.set(KEYWORDS.to_owned(), Some(words).filter(|words| !words.trim().is_empty()));
        }
    });
    let kept = || kith.state.settings.get(KEYWORDS).unwrap_or_default().to_owned();
    let value = known.get().words.clone().unwrap_or_else(kept);
    html! {
        <div class="field">
            <label class="field__label" for="keywords">{ text("push.keywords") }</label>
            <textarea class="field__input" id="keywords" rows="3" {value} {oninput} {onchange} aria-describedby="keywords-hint" />
            <p class="field__hint" id="keywords-hint">{ text("push.keywords_hint") }</p>
        </div>
    }
}
