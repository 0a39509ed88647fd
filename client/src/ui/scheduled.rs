//! What is sent later: how much there is, over the composer, and all of it, with what one can do about it.

use kith_markup::html;
use kith_shared::ConversationId;
use kith_shared::message::Body;
use yew::prelude::*;

use super::chosen::{Above, Chosen};
use super::failure::{code_sentence, failure_banner};
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::local::{Local, Task, use_local};
use super::said::said;
use super::sheet::{chooser, close};
use super::time;
use crate::engine::Engine;
use crate::i18n::{plural, text};
use crate::state::Later;

/// Leads to what waits; nothing where nothing does.
pub fn scheduled_line(kith: &Kith, id: ConversationId, chosen: &Local<Chosen>) -> Html {
    let waiting = kith.state.scheduled(id);
    if waiting.is_empty() {
        return Html::default();
    }
    let refused = waiting.iter().any(|later| later.refused.is_some());
    html! {
        <button class="scheduled-line" type="button" aria-haspopup="dialog" onclick={chosen.show(Above::Scheduled)}>
            { if refused { Icon::Warning } else { Icon::Clock }.draw() }
            { plural("later.count", waiting.len() as i64) }
        </button>
    }
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: ConversationId,
    pub onclose: Callback<()>,
}

#[component]
pub fn ScheduledList(Props { id, onclose }: &Props) -> Html {
    let (kith, local) = (use_kith(), use_local(|| ()));
    let row = |later: &Later| {
        let why = match (later.refused, later.handed_over) {
            (Some(code), _) => Some(code_sentence(code)),
            (None, false) => Some(text("later.waiting")),
            (None, true) => None,
        };
        html! {
            <li class="scheduled" key={later.client_id.to_string()}>
                <p class="versions__time">{ time::exact(later.at) }</p>
                <p class="scheduled__text">{ said(&later.body) }</p>
                if let Some(why) = why {
                    <p class="field__error">{ why }</p>
                }
                <div class="section__actions">{ actions(&kith.engine, *id, later, local.task()) }</div>
            </li>
        }
    };
    let content = html! {
        <>
            <ul class="chooser__list" role="list">{ for kith.state.scheduled(*id).iter().map(row) }</ul>
            { failure_banner(local.task().failure()) }
        </>
    };
    chooser(text("later.list"), onclose.clone(), content, close())
}

/// What one can do about one that waits.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Send,
    Edit,
    Delete,
}

fn actions(engine: &Engine, id: ConversationId, later: &Later, task: &Task) -> Html {
    let button = |label: &'static str, what: What| {
        let (engine, later, asked) = (engine.clone(), later.clone(), task.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            let (engine, later) = (engine.clone(), later.clone());
            asked.run(async move {
                if what == What::Send {
                    return engine.send_now(later.client_id).await;
                }
                engine.unschedule(&later).await?;
                if let (What::Edit, Some(said)) = (what, later.body.words()) {
                    engine.take_up(id, said.to_owned());
                }
                Ok(())
            });
        });
        html! {
            <button class="button" type="button" aria-disabled={task.disabled()} {onclick}>{ text(label) }</button>
        }
    };
    html! {
        <>
            if later.handed_over {
                { button("later.now", What::Send) }
            }
            if matches!(later.body, Body::Text { .. }) {
                { button("message.edit", What::Edit) }
            }
            { button("later.delete", What::Delete) }
        </>
    }
}
