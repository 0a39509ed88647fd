//! What one does with messages of a Dialog: which are selected, and what stands above them.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::message::{Body, Message};
use kith_shared::{FileId, Seq};
use web_sys::File;
use yew::prelude::*;

use super::attach::Attach;
use super::compose_menu::compose_menu;
use super::delete_messages::delete_messages;
use super::forward::Forward;
use super::gestures::Touch;
use super::icon::Icon;
use super::kith::Kith;
use super::local::Local;
use super::message_menu::message_menu;
use super::new_poll::new_poll;
use super::page;
use super::scheduled::ScheduledList;
use super::send_later::send_later;
use super::versions::Versions;
use super::viewer::{Viewer, at_hand};
use crate::i18n::{plural, text};
use crate::state::ConversationView;

#[derive(Default)]
pub struct Chosen {
    /// Ascending; while one selects, also when none is.
    pub selected: Option<Vec<Seq>>,
    pub above: Option<Above>,
    pub(super) touch: Option<Touch>,
    /// Files are held above the Dialog.
    pub drags: bool,
}

/// What stands above the messages.
#[derive(Clone, PartialEq)]
pub enum Above {
    /// What can be done with a message, where one asked for it.
    Menu(Seq, (i32, i32)),
    Forward(Vec<Seq>),
    Delete(Vec<Seq>),
    /// What a message said before.
    Versions(Seq),
    /// What one can say besides a text, where one asked for it.
    Compose((i32, i32)),
    /// A photo of a message.
    View(Seq, FileId),
    /// Files one is about to send.
    Attach(Vec<File>),
    /// A poll one is making.
    Poll,
    /// When what stands in the composer is to be sent.
    Later,
    /// What is sent later.
    Scheduled,
}

impl Chosen {
    /// Selects a message, or no longer.
    pub fn toggle(&mut self, seq: Seq) {
        let selected = self.selected.get_or_insert_default();
        match selected.binary_search(&seq) {
            Ok(place) => drop(selected.remove(place)),
            Err(place) => selected.insert(place, seq),
        }
    }
}

impl Local<Chosen> {
    /// Puts something above the messages.
    pub fn show(&self, above: Above) -> Callback<MouseEvent> {
        let chosen = self.clone();
        Callback::from(move |_| chosen.set(|chosen| chosen.above = Some(above.clone())))
    }

    /// Files that were chosen are looked at before they are sent.
    pub fn attach(&self, files: Vec<File>) {
        if !files.is_empty() {
            self.set(|chosen| chosen.above = Some(Above::Attach(files)));
        }
    }

    /// That was closed; by what was chosen in it, another may stand there already.
    pub fn closed(&self, above: &Above) -> Callback<()> {
        let (chosen, closed) = (self.clone(), above.clone());
        Callback::from(move |()| {
            chosen.set(|chosen| chosen.above = chosen.above.take().filter(|above| *above != closed))
        })
    }
}

/// What stands above the messages now.
pub fn above(kith: &Kith, view: &Rc<ConversationView>, chosen: &Local<Chosen>) -> Html {
    let Some(above) = chosen.get().above.clone() else { return Html::default() };
    let onclose = chosen.closed(&above);
    match above {
        Above::Menu(seq, at) => message_menu(kith, view, seq, at, chosen, onclose),
        Above::Delete(seqs) => delete_messages(kith, view, &seqs, chosen, onclose),
        Above::Forward(seqs) => {
            let said = said(kith, view, &seqs);
            html! { <Forward {said} {onclose} ondone={stop(chosen)} /> }
        }
        Above::Versions(seq) => html! { <Versions view={view.clone()} {seq} {onclose} /> },
        Above::Compose(at) => compose_menu(view, at, chosen, onclose),
        Above::Later => send_later(kith, view, onclose),
        Above::Scheduled => html! { <ScheduledList id={view.id()} {onclose} /> },
        Above::View(seq, file) => {
            let photos = at_hand(kith, view);
            html! { <Viewer view={view.clone()} {photos} {seq} {file} {onclose} /> }
        }
        Above::Attach(files) => html! { <Attach view={view.clone()} {files} {onclose} /> },
        Above::Poll => new_poll(kith, view.id(), onclose),
    }
}

/// In place of the Dialog's header while one selects.
pub fn selection_bar(kith: &Kith, view: &ConversationView, chosen: &Local<Chosen>) -> Html {
    let selected = chosen.get().selected.clone().unwrap_or_default();
    let said = said(kith, view, &selected);
    let words: Vec<&str> = said.iter().filter_map(Body::words).filter(|words| !words.is_empty()).collect();
    let words = words.join("\n");
    let wordless = words.is_empty();
    let copy = {
        let chosen = chosen.clone();
        Callback::from(move |_: MouseEvent| {
            page::copy_soon(words.clone());
            chosen.set(|chosen| chosen.selected = None);
        })
    };
    let (cancel, stopped) = (text("app.cancel"), stop(chosen).reform(|_: MouseEvent| ()));
    let button = |icon: Icon, label: &'static str, off: bool, press: Callback<MouseEvent>| {
        html! {
            <button class="icon-button" type="button" aria-label={text(label)} title={text(label)} disabled={off} onclick={press}>
                { icon.draw() }
            </button>
        }
    };
    html! {
        <header class="bar">
            <button class="icon-button" type="button" aria-label={cancel.clone()} title={cancel} onclick={stopped}>
                { Icon::Close.draw() }
            </button>
            <h1 class="bar__text bar__title"><span role="status">{ plural("message.selected", selected.len() as i64) }</span></h1>
            { button(Icon::Copy, "message.copy", wordless, copy) }
            { button(Icon::Forward, "message.forward", said.is_empty(), chosen.show(Above::Forward(selected.clone()))) }
            { button(Icon::Trash, "message.delete", selected.is_empty(), chosen.show(Above::Delete(selected))) }
        </header>
    }
}

/// One selects no more.
pub fn stop(chosen: &Local<Chosen>) -> Callback<()> {
    let chosen = chosen.clone();
    Callback::from(move |()| chosen.set(|chosen| chosen.selected = None))
}

/// What those messages say that can be said again, in their order.
fn said(kith: &Kith, view: &ConversationView, seqs: &[Seq]) -> Vec<Body> {
    let shown = |seq: &Seq| view.at_hand(*seq).map(|message| view.shown(message, kith.me()));
    let said = |message: &Message| match &message.body {
        said @ (Body::Text { .. } | Body::Sticker(_)) => Some(said.clone()),
        Body::Poll { .. } | Body::Deleted | Body::Expired | Body::Notice(_) => None,
    };
    seqs.iter().filter_map(shown).filter_map(|message| said(&message)).collect()
}
