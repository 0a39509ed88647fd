//! A person, and what one can do about them: as they are a stranger, a friend, or asked.

use kith_markup::html;
use kith_shared::contact::{Contact, Relation};
use kith_shared::user::User;
use yew::prelude::*;

use super::avatar::{Size, avatar};
use super::class::class;
use super::confirm_button::ConfirmButton;
use super::failure::failure_banner;
use super::kith::{Kith, use_kith};
use super::local::{Task, use_local};
use super::names::bot_badge;
use crate::engine::Relate;
use crate::i18n::{text, text_with};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub contact: Contact,
}

#[component]
pub fn Person(Props { contact }: &Props) -> Html {
    let (kith, local) = (use_kith(), use_local(|| ()));
    let Contact { user, relation, .. } = contact;
    let detail = match relation {
        Relation::Myself => text("friends.yourself"),
        Relation::RequestOut => text("requests.waiting"),
        _ => format!("@{}", user.username).into(),
    };
    html! {
        <>
            { row(&kith, user, detail, actions(&kith, local.task(), contact)) }
            { failure_banner(local.task().failure()) }
        </>
    }
}

/// Somebody by name, and what one can do here.
pub fn person_row(kith: &Kith, user: &User, actions: Html) -> Html {
    row(kith, user, format!("@{}", user.username).into(), actions)
}

fn row(kith: &Kith, user: &User, detail: AttrValue, actions: Html) -> Html {
    html! {
        <div class="person-row">
            { avatar(user, Size::Small, kith.state.is_online(user.id)) }
            <div class="person-row__text">
                <p class="person-row__name">{ &user.display_name }{ bot_badge(user.bot) }</p>
                <p class="person-row__detail">{ detail }</p>
            </div>
            <div class="person-row__actions">{ actions }</div>
        </div>
    }
}

fn actions(kith: &Kith, task: &Task, contact: &Contact) -> Html {
    let press = |what| press(kith, task, contact, what);
    match contact.relation {
        Relation::Myself => Html::default(),
        Relation::Stranger => button("friends.send_request", true, &press(Relate::Request)),
        Relation::RequestIn => html! {
            <>
                { button("requests.accept", true, &press(Relate::Accept)) }
                { button("requests.decline", false, &press(Relate::Decline)) }
            </>
        },
        Relation::RequestOut => button("app.cancel", false, &press(Relate::Cancel)),
        Relation::Blocked => button("friends.unblock", false, &press(Relate::Unblock)),
        Relation::Friend => {
            let (engine, user) = (kith.engine.clone(), contact.user.id);
            let name = &contact.user.display_name;
            html! {
                <>
                    { button("friends.write", false, &Callback::from(move |()| engine.write_to(user))) }
                    { confirmed("friends.unfriend", "friends.unfriend_question", name, press(Relate::Unfriend)) }
                    { confirmed("friends.block", "friends.block_question", name, press(Relate::Block)) }
                </>
            }
        }
    }
}

fn press(kith: &Kith, task: &Task, contact: &Contact, what: Relate) -> Callback<()> {
    let (engine, task, user) = (kith.engine.clone(), task.clone(), contact.user.id);
    Callback::from(move |()| {
        let engine = engine.clone();
        task.run(async move { engine.relate(what, user).await });
    })
}

fn button(label: &'static str, primary: bool, press: &Callback<()>) -> Html {
    let class = class("button", &[("button--primary", primary)]);
    html! { <button {class} type="button" onclick={press.reform(|_: MouseEvent| ())}>{ text(label) }</button> }
}

fn confirmed(label: &'static str, question: &str, name: &str, onconfirm: Callback<()>) -> Html {
    let (label, question) = (text(label), text_with(question, &[("name", name)]));
    html! { <ConfirmButton {label} {question} {onconfirm} /> }
}
