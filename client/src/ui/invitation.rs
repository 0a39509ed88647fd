//! An opened invitation link: who invites, into which group, and saying yes.

use kith_markup::html;
use kith_shared::contact::InvitationPreview;
use kith_shared::joining::GroupPreview;
use yew::prelude::*;

use super::avatar::{Size, avatar};
use super::empty::empty;
use super::failure::{failure_banner, sentence};
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::link::title_bar;
use super::local::{Task, use_local};
use crate::i18n::{plural, text, text_with};

/// Who invites, for one who is not logged in yet.
pub fn inviter(kith: &Kith) -> Html {
    match kith.state.invitation.as_ref().and_then(|lookup| lookup.result.as_ref()) {
        None => html! { <span class="skeleton" /> },
        Some(Err(failure)) => html! { <p class="banner banner--danger">{ sentence(*failure) }</p> },
        Some(Ok(preview)) => {
            let invites = match &preview.group {
                Some(group) => text_with("invitation.invites_to", &[("group", &group.title)]),
                None => text("invitation.invites"),
            };
            html! {
                <div class="person-row">
                    { avatar(&preview.inviter, Size::Medium, false) }
                    <div class="person-row__text">
                        <p class="person-row__name">{ &preview.inviter.display_name }</p>
                        <p class="person-row__detail">{ invites }</p>
                    </div>
                </div>
            }
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub token: String,
}

/// The same for one who is: accepting leads straight to the dialog.
#[component]
pub fn InvitationPane(Props { token }: &Props) -> Html {
    let (kith, local) = (use_kith(), use_local(|| ()));
    let accept = {
        let (engine, token, task) = (kith.engine.clone(), token.clone(), local.task().clone());
        Callback::from(move |_: MouseEvent| {
            let (engine, token) = (engine.clone(), token.clone());
            task.run(async move { engine.accept_invitation(token).await });
        })
    };
    let known = kith.state.invitation.as_ref().filter(|lookup| lookup.token == *token);
    let body = match known.and_then(|lookup| lookup.result.as_ref()) {
        None => html! { <div class="empty"><span class="skeleton skeleton--line" /></div> },
        Some(Err(failure)) => {
            empty(Icon::Link, &text("invitation.gone_title"), &sentence(*failure), Html::default())
        }
        Some(Ok(preview)) => opened(preview, local.task(), accept),
    };
    html! { <>{ title_bar(&kith, &text("invitation.label")) }{ body }</> }
}

fn opened(preview: &InvitationPreview, task: &Task, accept: Callback<MouseEvent>) -> Html {
    let name = ("name", preview.inviter.display_name.as_str());
    let (title, about) = match &preview.group {
        Some(group) => (text_with("invitation.title_to", &[name, ("group", &group.title)]), about(group)),
        None => {
            let about = html! { <p class="empty__text">{ text("invitation.text") }</p> };
            (text_with("invitation.title", &[name]), about)
        }
    };
    let waiting = preview.group.as_ref().is_some_and(|group| group.waiting);
    let label = match &preview.group {
        Some(group) if group.approval => "invitation.ask",
        Some(_) => "invitation.join",
        None => "invitation.accept",
    };
    html! {
        <div class="empty">
            { avatar(&preview.inviter, Size::Large, false) }
            <h2 class="empty__title">{ title }</h2>
            { about }
            { failure_banner(task.failure()) }
            if waiting {
                <p class="banner" role="status">{ text("invitation.waiting") }</p>
            } else {
                <button class="button button--primary" type="button" onclick={accept} aria-disabled={task.disabled()}>
                    { text(label) }
                </button>
            }
        </div>
    }
}

/// What the group is, and how one comes in.
fn about(group: &GroupPreview) -> Html {
    html! {
        <>
            <p class="empty__text">{ plural("group.count", group.members) }</p>
            if let Some(description) = &group.description {
                <p class="empty__text section__lines">{ description }</p>
            }
            if group.approval && !group.waiting {
                <p class="empty__text">{ text("invitation.approval") }</p>
            }
        </>
    }
}
