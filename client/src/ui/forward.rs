//! Forward: to which conversations something is said again.

use kith_markup::html;
use kith_shared::ConversationId;
use kith_shared::message::Body;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::avatar::{Size, conversation_avatar};
use super::kith::use_kith;
use super::local::use_local;
use super::names::{called, lower};
use super::sheet::{chooser, foot};
use crate::i18n::text;
use crate::state::Route;

/// So many are offered; who wants another one types its name.
const MOST: usize = 50;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// In their order.
    pub said: Vec<Body>,
    pub onclose: Callback<()>,
    /// It was said.
    pub ondone: Callback<()>,
}

#[derive(Default)]
struct Choice {
    typed: String,
    to: Vec<ConversationId>,
}

#[component]
pub fn Forward(Props { said, onclose, ondone }: &Props) -> Html {
    let (kith, choice) = (use_kith(), use_local(Choice::default));
    let oninput = {
        let choice = choice.clone();
        Callback::from(move |event: InputEvent| {
            let Some(field) = event.target_dyn_into::<HtmlInputElement>() else { return };
            choice.set(|choice| choice.typed = lower(&field.value()));
        })
    };
    let send = {
        let (engine, choice, said, ondone) =
            (kith.engine.clone(), choice.clone(), said.clone(), ondone.clone());
        Callback::from(move |_: MouseEvent| {
            let to = choice.get().to.clone();
            engine.forward(&said, &to);
            ondone.emit(());
            if let [only] = to[..] {
                engine.go(Route::Dialog(only));
            }
        })
    };
    let toggle = |id: ConversationId| {
        let choice = choice.clone();
        Callback::from(move |_: Event| {
            choice.set(|Choice { to, .. }| match to.iter().position(|other| *other == id) {
                Some(place) => drop(to.remove(place)),
                None => to.push(id),
            });
        })
    };
    let Choice { typed, to } = &*choice.get();
    let (all, _) = kith.state.contact_list(None, 0..usize::MAX);
    let me = kith.me();
    let offered =
        all.iter().filter(|view| view.writable() && lower(&called(view, me)).contains(typed.as_str()));
    let offered = offered.take(MOST);
    let content = html! {
        <>
            <input class="field__input" type="search" {oninput} placeholder={text("contact_list.search")}
                aria-label={text("contact_list.search")} autocomplete="off" />
            <ul class="chooser__list" role="list">
                for view in offered {
                    <li key={view.id().to_string()}>
                        <label class="chooser__row">
                            { conversation_avatar(&kith, view, Size::Small) }
                            <span class="chooser__name">{ called(view, me) }</span>
                            <input type="checkbox" checked={to.contains(&view.id())} onchange={toggle(view.id())} />
                        </label>
                    </li>
                }
            </ul>
        </>
    };
    chooser(text("forward.title"), onclose.clone(), content, foot(text("forward.send"), send, to.is_empty()))
}
