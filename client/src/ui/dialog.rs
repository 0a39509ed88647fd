//! Dialog: one conversation, whom it is with, and where one writes.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::{ConversationId, Seq};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::answering::answering;
use super::attach;
use super::avatar::{Size, conversation_avatar};
use super::chosen::{Chosen, above, selection_bar, stop};
use super::class::class;
use super::completion::Offered;
use super::composer::composer;
use super::connection::connection_line;
use super::emoji_picker::EmojiPicker;
use super::empty::empty;
use super::found::Found;
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::link::{back_button, link, title_bar};
use super::local::{Local, use_local};
use super::log::Log;
use super::names::{bot_badge, called};
use super::page;
use super::pins::Pins;
use super::preview::linked;
use super::scheduled::scheduled_line;
use super::search_field::search_field;
use super::time;
use super::timer::timer_sign;
use super::typing::typing_line;
use crate::i18n::{plural, text, text_with};
use crate::state::{Connection, ConversationView, Route};

/// `target`: the message one came for.
pub fn dialog(kith: &Kith, id: ConversationId, target: Option<Seq>) -> Html {
    match kith.state.conversations.get(&id).cloned() {
        Some(view) => html! { <Open key={id.to_string()} {view} {target} /> },
        None => unknown(kith),
    }
}

/// In the place of a conversation that is not among one's own, or no longer.
pub fn unknown(kith: &Kith) -> Html {
    // One that was made a moment ago on another device comes with the list.
    if kith.state.connection != Connection::Online {
        return title_bar(kith, "");
    }
    let (title, text) = (text("dialog.unknown_title"), text("dialog.unknown_text"));
    html! { <>{ title_bar(kith, &title) }{ empty(Icon::Chat, &title, &text, Html::default()) }</> }
}

#[derive(Properties)]
struct Props {
    view: Rc<ConversationView>,
    target: Option<Seq>,
}

impl PartialEq for Props {
    /// A conversation that changed is another allocation.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.view, &other.view) && self.target == other.target
    }
}

/// What is searched for here, while one searches.
type Search = Local<Option<String>>;

#[component]
fn Open(Props { view, target }: &Props) -> Html {
    let kith = use_kith();
    let (heading, input, search) = (use_node_ref(), use_node_ref(), use_local(|| None::<String>));
    let chosen = use_local(Chosen::default);
    {
        let (input, answers) = (input.clone(), view.replying.or(view.editing.as_ref().map(|(seq, _)| *seq)));
        use_effect_with(answers, move |answers| {
            if answers.is_some() {
                input.cast::<HtmlElement>().iter().for_each(page::focus_on);
            }
        });
    }
    {
        let (engine, chosen, id) = (kith.engine.clone(), chosen.clone(), view.id());
        use_effect_with((), move |()| chosen.attach(engine.take_shared_files(id)));
    }
    let offered = use_local(Offered::default);
    {
        let (heading, input) = (heading.clone(), input.clone());
        // Where one goes on: at writing, but on a phone without the keyboard jumping up.
        use_effect_with(search.get().is_some(), move |searching| {
            if *searching {
                page::focus(".dialog .search__input");
                return;
            }
            let target = if page::is_touched() { heading } else { input };
            target.cast::<HtmlElement>().iter().for_each(page::focus_on);
        });
    }
    let name = called(view, kith.me()).to_string();
    // Of several who type, the one who began first.
    let typing = view.typing.first().map(|typing| view.member_name(typing.user));
    let searched = search.get().clone();
    if let Some(typed) = searched {
        return searching(&kith, view, heading, search, typed);
    }
    let selected = chosen.get().selected.clone();
    let onkeydown = stop_selecting(&chosen);
    let (ondragover, ondragleave, ondrop) = drop_files(&chosen, view.writable());
    let drags = chosen.get().drags;
    html! {
        <div class={class("dialog", &[("dialog--drags", drags)])} {onkeydown} {ondragover} {ondragleave} {ondrop}>
            if selected.is_some() {
                { selection_bar(&kith, view, &chosen) }
            } else {
                { header(&kith, view, heading, &search) }
            }
            { connection_line(&kith.state) }
            <Pins view={view.clone()} />
            <Log view={view.clone()} name={name.clone()} target={*target} chosen={chosen.clone()} {selected}>
                { typing_line(typing) }
                if view.writable() {
                    { scheduled_line(&kith, view.id(), &chosen) }
                    { answering(&kith, view) }
                    { linked(&kith, view) }
                    { composer(&kith, view, &input, &offered, &chosen) }
                } else {
                    <p class="banner">{ text_with("dialog.not_writable", &[("name", &name)]) }</p>
                }
            </Log>
            { above(&kith, view, &chosen) }
            if let Some(picking) = kith.state.picking.filter(|picking| picking.conversation() == view.id()) {
                <EmojiPicker {picking} {input} />
            }
        </div>
    }
}

/// Files that are dropped anywhere in it are for it.
fn drop_files(
    chosen: &Local<Chosen>,
    writable: bool,
) -> (Callback<DragEvent>, Callback<DragEvent>, Callback<DragEvent>) {
    let (over, leaves, drops) = (chosen.clone(), chosen.clone(), chosen.clone());
    let drags = |chosen: &Local<Chosen>, drags: bool| {
        if chosen.get().drags != drags {
            chosen.set(|chosen| chosen.drags = drags);
        }
    };
    let ondragover = Callback::from(move |event: DragEvent| {
        let files = event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0));
        if files && writable {
            event.prevent_default();
            drags(&over, true);
        }
    });
    let ondragleave = Callback::from(move |event: DragEvent| {
        // What it comes to next is within, as long as it stays.
        let next = event.related_target().and_then(|next| next.dyn_into::<Element>().ok());
        if next.is_none_or(|next| next.closest(".dialog").ok().flatten().is_none()) {
            drags(&leaves, false);
        }
    });
    let ondrop = Callback::from(move |event: DragEvent| {
        let files = attach::carried(event.data_transfer());
        drags(&drops, false);
        if !files.is_empty() && writable {
            event.prevent_default();
            drops.attach(files);
        }
    });
    (ondragover, ondragleave, ondrop)
}

/// Escape ends selecting, before it leaves the chat.
fn stop_selecting(chosen: &Local<Chosen>) -> Callback<KeyboardEvent> {
    let chosen = chosen.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" && chosen.get().selected.is_some() && chosen.get().above.is_none() {
            event.prevent_default();
            stop(&chosen).emit(());
        }
    })
}

/// What is searched for in the conversation, in place of its messages.
fn searching(kith: &Kith, view: &ConversationView, heading: NodeRef, search: Search, typed: String) -> Html {
    let header = header(kith, view, heading, &search);
    let close = {
        let search = search.clone();
        // Whoever chooses a message has found it.
        Callback::from(move |event: MouseEvent| {
            let chosen = event.target_dyn_into::<Element>().and_then(|node| node.closest("a").ok().flatten());
            if chosen.is_some() {
                search.set(|search| *search = None);
            }
        })
    };
    let onkeydown = {
        let search = search.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                search.set(|search| *search = None);
            }
        })
    };
    html! {
        <div class="dialog" {onkeydown}>
            { header }
            { connection_line(&kith.state) }
            { search_field(kith, &typed, "dialog.search", move |typed| search.set(|search| *search = Some(typed))) }
            <div class="contact-list" onclick={close}>
                if !typed.trim().is_empty() {
                    <Found {typed} within={view.id()} />
                }
            </div>
        </div>
    }
}

fn header(kith: &Kith, view: &ConversationView, heading: NodeRef, search: &Search) -> Html {
    let pressed = search.get().is_some();
    let onclick = {
        let search = search.clone();
        Callback::from(move |_: MouseEvent| {
            search.set(|search| *search = search.is_none().then(String::new));
        })
    };
    let name = called(view, kith.me());
    let subtitle = match view.other(kith.me()) {
        None if view.is_notes(kith.me()) => text("notes.subtitle"),
        None => plural("group.count", view.held.conversation.members.len() as i64),
        Some(other) if kith.state.is_online(other.id) => text("presence.online"),
        Some(other) => match kith.state.last_seen(other.id) {
            Some(at) => time::last_seen(at, kith.state.now),
            None => format!("@{}", other.username).into(),
        },
    };
    let asking = view.requests(kith.me());
    // What the eye sees on the button is in its name too.
    let mut details = text_with("dialog.details", &[("name", &name)]).to_string();
    if asking > 0 {
        details = format!("{details}, {}", plural("joining.title", asking.into()));
    }
    let settings = html! {
        <>
            { Icon::Settings.draw() }
            if asking > 0 {
                <span class="badge">{ asking }</span>
            }
        </>
    };
    let class = class("icon-button", &[]);
    html! {
        <header class="bar">
            { back_button(kith) }
            { conversation_avatar(kith, view, Size::Small) }
            <div class="bar__text">
                <h1 class="bar__title" ref={heading} tabindex="-1">{ name }{ bot_badge(view.other(kith.me()).is_some_and(|other| other.bot)) }</h1>
                <p class="bar__subtitle">{ timer_sign(view) }{ subtitle }</p>
            </div>
            <button class="icon-button" type="button" aria-label={text("dialog.search")} aria-pressed={pressed.to_string()} {onclick}>
                { Icon::Search.draw() }
            </button>
            { link(kith, Route::Details(view.id()), class, Some(details.into()), settings) }
        </header>
    }
}
