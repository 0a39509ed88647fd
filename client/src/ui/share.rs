//! Share: into which chat goes what another app has handed over.

use std::rc::Rc;

use kith_markup::html;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::avatar::{Size, conversation_avatar};
use super::empty::empty;
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::link::title_bar;
use super::local::use_local;
use super::names::{called, lower};
use crate::engine::Shared;
use crate::i18n::text;
use crate::state::ConversationView;

/// So many are offered; who wants another one types its name.
const MOST: usize = 50;

#[derive(Default)]
struct Choice {
    /// Once it is known.
    shared: Option<Shared>,
    typed: String,
}

#[component]
pub fn Share() -> Html {
    let (kith, choice) = (use_kith(), use_local(Choice::default));
    {
        let (engine, choice) = (kith.engine.clone(), choice.clone());
        use_effect_with((), move |()| {
            choice.task().clone().look(async move {
                let shared = engine.shared().await;
                choice.set(|choice| choice.shared = Some(shared));
                Ok(())
            });
        });
    }
    let Choice { shared, typed } = &*choice.get();
    let bar = title_bar(&kith, &text("share.title"));
    let Some(shared) = shared else { return bar };
    if shared.is_empty() {
        let nothing =
            empty(Icon::Forward, &text("share.none_title"), &text("share.none_text"), Html::default());
        return html! { <>{ bar }{ nothing }</> };
    }
    let oninput = {
        let choice = choice.clone();
        Callback::from(move |event: InputEvent| {
            let Some(field) = event.target_dyn_into::<HtmlInputElement>() else { return };
            choice.set(|choice| choice.typed = lower(&field.value()));
        })
    };
    let me = kith.me();
    let (all, _) = kith.state.contact_list(None, 0..usize::MAX);
    let offered =
        all.iter().filter(|view| view.writable() && lower(&called(view, me)).contains(typed.as_str()));
    let names: Vec<String> = shared.files.iter().map(File::name).collect();
    html! {
        <>
            { bar }
            <div class="sections">
                <section class="section">
                    <p class="section__lines">{ &shared.text }</p>
                    <p class="section__text section__lines">{ names.join("\n") }</p>
                    <div><input class="field__input" type="search" {oninput} placeholder={text("contact_list.search")}
                        aria-label={text("contact_list.search")} autocomplete="off" /></div>
                    <ul role="list">
                        if !all.iter().any(|view| view.is_notes(me)) {
                            <li>{ notes_row(&kith, shared) }</li>
                        }
                        for view in offered.take(MOST) {
                            <li key={view.id().to_string()}>{ row(&kith, view, shared) }</li>
                        }
                    </ul>
                </section>
            </div>
        </>
    }
}

fn row(kith: &Kith, view: &Rc<ConversationView>, shared: &Shared) -> Html {
    let (engine, id, shared) = (kith.engine.clone(), view.id(), shared.clone());
    let onclick = Callback::from(move |_: MouseEvent| engine.share_into(id, shared.clone()));
    html! {
        <button class="menu__item share__row" type="button" {onclick}>
            { conversation_avatar(kith, view, Size::Small) }{ called(view, kith.me()) }
        </button>
    }
}

/// One's notes to self, while there are none yet.
fn notes_row(kith: &Kith, shared: &Shared) -> Html {
    let (engine, me, shared) = (kith.engine.clone(), kith.me(), shared.clone());
    let onclick = Callback::from(move |_: MouseEvent| engine.share_with(me, shared.clone()));
    html! {
        <button class="menu__item share__row" type="button" {onclick}>
            { Icon::Bookmark.draw() }{ text("notes.title") }
        </button>
    }
}
