//! A new group: its name, and which friends are in it.

use kith_markup::html;
use kith_shared::contact::Relation;
use kith_shared::{UserId, validate};
use yew::prelude::*;

use super::failure::{code_sentence, failure_banner};
use super::field::Field;
use super::kith::use_kith;
use super::link::title_bar;
use super::local::use_local;
use super::names::by_name;
use super::person::person_row;
use crate::i18n::text;
use crate::state::Route;

#[derive(Default)]
struct Form {
    title: String,
    members: Vec<UserId>,
    /// Whether one tried to make it: what is missing is said only then.
    tried: bool,
}

#[component]
pub fn NewGroup() -> Html {
    let (kith, form) = (use_kith(), use_local(Form::default));
    let oninput = {
        let form = form.clone();
        Callback::from(move |title| form.set(|form| form.title = title))
    };
    let onsubmit = {
        let (engine, form) = (kith.engine.clone(), form.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            form.set(|form| form.tried = true);
            let (title, members) = (form.get().title.clone(), form.get().members.clone());
            if validate::title(&title).is_ok() {
                let engine = engine.clone();
                form.task().run(async move {
                    let group = engine.create_group(title, members).await?;
                    engine.replace(Route::Dialog(group));
                    Ok(())
                });
            }
        })
    };
    let Form { title, members, tried } = &*form.get();
    let field = Field {
        id: "group-title",
        label: text("group.name"),
        value: title.clone(),
        oninput,
        error: validate::title(title).err().filter(|_| *tried).map(code_sentence),
        ..Field::default()
    };
    let friends = by_name(kith.state.contacts_by(Relation::Friend));
    let choose = |user: UserId| {
        let form = form.clone();
        Callback::from(move |_: MouseEvent| form.set(|form| toggle(&mut form.members, user)))
    };
    html! {
        <>
            { title_bar(&kith, &text("group.new")) }
            <form class="sections" {onsubmit}>
                <section class="section">{ field.draw() }</section>
                <section class="section">
                    <h2 class="section__title">{ text("group.members") }</h2>
                    <p class="section__text">{ text("group.members_hint") }</p>
                    <ul role="list">
                        for friend in friends {
                            <li key={friend.user.id.to_string()}>
                                { person_row(&kith, &friend.user, html! {
                                    <button class="button" type="button" onclick={choose(friend.user.id)}
                                        aria-pressed={members.contains(&friend.user.id).to_string()}>
                                        { text(if members.contains(&friend.user.id) { "group.chosen" } else { "group.choose" }) }
                                        <span class="visually-hidden">{ &friend.user.display_name }</span>
                                    </button>
                                }) }
                            </li>
                        }
                    </ul>
                    <button class="button button--primary" aria-disabled={form.task().disabled()}>{ text("group.make") }</button>
                    { failure_banner(form.task().failure()) }
                </section>
            </form>
        </>
    }
}

fn toggle(members: &mut Vec<UserId>, user: UserId) {
    match members.iter().position(|member| *member == user) {
        Some(place) => drop(members.remove(place)),
        None => members.push(user),
    }
}
