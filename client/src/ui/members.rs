//! A group's members: what each is there, what one may do about them, and friends to add. Of many members, those that are
//! seen are drawn.

use std::future::Future;
use std::ops::Range;

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
use super::sheet::{chooser, close};
use crate::engine::Engine;
use crate::i18n::{plural, text, text_with};
use crate::state::{ConversationView, Failure};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: ConversationId,
    /// The members to draw.
    pub part: Range<usize>,
    /// Their list: who scrolls it finds out by it which part is seen.
    pub list: NodeRef,
}

/// Whose role or membership one is about to change.
type Managed = Local<Option<UserId>>;

#[component]
pub fn Members(Props { id, part, list }: &Props) -> Html {
    let (kith, managed) = (use_kith(), use_local(|| None));
    let Some(view) = kith.state.conversations.get(id) else { return Html::default() };
    let (members, mine) = (&view.held.conversation.members, view.role(kith.me()));
    let is_member = |friend: &&Contact| members.iter().any(|member| member.user.id == friend.user.id);
    let mut others = by_name(kith.state.contacts_by(Relation::Friend));
    others.retain(|friend| !is_member(friend));
    html! {
        <section class="section">
            <h2 class="section__title">{ plural("group.count", members.len() as i64) }</h2>
            <div>
                <div />
                <ul class="members" role="list" ref={list.clone()}>
                    for (index, member) in members.iter().enumerate().take(part.end).skip(part.start) {
                        <li key={member.user.id.to_string()} aria-posinset={(index + 1).to_string()}
                            aria-setsize={members.len().to_string()}>
                            { person_row(&kith, &member.user, actions(mine, member, &managed)) }
                        </li>
                    }
                </ul>
                <div />
            </div>
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
            { manage(&kith, view, mine, &managed) }
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

fn actions(mine: Role, member: &Member, managed: &Managed) -> Html {
    let role = match member.role {
        Role::Owner => Some(text("group.owner")),
        Role::Admin => Some(text("group.admin")),
        Role::Member => None,
    };
    let (managed, user) = (managed.clone(), member.user.id);
    let open = Callback::from(move |_: MouseEvent| {
        managed.task().clear();
        managed.set(|managed| *managed = Some(user));
    });
    html! {
        <>
            if let Some(role) = role {
                <span class="person-row__role">{ role }</span>
            }
            if mine.may_remove(member.role) {
                <button class="button" type="button" aria-haspopup="dialog" onclick={open}>
                    { text("group.manage") }<span class="visually-hidden">{ &member.user.display_name }</span>
                </button>
            }
        </>
    }
}

/// What one may do about the member one has chosen, while that is so; and what failed.
fn manage(kith: &Kith, view: &ConversationView, mine: Role, managed: &Managed) -> Html {
    let (chosen, id, failed) = (*managed.get(), view.id(), failure_banner(managed.task().failure()));
    let mut members = view.held.conversation.members.iter();
    let member = members.find(|member| Some(member.user.id) == chosen && mine.may_remove(member.role));
    let Some(member) = member else { return failed };
    let user = member.user.id;
    let name = [("name", member.user.display_name.as_str())];
    let make =
        |role| press(kith, managed, move |engine| async move { engine.set_role(id, user, role).await });
    let remove = press(kith, managed, move |engine| async move { engine.remove_member(id, user).await });
    let (label, other) = match member.role {
        Role::Admin => ("group.unmake_admin", Role::Member),
        _ => ("group.make_admin", Role::Admin),
    };
    let what = html! {
        <>
            if mine.may_appoint(member.role) {
                <button class="button" type="button" onclick={make(other).reform(|_: MouseEvent| ())}>{ text(label) }</button>
                <ConfirmButton label={text("group.hand_over")} question={text_with("group.hand_over_question", &name)}
                    onconfirm={make(Role::Owner)} />
            }
            <ConfirmButton label={text("group.remove")} question={text_with("group.remove_question", &name)}
                onconfirm={remove} />
            { failed }
        </>
    };
    let onclose = managed.clone();
    let onclose = Callback::from(move |()| onclose.set(|managed| *managed = None));
    chooser(member.user.display_name.clone().into(), onclose, what, close())
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
