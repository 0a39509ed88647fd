//! A group's members: what each is there, what one may do about them, and friends to add.

use std::future::Future;

use kith_markup::html;
use kith_shared::contact::{Contact, Relation};
use kith_shared::conversation::{Member, Role};
use kith_shared::{ConversationId, UserId};
use yew::prelude::*;

use super::confirm_button::ConfirmButton;
use super::failure::failure_banner;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::names::by_name;
use super::person::person_row;
use crate::engine::Engine;
use crate::i18n::{plural, text, text_with};
use crate::state::{ConversationView, Failure};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: ConversationId,
}

/// Whose role or membership one is about to change: what can be done is shown for one at a time.
type Managed = Local<Option<UserId>>;

#[component]
pub fn Members(Props { id }: &Props) -> Html {
    let (kith, managed) = (use_kith(), use_local(|| None));
    let Some(view) = kith.state.conversations.get(id) else { return Html::default() };
    let members = &view.held.conversation.members;
    let is_member = |friend: &&Contact| members.iter().any(|member| member.user.id == friend.user.id);
    let mut others = by_name(kith.state.contacts_by(Relation::Friend));
    others.retain(|friend| !is_member(friend));
    html! {
        <section class="section">
            <h2 class="section__title">{ plural("group.count", members.len() as i64) }</h2>
            <ul role="list">
                for member in members {
                    <li key={member.user.id.to_string()}>
                        { person_row(&kith, &member.user, actions(&kith, view, member, &managed)) }
                    </li>
                }
            </ul>
            if !others.is_empty() {
                <h2 class="section__title">{ text("group.add_title") }</h2>
                <ul role="list">
                    for friend in others {
                        <li key={friend.user.id.to_string()}>
                            { person_row(&kith, &friend.user, add(&kith, *id, friend, &managed)) }
                        </li>
                    }
                </ul>
            }
            { failure_banner(managed.task().failure()) }
        </section>
    }
}

fn add(kith: &Kith, id: ConversationId, friend: &Contact, managed: &Managed) -> Html {
    let user = friend.user.id;
    let onclick = press(kith, managed, move |engine| async move { engine.add_members(id, vec![user]).await });
    html! {
        <button class="button" type="button" onclick={onclick.reform(|_: MouseEvent| ())} aria-disabled={managed.task().disabled()}>
            { text("group.add") }<span class="visually-hidden">{ &friend.user.display_name }</span>
        </button>
    }
}

fn actions(kith: &Kith, view: &ConversationView, member: &Member, managed: &Managed) -> Html {
    let mine = view.role(kith.me());
    let role = match member.role {
        Role::Owner => Some(text("group.owner")),
        Role::Admin => Some(text("group.admin")),
        Role::Member => None,
    };
    let user = member.user.id;
    let is_managed = *managed.get() == Some(user);
    let toggle = {
        let managed = managed.clone();
        Callback::from(move |_: MouseEvent| managed.set(|managed| *managed = (!is_managed).then_some(user)))
    };
    html! {
        <>
            if let Some(role) = role {
                <span class="person-row__role">{ role }</span>
            }
            if mine.may_remove(member.role) {
                <button class="button" type="button" aria-expanded={is_managed.to_string()} onclick={toggle}>
                    { text("group.manage") }<span class="visually-hidden">{ &member.user.display_name }</span>
                </button>
                if is_managed {
                    { manage(kith, view.id(), mine, member, managed) }
                }
            }
        </>
    }
}

/// What one may do about a member.
fn manage(kith: &Kith, id: ConversationId, mine: Role, member: &Member, managed: &Managed) -> Html {
    let user = member.user.id;
    let name = [("name", member.user.display_name.as_str())];
    let make =
        |role| press(kith, managed, move |engine| async move { engine.set_role(id, user, role).await });
    let remove = press(kith, managed, move |engine| async move { engine.remove_member(id, user).await });
    let (label, other) = match member.role {
        Role::Admin => ("group.unmake_admin", Role::Member),
        _ => ("group.make_admin", Role::Admin),
    };
    html! {
        <>
            if mine.may_appoint(member.role) {
                <button class="button" type="button" onclick={make(other).reform(|_: MouseEvent| ())}>{ text(label) }</button>
                <ConfirmButton label={text("group.hand_over")} question={text_with("group.hand_over_question", &name)}
                    onconfirm={make(Role::Owner)} />
            }
            <ConfirmButton label={text("group.remove")} question={text_with("group.remove_question", &name)}
                onconfirm={remove} />
        </>
    }
}

/// Asks the engine, and is done with whom it was about.
fn press<F>(kith: &Kith, managed: &Managed, ask: impl Fn(Engine) -> F + 'static) -> Callback<()>
where
    F: Future<Output = Result<(), Failure>> + 'static,
{
    let (engine, managed) = (kith.engine.clone(), managed.clone());
    Callback::from(move |()| {
        let (asked, done) = (ask(engine.clone()), managed.clone());
        managed.task().run(async move {
            asked.await?;
            done.set(|managed| *managed = None);
            Ok(())
        });
    })
}
