//! Invitation links, that make friends or lead into a group: making them, and those still open.

use kith_markup::html;
use kith_shared::contact::Invitation;
use kith_shared::{ConversationId, InvitationId, limits, routes};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::copy_button::CopyButton;
use super::failure::failure_banner;
use super::kith::use_kith;
use super::local::{Local, use_local};
use super::page::address;
use super::time;
use crate::engine::Engine;
use crate::i18n::{plural, text, text_with};
use crate::state::{Connection, Failure};

/// How many may use a new link.
const USES: [u32; 4] = [1, 5, 25, 100];

struct Links {
    open: Vec<Invitation>,
    /// How many may use the next one.
    uses: u32,
    /// Whether who uses the next one only asks to be let in.
    approval: bool,
}

#[derive(PartialEq, Properties)]
pub struct LinksProps {
    /// Of friends, where it is none.
    pub group: Option<ConversationId>,
}

#[component]
pub fn InvitationLinks(LinksProps { group }: &LinksProps) -> Html {
    let (kith, group) = (use_kith(), *group);
    let links = use_local(|| Links { open: Vec::new(), uses: USES[0], approval: false });
    // The server keeps them, not the device: they are asked for whenever it can be reached.
    {
        let (engine, links) = (kith.engine.clone(), links.clone());
        use_effect_with(kith.state.connection == Connection::Online, move |_| {
            links.task().look(refresh(engine, links.clone(), group, Change::None));
        });
    }
    let change = {
        let (engine, links) = (kith.engine, links.clone());
        Callback::from(move |change| links.task().run(refresh(engine.clone(), links.clone(), group, change)))
    };
    let choose = {
        let links = links.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(chosen) = select.and_then(|select| select.value().parse().ok()) {
                links.set(|links| links.uses = chosen);
            }
        })
    };
    let Links { open, uses, approval } = &*links.get();
    let (uses, made, chosen) = (*uses, change.clone(), links.clone());
    let make = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        let Links { uses, approval, .. } = *chosen.get();
        made.emit(Change::Make(uses, approval));
    });
    html! {
        <section class="section">
            <h2 class="section__title">{ text("links.title") }</h2>
            <p class="section__text">{ text(if group.is_some() { "links.text_group" } else { "links.text" }) }</p>
            if group.is_some() {
                <div class="section__actions">{ approval_switch(&links, *approval) }</div>
            }
            <form class="form form--inline" onsubmit={make}>
                <div class="field">
                    <label class="field__label" for="link-uses">{ text("links.uses_label") }</label>
                    <select class="field__input" id="link-uses" onchange={choose}>
                        for count in USES {
                            <option key={count} value={count.to_string()} selected={count == uses}>{ plural("links.uses", count.into()) }</option>
                        }
                    </select>
                </div>
                <button class="button button--primary" aria-disabled={links.task().disabled()}>{ text("links.make") }</button>
            </form>
            { failure_banner(links.task().failure()) }
            <ul role="list">
                for link in open {
                    <li key={link.id.to_string()}>{ link_row(link, &change) }</li>
                }
            </ul>
        </section>
    }
}

fn approval_switch(links: &Local<Links>, on: bool) -> Html {
    let links = links.clone();
    let onclick = Callback::from(move |_: MouseEvent| links.set(|links| links.approval = !on));
    html! {
        <button class="button" type="button" aria-pressed={on.to_string()} {onclick}>{ text("links.approval") }</button>
    }
}

#[derive(Clone, Copy)]
enum Change {
    None,
    Make(u32, bool),
    Revoke(InvitationId),
}

/// Changes something about the links, and asks which there are now.
async fn refresh(
    engine: Engine,
    links: Local<Links>,
    group: Option<ConversationId>,
    change: Change,
) -> Result<(), Failure> {
    match change {
        Change::None => {}
        Change::Make(uses, approval) => {
            engine.create_invitation(group, uses, limits::INVITATION_DEFAULT_LIFE, approval).await?;
        }
        Change::Revoke(id) => engine.revoke_invitation(group, id).await?,
    }
    let open = engine.invitations(group).await?;
    links.set(|links| links.open = open);
    Ok(())
}

fn link_row(link: &Invitation, change: &Callback<Change>) -> Html {
    let address = address(&routes::invite_page(&link.token));
    let id = link.id;
    let revoke = change.reform(move |_: MouseEvent| Change::Revoke(id));
    let detail = if link.approval { "links.detail_approval" } else { "links.detail" };
    let left = plural("links.left", i64::from(link.max_uses.saturating_sub(link.uses)));
    let detail = text_with(detail, &[("left", &left), ("date", &time::exact(link.expires_at))]);
    html! {
        <div class="link-row">
            <div class="link-row__text">
                <p class="link-row__address">{ &address }</p>
                <p class="link-row__detail">{ detail }</p>
            </div>
            <CopyButton copies={address} />
            <button class="button button--danger" type="button" onclick={revoke}>{ text("links.revoke") }</button>
        </div>
    }
}
