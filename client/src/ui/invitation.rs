//! An opened invitation link: who invites, and saying yes.

use yew::prelude::*;

use super::avatar::{Size, avatar};
use super::empty::empty;
use super::failure::{failure_banner, sentence};
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::link::title_bar;
use super::local::use_local;
use crate::i18n::{text, text_with};
use crate::state::Route;

/// Who invites, for one who is not logged in yet.
pub fn inviter(kith: &Kith) -> Html {
    match kith.state.invitation.as_ref().and_then(|lookup| lookup.result.as_ref()) {
        None => html! { <span class="skeleton" /> },
        Some(Err(failure)) => html! { <p class="banner banner--danger">{ sentence(*failure) }</p> },
        Some(Ok(preview)) => html! {
            <div class="person-row">
                { avatar(&preview.inviter, Size::Medium, false) }
                <div class="person-row__text">
                    <p class="person-row__name">{ &preview.inviter.display_name }</p>
                    <p class="person-row__detail">{ text("invitation.invites") }</p>
                </div>
            </div>
        },
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
            task.run(async move {
                let dialog = engine.accept_invitation(token).await?;
                engine.replace(Route::Dialog(dialog));
                Ok(())
            });
        })
    };
    let known = kith.state.invitation.as_ref().filter(|lookup| lookup.token == *token);
    let body = match known.and_then(|lookup| lookup.result.as_ref()) {
        None => html! { <div class="empty"><span class="skeleton skeleton--line" /></div> },
        Some(Err(failure)) => {
            empty(Icon::Link, &text("invitation.gone_title"), &sentence(*failure), Html::default())
        }
        Some(Ok(preview)) => html! {
            <div class="empty">
                { avatar(&preview.inviter, Size::Large, false) }
                <h2 class="empty__title">{ text_with("invitation.title", &[("name", &preview.inviter.display_name)]) }</h2>
                <p class="empty__text">{ text("invitation.text") }</p>
                { failure_banner(local.task().failure()) }
                <button class="button button--primary" type="button" onclick={accept} aria-disabled={local.task().disabled()}>
                    { text("invitation.accept") }
                </button>
            </div>
        },
    };
    html! { <>{ title_bar(&kith, &text("invitation.label")) }{ body }</> }
}
