//! Friends invitation: finding somebody, links, requests both ways, and who is a friend or blocked.

use kith_markup::html;
use kith_shared::contact::{Contact, Relation};
use yew::prelude::*;

use super::failure::failure_banner;
use super::field::Field;
use super::invitation_links::InvitationLinks;
use super::kith::{Kith, use_kith};
use super::link::title_bar;
use super::local::use_local;
use super::names::by_name;
use super::person::Person;
use crate::i18n::text;

pub fn friends(kith: &Kith) -> Html {
    html! {
        <>
            { title_bar(kith, &text("friends.title")) }
            <div class="sections">
                <FindUser />
                <InvitationLinks group={None} />
                { people(kith, "requests.in", Relation::RequestIn) }
                { people(kith, "requests.out", Relation::RequestOut) }
                { people(kith, "friends.list", Relation::Friend) }
                { people(kith, "friends.blocked", Relation::Blocked) }
            </div>
        </>
    }
}

/// Those of one relation; nothing while there are none.
fn people(kith: &Kith, title: &'static str, relation: Relation) -> Html {
    let contacts = by_name(kith.state.contacts_by(relation));
    if contacts.is_empty() {
        return Html::default();
    }
    let title = text(title);
    html! {
        <section class="section">
            <h2 class="section__title">{ title }</h2>
            <ul role="list">
                for contact in contacts {
                    <li key={contact.user.id.to_string()}><Person contact={contact.clone()} /></li>
                }
            </ul>
        </section>
    }
}

/// Only the exact username finds somebody.
#[component]
fn FindUser() -> Html {
    let (kith, search) = (use_kith(), use_local(|| (String::new(), None::<Contact>)));
    let oninput = {
        let search = search.clone();
        Callback::from(move |typed| {
            search.task().clear();
            search.set(|search| *search = (typed, None));
        })
    };
    let onsubmit = {
        let (engine, search) = (kith.engine.clone(), search.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (engine, username, answer) = (engine.clone(), search.get().0.clone(), search.clone());
            search.task().run(async move {
                let found = engine.find_user(username).await?;
                answer.set(|search| search.1 = Some(found));
                Ok(())
            });
        })
    };
    let (username, found) = &*search.get();
    let field = Field {
        id: "find-username",
        label: text("auth.username"),
        value: username.clone(),
        oninput,
        verbatim: true,
        ..Field::default()
    };
    // What was found is shown as it is now: a request just sent has changed it.
    let now = found.as_ref().map(|contact| kith.state.contact(contact.user.id).unwrap_or(contact).clone());
    html! {
        <section class="section">
            <h2 class="section__title">{ text("friends.find_title") }</h2>
            <form class="form form--inline" {onsubmit}>
                { field.draw() }
                <button class="button" aria-disabled={search.task().disabled()}>{ text("friends.find") }</button>
            </form>
            { failure_banner(search.task().failure()) }
            if let Some(contact) = now {
                <Person {contact} />
            }
        </section>
    }
}
