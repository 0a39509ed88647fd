//! Files on this device: which come by themselves, how much of them stays, and which chats they are from.

use kith_markup::html;
use kith_shared::ConversationId;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::attachments::size;
use super::failure::failure_banner;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::names::called;
use crate::engine::Engine;
use crate::i18n::{text, text_with};
use crate::state::{BUDGETS, Failure, Rules, SIZES};

#[derive(Default)]
struct Known {
    rules: Option<Rules>,
    kept: Vec<(ConversationId, i64)>,
}

/// A number among the rules.
type Part = fn(&mut Rules) -> &mut i64;

#[component]
pub fn KeptFiles() -> Html {
    let (kith, known) = (use_kith(), use_local(Known::default));
    {
        let (engine, known) = (kith.engine.clone(), known.clone());
        use_effect_with((), move |()| known.task().look(look(engine, known.clone())));
    }
    let Some(mut rules) = known.get().rules else { return Html::default() };
    let mut choose = |label: &'static str, part: Part, offered: &[i64]| {
        let chosen = *part(&mut rules);
        let option = |bytes: &i64| {
            let label = if *bytes == 0 {
                text("kept.never")
            } else {
                text_with("kept.up_to", &[("size", &size(*bytes))])
            };
            html! { <option value={bytes.to_string()} selected={*bytes == chosen}>{ label }</option> }
        };
        // What the device's own room has said may be none of those one can choose.
        let other = (!offered.contains(&chosen)).then_some(chosen);
        html! {
            <label class="kept__rule">
                <span>{ text(label) }</span>
                <select class="field__input" onchange={change(&kith, &known, part)}>{ for offered.iter().chain(&other).map(option) }</select>
            </label>
        }
    };
    let rules = [
        choose("kept.photos", |rules| &mut rules.photos, &SIZES),
        choose("kept.sounds", |rules| &mut rules.sounds, &SIZES),
        choose("kept.videos", |rules| &mut rules.videos, &SIZES),
        choose("kept.files", |rules| &mut rules.files, &SIZES),
    ];
    let budget = choose("kept.budget", |rules| &mut rules.budget, &BUDGETS);
    let rows = known.get().kept.iter().map(|kept| row(&kith, &known, *kept)).collect::<Html>();
    html! {
        <section class="section">
            <h2 class="section__title">{ text("kept.title") }</h2>
            <p class="section__text">{ text("kept.text") }</p>
            { for rules }
            { budget }
            <ul role="list">{ rows }</ul>
            { failure_banner(known.task().failure()) }
        </section>
    }
}

async fn look(engine: Engine, known: Local<Known>) -> Result<(), Failure> {
    let rules = engine.rules().await;
    known.set(|known| known.rules = Some(rules));
    let kept = engine.kept_by_conversation().await?;
    known.set(|known| known.kept = kept);
    Ok(())
}

fn change(kith: &Kith, known: &Local<Known>, part: Part) -> Callback<Event> {
    let (engine, known) = (kith.engine.clone(), known.clone());
    Callback::from(move |event: Event| {
        let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        let (Some(bytes), Some(mut rules)) =
            (select.and_then(|it| it.value().parse().ok()), known.get().rules)
        else {
            return;
        };
        *part(&mut rules) = bytes;
        known.set(|known| known.rules = Some(rules));
        let (engine, known) = (engine.clone(), known.clone());
        known.task().clone().run(async move {
            engine.set_rules(rules).await;
            look(engine, known).await
        });
    })
}

/// What a chat takes, and taking it away.
fn row(kith: &Kith, known: &Local<Known>, (conversation, bytes): (ConversationId, i64)) -> Html {
    let view = kith.state.conversations.get(&conversation);
    let name = view.map_or_else(|| text("kept.gone"), |view| called(view, kith.me()).to_string().into());
    let onclick = {
        let (engine, known) = (kith.engine.clone(), known.clone());
        Callback::from(move |_: MouseEvent| {
            let (engine, found) = (engine.clone(), known.clone());
            known.task().run(async move {
                engine.free_conversation(conversation).await?;
                look(engine, found).await
            });
        })
    };
    html! {
        <li class="person-row" key={conversation.to_string()}>
            <div class="person-row__text">
                <p class="person-row__name">{ name }</p>
                <p class="person-row__detail">{ size(bytes) }</p>
            </div>
            <button class="button" type="button" {onclick}>{ text("storage.clear") }</button>
        </li>
    }
}
