//! Dialog: one conversation, whom it is with, and where one writes.

use std::rc::Rc;

use kith_shared::user::User;
use kith_shared::{ConversationId, Seq};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::avatar::{Size, avatar};
use super::composer::composer;
use super::connection::connection_line;
use super::empty::empty;
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::link::{back_button, title_bar};
use super::log::Log;
use super::page;
use super::typing::typing_line;
use crate::i18n::{text, text_with};
use crate::state::{Connection, ConversationView};

/// `target`: the message one came for.
pub fn dialog(kith: &Kith, id: ConversationId, target: Option<Seq>) -> Html {
    let known = kith.state.conversations.get(&id).cloned();
    let other = known.as_ref().and_then(|view| view.other(kith.me()).cloned());
    match known.zip(other) {
        Some((view, other)) => html! { <Open key={id.to_string()} {view} {other} {target} /> },
        // A conversation made a moment ago on another device comes with the list.
        None if kith.state.connection != Connection::Online => title_bar(kith, ""),
        None => {
            let (title, text) = (text("dialog.unknown_title"), text("dialog.unknown_text"));
            html! { <>{ title_bar(kith, &title) }{ empty(Icon::Chat, &title, &text, Html::default()) }</> }
        }
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    view: Rc<ConversationView>,
    other: User,
    target: Option<Seq>,
}

#[component]
fn Open(Props { view, other, target }: &Props) -> Html {
    let kith = use_kith();
    let (heading, input) = (use_node_ref(), use_node_ref());
    {
        let (heading, input) = (heading.clone(), input.clone());
        // Where one goes on: at writing, but on a phone without the keyboard jumping up.
        use_effect_with((), move |()| {
            let target = if page::is_touched() { heading } else { input };
            target.cast::<HtmlElement>().iter().for_each(page::focus_on);
        });
    }
    let name = &other.display_name;
    html! {
        <div class="dialog">
            { header(&kith, other, heading) }
            { connection_line(kith.state.connection) }
            <Log view={view.clone()} other={name.clone()} target={*target}>
                { typing_line((!view.typing.is_empty()).then_some(name)) }
                if view.writable() {
                    { composer(&kith, view, &input) }
                } else {
                    <p class="banner">{ text_with("dialog.not_writable", &[("name", name)]) }</p>
                }
            </Log>
        </div>
    }
}

fn header(kith: &Kith, other: &User, heading: NodeRef) -> Html {
    let online = kith.state.is_online(other.id);
    let subtitle = if online { text("presence.online") } else { format!("@{}", other.username).into() };
    html! {
        <header class="bar">
            { back_button(kith) }
            { avatar(other, Size::Small, online) }
            <div class="bar__text">
                <h1 class="bar__title" ref={heading} tabindex="-1">{ &other.display_name }</h1>
                <p class="bar__subtitle">{ subtitle }</p>
            </div>
        </header>
    }
}
