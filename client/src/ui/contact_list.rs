//! Contact List: who one talks with, newest first; who asks; who has been asked.

use std::ops::Range;

use gloo_timers::future::TimeoutFuture;
use kith_markup::html;
use kith_shared::ConversationId;
use kith_shared::contact::{Contact, Relation};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::avatar::{Size, avatar, notes_avatar};
use super::class::class;
use super::connection::connection_line;
use super::contact_row::contact_row;
use super::empty::empty;
use super::found::Found;
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::link::link;
use super::local::{Local, use_local};
use super::names::{by_name, matcher};
use super::offers::offers;
use super::person::Person;
use super::row_menu::row_menu;
use super::rows::{Rows, on_scroll};
use super::search_field::search_field;
use super::time;
use crate::i18n::{plural, text};
use crate::state::{Connection, Route};

/// By when the first rows are on the screen, in milliseconds: only then it is the turn of those around them.
const PAINTED: u32 = 100;

/// What is searched for, and where in the list one is.
#[derive(Default)]
struct Memory {
    search: String,
    /// What is archived is shown, instead of what is not.
    archive: bool,
    rows: Rows,
    /// The conversation whose menu is open, and where one asked for it.
    menu: Option<(ConversationId, (i32, i32))>,
}

#[component]
pub fn ContactList() -> Html {
    let kith = use_kith();
    let (memory, items) = (use_local(Memory::default), use_node_ref());
    let typed = {
        let memory = memory.clone();
        move |search| {
            memory.set(|memory| {
                memory.search = search;
                memory.rows.reset();
            });
        }
    };
    let (part, search) = (memory.get().rows.part(), memory.get().search.clone());
    let (list, total) = list(&kith, &search, part.clone(), &memory, &items);
    let engine = kith.engine.clone();
    use_effect(move || {
        let Some(items) = items.cast::<HtmlElement>() else { return };
        if memory.note(|memory| memory.rows.settle(&items, &part, total)) {
            memory.set(|_| ());
        } else if memory.note(|memory| memory.rows.widen()) {
            let engine = engine.clone();
            spawn_local(async move {
                TimeoutFuture::new(PAINTED).await;
                memory.set(|_| ());
                TimeoutFuture::new(PAINTED).await;
                time::prepare();
                engine.prepare_dialogs().await;
            });
        }
    });
    html! {
        <>
            { header(&kith) }
            { connection_line(&kith.state) }
            { offers(&kith) }
            { search_field(&kith, &search, "contact_list.search", typed) }
            { list }
        </>
    }
}

fn header(kith: &Kith) -> Html {
    let asking = kith.state.contacts_by(Relation::RequestIn).len();
    let friends = html! {
        <>
            { Icon::People.draw() }
            if asking > 0 {
                <span class="badge">{ asking }</span>
            }
        </>
    };
    // What the eye sees on the button is in its name too.
    let friends_label = match asking {
        0 => text("friends.title"),
        asking => plural("friends.title_asking", asking as i64),
    };
    let button = |to, label, content| link(kith, to, class("icon-button", &[]), Some(label), content);
    html! {
        <header class="bar">
            <h1 class="bar__title">{ text("contact_list.title") }</h1>
            <nav class="bar__actions" aria-label={text("app.name")}>
                { button(Route::NewGroup, text("group.new"), Icon::Group.draw()) }
                { button(Route::Friends, friends_label, friends) }
                { button(Route::Settings, text("settings.title"), Icon::Settings.draw()) }
            </nav>
        </header>
    }
}

/// The list with `part` of its conversations, and how many of these there are.
fn list(
    kith: &Kith,
    search: &str,
    part: Range<usize>,
    memory: &Local<Memory>,
    items: &NodeRef,
) -> (Html, usize) {
    let state = &kith.state;
    let (searching, stands) = (!search.trim().is_empty(), memory.get().rows.stands());
    let wanted = matcher(search);
    let archived = state.listing.archived();
    let archive = memory.get().archive && !searching && archived > 0;
    let (views, total) = match archive {
        true => state.archive(part.clone()),
        false => state.contact_list(searching.then_some(&wanted), part.clone()),
    };
    let friends = if archive { Vec::new() } else { by_name(state.friends_without_dialog(&wanted)) };
    let requests =
        |relation| if searching || archive { Vec::new() } else { by_name(state.contacts_by(relation)) };
    let (asking, asked) = (requests(Relation::RequestIn), requests(Relation::RequestOut));
    let nobody = total == 0 && friends.is_empty() && asking.is_empty() && asked.is_empty();
    if nobody && !searching && archived == 0 {
        return (if is_waiting(kith) { waiting() } else { nothing(kith) }, total);
    }
    let person =
        |contact: &Contact| html! { <Person key={contact.user.id.to_string()} contact={contact.clone()} /> };
    let onscroll = on_scroll(memory, items, |memory| &mut memory.rows);
    let oncontextmenu = ask_for_menu(memory);
    let menu = menu(kith, memory);
    let list = html! {
        <div class="contact-list" {onscroll} {oncontextmenu}>
            { group("requests.in", asking.into_iter().map(person).collect()) }
            if !searching && archived > 0 {
                { archive_button(archived, archive, memory) }
            }
            { menu }
            <div class="contact-list__beyond" />
            if nobody && searching {
                <p class="contact-list__none" role="status">{ text("contact_list.none_found") }</p>
            }
            if total > 0 {
            <ul class="contact-list__items" role="list" aria-label={text("contact_list.label")} ref={items.clone()}>
                for (index, view) in views.iter().enumerate() {
                    <li key={view.id().to_string()} aria-posinset={(part.start + index + 1).to_string()}
                        aria-setsize={total.to_string()}>
                        { contact_row(kith, view, stands) }
                    </li>
                }
            </ul>
            }
            <div class="contact-list__beyond" />
            { group("friends.without_dialog", friends.iter().map(|friend| new_friend(kith, friend)).collect()) }
            if !archive && state.me().is_some() && !state.listing.notes && wanted("", "") {
                <div class="contact-list__group">{ notes(kith) }</div>
            }
            { group("requests.out", asked.into_iter().map(person).collect()) }
            if searching {
                <Found typed={search.to_owned()} within={None} />
            }
        </div>
    };
    (list, total)
}

/// The other mouse button, or a long press, on a row.
fn ask_for_menu(memory: &Local<Memory>) -> Callback<MouseEvent> {
    let memory = memory.clone();
    Callback::from(move |event: MouseEvent| {
        let row =
            event.target_dyn_into::<Element>().and_then(|target| target.closest("a.contact-row").ok()?);
        let path = row.and_then(|row| row.get_attribute("href"));
        if let Some(id) = path.and_then(|path| Route::parse(&path).conversation()) {
            event.prevent_default();
            memory.set(|memory| memory.menu = Some((id, (event.client_x(), event.client_y()))));
        }
    })
}

fn menu(kith: &Kith, memory: &Local<Memory>) -> Html {
    let asked = memory.get().menu;
    let found = asked.and_then(|(id, at)| Some((kith.state.conversations.get(&id)?.clone(), at)));
    let Some((view, at)) = found else { return Html::default() };
    let memory = memory.clone();
    row_menu(kith, &view, at, Callback::from(move |()| memory.set(|memory| memory.menu = None)))
}

/// Leads to what is archived, and back.
fn archive_button(archived: usize, shown: bool, memory: &Local<Memory>) -> Html {
    let onclick = {
        let memory = memory.clone();
        Callback::from(move |_: MouseEvent| {
            memory.set(|memory| {
                memory.archive = !shown;
                memory.rows.reset();
            });
        })
    };
    let label =
        if shown { text("contact_list.all") } else { plural("contact_list.archived", archived as i64) };
    html! {
        <button class="contact-list__archive" type="button" aria-pressed={shown.to_string()} {onclick}>
            { if shown { Icon::Back.draw() } else { Icon::Archive.draw() } }
            { label }
        </button>
    }
}

/// A titled part of the list; nothing while nobody is in it.
fn group(title: &'static str, rows: Vec<Html>) -> Html {
    if rows.is_empty() {
        return Html::default();
    }
    let title = text(title);
    html! {
        <section class="contact-list__group">
            <h2 class="contact-list__heading">{ title }</h2>
            { for rows }
        </section>
    }
}

/// Nothing is known yet, and soon will be.
fn is_waiting(kith: &Kith) -> bool {
    matches!(kith.state.connection, Connection::Connecting | Connection::CatchingUp)
}

fn waiting() -> Html {
    html! {
        <div class="contact-list" role="status">
            <span class="visually-hidden">{ text("dialog.loading") }</span>
            <div class="contact-list__waiting" />
        </div>
    }
}

fn nothing(kith: &Kith) -> Html {
    let class = class("button", &[("button--primary", true)]);
    let invite = link(kith, Route::Friends, class, None, html! { text("contact_list.invite") });
    let notes = html! {
        <button class="button" type="button" onclick={open_notes(kith)}>{ text("notes.title") }</button>
    };
    let actions = html! { <>{ invite }{ notes }</> };
    empty(Icon::People, &text("contact_list.empty_title"), &text("contact_list.empty_text"), actions)
}

/// Where one has no notes to self yet: choosing them opens the dialog.
fn notes(kith: &Kith) -> Html {
    html! {
        <button class="contact-row" type="button" onclick={open_notes(kith)}>
            { notes_avatar(Size::Medium) }
            <span class="contact-row__name">{ text("notes.title") }</span>
            <span class="contact-row__preview">{ text("notes.subtitle") }</span>
        </button>
    }
}

fn open_notes(kith: &Kith) -> Callback<MouseEvent> {
    let (engine, me) = (kith.engine.clone(), kith.me());
    Callback::from(move |_| engine.write_to(me))
}

/// A friend one has not written to yet: choosing them opens the dialog.
fn new_friend(kith: &Kith, friend: &Contact) -> Html {
    let (engine, id) = (kith.engine.clone(), friend.user.id);
    let open = Callback::from(move |_: MouseEvent| engine.write_to(id));
    html! {
        <button class="contact-row" type="button" onclick={open}>
            { avatar(&friend.user, Size::Medium, kith.state.is_online(id)) }
            <span class="contact-row__name">{ &friend.user.display_name }</span>
            <span class="contact-row__preview">{ text("contact_list.say_hello") }</span>
        </button>
    }
}
