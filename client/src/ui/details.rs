//! A conversation's details: what one makes of it for oneself; what a group is about, its members, and leaving it.

use kith_markup::html;
use kith_shared::ConversationId;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::about_group::AboutGroup;
use super::confirm_button::ConfirmButton;
use super::dialog::unknown;
use super::failure::failure_banner;
use super::gallery::Gallery;
use super::invitation_links::InvitationLinks;
use super::join_requests::JoinRequests;
use super::kith::{Kith, use_kith};
use super::link::title_bar;
use super::local::{Task, use_local};
use super::marks::marks;
use super::members::Members;
use super::names::called;
use super::rows::{Rows, on_scroll};
use super::timer::timer;
use crate::i18n::{text, text_with};
use crate::state::{ConversationView, Route};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: ConversationId,
}

#[component]
pub fn Details(Props { id }: &Props) -> Html {
    let (kith, rows, list) = (use_kith(), use_local(Rows::all_around), use_node_ref());
    let view = kith.state.conversations.get(id).cloned();
    let (part, total) =
        (rows.get().part(), view.as_ref().map_or(0, |view| view.held.conversation.members.len()));
    {
        let (rows, list, part) = (rows.clone(), list.clone(), part.clone());
        use_effect(move || {
            let settle = |list| rows.note(|rows| rows.settle(&list, &part, total));
            if list.cast::<HtmlElement>().is_some_and(settle) {
                rows.set(|_| ());
            }
        });
    }
    let Some(view) = view else { return unknown(&kith) };
    html! {
        <>
            { title_bar(&kith, &called(&view, kith.me())) }
            <div class="sections" onscroll={on_scroll(&rows, &list, |rows| rows)}>
                { marks(&kith, &view) }
                <Gallery id={*id} />
                { timer(&kith, &view, rows.task()) }
                if view.is_group() {
                    if view.role(kith.me()).may_admit() {
                        <JoinRequests id={*id} count={view.requests(kith.me())} />
                    }
                    <AboutGroup id={*id} />
                    <Members id={*id} {part} {list} />
                    if view.role(kith.me()).may_admit() {
                        <InvitationLinks group={*id} />
                    }
                    { leave(&kith, &view, rows.task()) }
                }
            </div>
        </>
    }
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
