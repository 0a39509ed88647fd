//! A conversation's details: pinned, muted; what a group is about, its members, and leaving it.

use kith_shared::{ConversationId, setting};
use yew::prelude::*;

use super::about_group::AboutGroup;
use super::confirm_button::ConfirmButton;
use super::dialog::unknown;
use super::failure::failure_banner;
use super::kith::{Kith, use_kith};
use super::link::title_bar;
use super::local::{Task, use_local};
use super::members::Members;
use crate::i18n::{text, text_with};
use crate::state::{ConversationView, Route};

/// Muted until this is muted for ever.
const ALWAYS: i64 = 8_640_000_000_000_000;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: ConversationId,
}

#[component]
pub fn Details(Props { id }: &Props) -> Html {
    let (kith, local) = (use_kith(), use_local(|| ()));
    let Some(view) = kith.state.conversations.get(id).cloned() else { return unknown(&kith) };
    html! {
        <>
            { title_bar(&kith, view.name(kith.me())) }
            <div class="sections">
                <section class="section">
                    <h2 class="section__title">{ text("details.title") }</h2>
                    <div class="section__actions">
                        { switch(&kith, "details.pin", setting::pin(*id), view.pinned, "1".to_owned()) }
                        { switch(&kith, "details.mute", setting::mute(*id), view.muted_until > kith.state.now, ALWAYS.to_string()) }
                    </div>
                </section>
                if view.is_group() {
                    <AboutGroup id={*id} />
                    <Members id={*id} />
                    { leave(&kith, &view, local.task()) }
                }
            </div>
        </>
    }
}

fn switch(kith: &Kith, label: &'static str, key: String, on: bool, value: String) -> Html {
    let engine = kith.engine.clone();
    let onclick = Callback::from(move |_: MouseEvent| engine.set(key.clone(), (!on).then(|| value.clone())));
    html! { <button class="button" type="button" aria-pressed={on.to_string()} {onclick}>{ text(label) }</button> }
}

fn leave(kith: &Kith, view: &ConversationView, task: &Task) -> Html {
    let (engine, asked, id) = (kith.engine.clone(), task.clone(), view.id());
    let onconfirm = Callback::from(move |()| {
        let engine = engine.clone();
        asked.run(async move {
            engine.leave_group(id).await?;
            engine.replace(Route::Conversations);
            Ok(())
        });
    });
    let question = text_with("group.leave_question", &[("name", view.name(kith.me()))]);
    html! {
        <section class="section">
            <ConfirmButton label={text("group.leave")} {question} {onconfirm} />
            { failure_banner(task.failure()) }
        </section>
    }
}
