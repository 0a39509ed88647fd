//! A conversation's details: what one makes of it for oneself; a group's name and members, and leaving it.

use kith_shared::contact::{Contact, Relation};
use kith_shared::{ConversationId, validate};
use yew::prelude::*;

use super::confirm_button::ConfirmButton;
use super::failure::{code_sentence, failure_banner};
use super::field::Field;
use super::kith::{Kith, use_kith};
use super::link::title_bar;
use super::local::{Local, use_local};
use super::marks::marks;
use super::names::by_name;
use super::person::person_row;
use crate::i18n::{plural, text, text_with};
use crate::state::{ConversationView, Route};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: ConversationId,
}

/// The name while it is being changed.
type Edit = Local<Option<String>>;

#[component]
pub fn Details(Props { id }: &Props) -> Html {
    let (kith, edit) = (use_kith(), use_local(|| None));
    let Some(view) = kith.state.conversations.get(id).cloned() else { return title_bar(&kith, "") };
    html! {
        <>
            { title_bar(&kith, view.name(kith.me())) }
            <div class="sections">
                { marks(&kith, &view) }
                if view.is_group() {
                    { name(&kith, &view, &edit) }
                    { members(&kith, &view, &edit) }
                    { leave(&kith, &view, &edit) }
                }
                { failure_banner(edit.task().failure()) }
            </div>
        </>
    }
}

fn name(kith: &Kith, view: &ConversationView, edit: &Edit) -> Html {
    let typed = edit.get().clone().unwrap_or_else(|| view.name(kith.me()).to_owned());
    let error = validate::title(&typed).err().map(code_sentence);
    let oninput = {
        let edit = edit.clone();
        Callback::from(move |typed| edit.set(|edit| *edit = Some(typed)))
    };
    let onsubmit = {
        let (engine, edit, id) = (kith.engine.clone(), edit.clone(), view.id());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = edit.get().clone();
            if let Some(title) = typed.filter(|title| validate::title(title).is_ok()) {
                let engine = engine.clone();
                edit.task().run(async move { engine.rename_group(id, title).await });
            }
        })
    };
    let field = Field {
        id: "group-title",
        label: text("group.name"),
        value: typed,
        oninput,
        error,
        ..Field::default()
    };
    html! {
        <section class="section">
            <form class="form form--inline" {onsubmit}>
                { field.draw() }
                <button class="button" aria-disabled={edit.task().disabled()}>{ text("settings.save") }</button>
            </form>
        </section>
    }
}

fn members(kith: &Kith, view: &ConversationView, edit: &Edit) -> Html {
    let members = &view.held.conversation.members;
    let is_member = |friend: &&Contact| members.iter().any(|member| member.user.id == friend.user.id);
    let mut others = by_name(kith.state.contacts_by(Relation::Friend));
    others.retain(|friend| !is_member(friend));
    let add = |friend: &Contact| {
        let (engine, task, id, user) = (kith.engine.clone(), edit.task().clone(), view.id(), friend.user.id);
        let onclick = Callback::from(move |_: MouseEvent| {
            let engine = engine.clone();
            task.run(async move { engine.add_members(id, vec![user]).await });
        });
        html! {
            <button class="button" type="button" {onclick} aria-disabled={edit.task().disabled()}>
                { text("group.add") }<span class="visually-hidden">{ &friend.user.display_name }</span>
            </button>
        }
    };
    html! {
        <section class="section">
            <h2 class="section__title">{ plural("group.count", members.len() as i64) }</h2>
            <ul role="list">
                for member in members {
                    <li key={member.user.id.to_string()}>{ person_row(kith, &member.user, Html::default()) }</li>
                }
            </ul>
            if !others.is_empty() {
                <h2 class="section__title">{ text("group.add_title") }</h2>
                <ul role="list">
                    for friend in others {
                        <li key={friend.user.id.to_string()}>{ person_row(kith, &friend.user, add(friend)) }</li>
                    }
                </ul>
            }
        </section>
    }
}

fn leave(kith: &Kith, view: &ConversationView, edit: &Edit) -> Html {
    let (engine, task, id) = (kith.engine.clone(), edit.task().clone(), view.id());
    let onconfirm = Callback::from(move |()| {
        let engine = engine.clone();
        task.run(async move {
            engine.leave_group(id).await?;
            engine.replace(Route::Conversations);
            Ok(())
        });
    });
    let question = text_with("group.leave_question", &[("name", view.name(kith.me()))]);
    html! { <section class="section"><ConfirmButton label={text("group.leave")} {question} {onconfirm} /></section> }
}
