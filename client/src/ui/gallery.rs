//! What a conversation has gathered: its photos, videos, voice messages, files and links, the newest first.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::media::Attachment;
use kith_shared::message::Message;
use kith_shared::search::{Has, SearchQuery};
use kith_shared::{ConversationId, FileId, Seq};
use web_sys::Element;
use yew::prelude::*;

use super::carried::Carried;
use super::failure::failure_banner;
use super::kith::{Kith, use_kith};
use super::link::link;
use super::local::{Local, use_local};
use super::rich_text::rich_text;
use super::time;
use super::viewer::Viewer;
use crate::engine::Engine;
use crate::i18n::text;
use crate::state::{ConversationView, Failure, Route};

/// What one looks for, what one looks for most first.
const TABS: [Has; 5] = [Has::Photo, Has::Video, Has::Voice, Has::File, Has::Link];

/// Messages that are looked for on this device where the server can't be asked.
const STORED: usize = 200;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: ConversationId,
}

#[derive(Default)]
struct Found {
    /// What one looks at.
    has: Option<Has>,
    messages: Vec<Message>,
    /// Where to go on.
    cursor: Option<i64>,
    /// Something was asked for, and answered.
    done: bool,
    /// A photo that is seen whole.
    open: Option<(Seq, FileId)>,
}

#[component]
pub fn Gallery(Props { id }: &Props) -> Html {
    let (kith, found) = (use_kith(), use_local(Found::default));
    let Some(view) = kith.state.conversations.get(id).cloned() else { return Html::default() };
    let chosen = found.get().has;
    let tab = |has: Has| {
        let (engine, found, id) = (kith.engine.clone(), found.clone(), *id);
        let onclick = Callback::from(move |_: MouseEvent| {
            found.set(|found| *found = Found { has: Some(has), ..Found::default() });
            found.task().run(page(engine.clone(), found.clone(), id));
        });
        html! {
            <button class="button" type="button" aria-pressed={(chosen == Some(has)).to_string()} {onclick}>{ text(label(has)) }</button>
        }
    };
    let more = {
        let (engine, found, id) = (kith.engine.clone(), found.clone(), *id);
        Callback::from(move |_: MouseEvent| found.task().run(page(engine.clone(), found.clone(), id)))
    };
    let open = {
        let found = found.clone();
        Callback::from(move |event: MouseEvent| {
            let photo = event.target_dyn_into::<Element>().and_then(|it| it.closest("[data-file]").ok()?);
            let file = photo.and_then(|photo| photo.get_attribute("data-file")?.parse().ok());
            let all = photos(&found.get().messages);
            if let Some((seq, photo)) = all.iter().find(|(_, photo)| Some(photo.file) == file) {
                found.set(|found| found.open = Some((*seq, photo.file)));
            }
        })
    };
    let onclose = {
        let found = found.clone();
        Callback::from(move |()| found.set(|found| found.open = None))
    };
    let Found { messages, cursor, done, open: opened, .. } = &*found.get();
    html! {
        <section class="section">
            <h2 class="section__title">{ text("gallery.title") }</h2>
            <div class="section__actions gallery__tabs">{ for TABS.map(tab) }</div>
            if let Some(has) = chosen {
                <div onclick={open}>{ list(&kith, &view, messages, has) }</div>
            }
            if *done && messages.is_empty() {
                <p class="section__text" role="status">{ text("gallery.nothing") }</p>
            }
            if cursor.is_some() {
                <button class="button" type="button" aria-disabled={found.task().disabled()} onclick={more}>{ text("gallery.more") }</button>
            }
            { failure_banner(found.task().failure()) }
            if let Some((seq, file)) = *opened {
                <Viewer {view} photos={Rc::new(photos(messages))} {seq} {file} {onclose} />
            }
        </section>
    }
}

fn label(has: Has) -> &'static str {
    match has {
        Has::Photo => "gallery.photos",
        Has::Video => "gallery.videos",
        Has::Voice => "gallery.voice",
        Has::File => "gallery.files",
        Has::Link => "gallery.links",
    }
}

/// Brings more of it: from the server, or where that can't be reached all that this device has.
async fn page(engine: Engine, found: Local<Found>, id: ConversationId) -> Result<(), Failure> {
    let (has, cursor) = (found.get().has, found.get().cursor);
    let query = SearchQuery { conversation: Some(id), has, cursor, ..SearchQuery::default() };
    let (messages, cursor) = match engine.search_server(&query).await {
        Ok(results) => (results.messages, results.cursor),
        Err(Failure::Unreachable) if cursor.is_none() => (engine.search_stored(&query, STORED).await, None),
        Err(failure) => return Err(failure),
    };
    // Another was chosen meanwhile.
    if found.get().has == has {
        found.set(|found| {
            found.messages.extend(messages);
            (found.cursor, found.done) = (cursor, true);
        });
    }
    Ok(())
}

fn list(kith: &Kith, view: &ConversationView, messages: &[Message], has: Has) -> Html {
    let shown = messages.iter().filter(|message| !view.hides(message.seq));
    if has == Has::Link {
        let row = |message: &Message| {
            html! {
                <li class="gallery__row" key={message.seq.0.to_string()}>
                    { rich_text(message.body.words().unwrap_or_default(), "") }
                    { place(kith, message) }
                </li>
            }
        };
        return html! { <ul role="list">{ for shown.map(row) }</ul> };
    }
    let row = |message: &Message| {
        let conversation = message.conversation;
        let seq = (message.sender != kith.me()).then_some(message.seq);
        let file = |file: &Attachment| {
            html! {
                <li class={if has == Has::Photo { "gallery__photo" } else { "gallery__row" }} key={format!("{}-{}", message.seq, file.file)}>
                    <Carried engine={kith.engine.clone()} {conversation} {seq} file={file.clone()} outgoing={None} />
                    if has != Has::Photo {
                        { place(kith, message) }
                    }
                </li>
            }
        };
        message.body.files().iter().filter(|it| has.is(it.kind)).map(file).collect::<Html>()
    };
    let class = if has == Has::Photo { "gallery album--grid" } else { "gallery" };
    html! { <ul {class} role="list">{ for shown.map(row) }</ul> }
}

/// When it was said, which leads there.
fn place(kith: &Kith, message: &Message) -> Html {
    let to = Route::Message(message.conversation, message.seq);
    link(kith, to, "gallery__when".into(), None, html! { <>{ time::exact(message.sent_at) }</> })
}

fn photos(messages: &[Message]) -> Vec<(Seq, Attachment)> {
    let of = |message: &Message| {
        let files = message.body.files().iter().filter(|file| Has::Photo.is(file.kind));
        files.map(|file| (message.seq, file.clone())).collect::<Vec<_>>()
    };
    messages.iter().rev().flat_map(of).collect()
}
