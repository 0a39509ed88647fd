//! What a group is called and what it is for: changed by who may, read by the others.

use kith_markup::html;
use kith_shared::conversation::UpdateGroup;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, validate};
use yew::prelude::*;

use super::avatar::{Size, conversation_avatar};
use super::cropper::AvatarButtons;
use super::failure::{code_sentence, failure_banner};
use super::field::Field;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use crate::i18n::text;
use crate::state::ConversationView;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: ConversationId,
}

/// What was typed and is not saved yet.
type Edit = Local<UpdateGroup>;

#[component]
pub fn AboutGroup(Props { id }: &Props) -> Html {
    let (kith, edit) = (use_kith(), use_local(UpdateGroup::default));
    let Some(view) = kith.state.conversations.get(id) else { return Html::default() };
    if view.role(kith.me()).may_describe() {
        return form(&kith, view, &edit);
    }
    let Some(description) = &view.held.conversation.description else { return Html::default() };
    html! {
        <section class="section">
            <h2 class="section__title">{ text("group.description") }</h2>
            <p class="section__lines">{ description }</p>
        </section>
    }
}

fn form(kith: &Kith, view: &ConversationView, edit: &Edit) -> Html {
    let known = &view.held.conversation;
    let shown = |typed: &Option<String>, known: &Option<String>| {
        typed.as_ref().or(known.as_ref()).cloned().unwrap_or_default()
    };
    let UpdateGroup { title, description } = edit.get().clone();
    let title = Field {
        id: "group-title",
        label: text("group.name"),
        error: title.as_deref().and_then(|title| error(&validate::title(title))),
        value: shown(&title, &known.title),
        oninput: typing(edit, |edit, title| edit.title = Some(title)),
        ..Field::default()
    };
    let description = Field {
        id: "group-description",
        label: text("group.description"),
        hint: Some(text("group.description_hint")),
        error: description.as_deref().and_then(|text| error(&validate::description(text))),
        value: shown(&description, &known.description),
        oninput: typing(edit, |edit, text| edit.description = Some(text)),
        lines: true,
        ..Field::default()
    };
    html! {
        <section class="section">
            <div class="person-row">
                { conversation_avatar(kith, view, Size::Large) }
                <AvatarButtons group={Some(view.id())} has_one={known.avatar.is_some()} />
            </div>
            <form class="form" onsubmit={save(kith, view.id(), edit)}>
                { title.draw() }
                { description.draw() }
                <div class="section__actions">
                    <button class="button" aria-disabled={edit.task().disabled()}>{ text("settings.save") }</button>
                </div>
                { failure_banner(edit.task().failure()) }
            </form>
        </section>
    }
}

fn error<T>(valid: &Result<T, Code>) -> Option<AttrValue> {
    valid.as_ref().err().copied().map(code_sentence)
}

fn typing(edit: &Edit, change: fn(&mut UpdateGroup, String)) -> Callback<String> {
    let edit = edit.clone();
    Callback::from(move |typed| {
        edit.task().clear();
        edit.set(|edit| change(edit, typed));
    })
}

fn save(kith: &Kith, id: ConversationId, edit: &Edit) -> Callback<SubmitEvent> {
    let (engine, edit) = (kith.engine.clone(), edit.clone());
    Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        let typed = edit.get().clone();
        if typed == UpdateGroup::default() || !is_valid(&typed) {
            return;
        }
        let (engine, done) = (engine.clone(), edit.clone());
        edit.task().run(async move {
            engine.describe_group(id, typed.clone()).await?;
            // What was typed meanwhile stays.
            done.set(|edit| {
                if *edit == typed {
                    *edit = UpdateGroup::default();
                }
            });
            Ok(())
        });
    })
}

fn is_valid(UpdateGroup { title, description }: &UpdateGroup) -> bool {
    title.as_deref().is_none_or(|title| validate::title(title).is_ok())
        && description.as_deref().is_none_or(|text| validate::description(text).is_ok())
}
