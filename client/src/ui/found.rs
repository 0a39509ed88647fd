//! Messages that were searched for: those on this device at once, joined by the server's.

use gloo_timers::future::TimeoutFuture;
use kith_markup::html;
use kith_shared::ConversationId;
use kith_shared::message::Message;
use kith_shared::search::{SearchQuery, terms};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::avatar::{Size, conversation_avatar};
use super::class::class;
use super::kith::{Kith, use_kith};
use super::link::link;
use super::local::{Local, use_local};
use super::names::called;
use super::names::lower;
use super::time;
use crate::engine::Engine;
use crate::fold::fold;
use crate::i18n::{text, text_with};
use crate::state::{Connection, Route, merge};

/// Messages at a time.
const PAGE: usize = 50;
/// How long somebody types nothing more before the server is asked, in milliseconds.
const SETTLED: u32 = 100;
/// Bytes of a message that are shown before the word that was found.
const BEFORE: usize = 24;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// As it was typed.
    pub typed: String,
    /// The conversation that is searched; all without one.
    pub within: Option<ConversationId>,
}

/// What was asked for last, and what is known of the answer.
#[derive(Default)]
struct Memory {
    query: SearchQuery,
    /// Which question it is: answers to those before are no longer wanted.
    round: u32,
    pages: usize,
    messages: Vec<Message>,
    /// Both have answered, or will not.
    done: bool,
    more: bool,
}

#[component]
pub fn Found(Props { typed, within }: &Props) -> Html {
    let (kith, memory) = (use_kith(), use_local(Memory::default));
    let online = kith.state.connection == Connection::Online;
    {
        let (engine, memory) = (kith.engine.clone(), memory.clone());
        use_effect_with((typed.clone(), *within, online), move |(typed, within, online)| {
            let query = engine.state().search_query(typed, *within, lower, time::start);
            memory.note(|memory| {
                *memory = Memory {
                    query,
                    round: memory.round + 1,
                    messages: std::mem::take(&mut memory.messages),
                    ..Memory::default()
                }
            });
            spawn_local(look(engine, memory, *online));
        });
    }
    let onclick = {
        let (engine, memory) = (kith.engine.clone(), memory.clone());
        Callback::from(move |_: MouseEvent| spawn_local(look(engine.clone(), memory.clone(), online)))
    };
    let found = memory.get();
    let folded = fold(&found.query.q);
    let words: Vec<&str> = terms(&folded).collect();
    html! {
        <section class="contact-list__group">
            <h2 class="contact-list__heading">{ text("search.messages") }</h2>
            if !online {
                <p class="contact-list__heading">{ text("search.offline") }</p>
            }
            <ul role="list">
                for message in &found.messages {
                    <li key={format!("{}{}", message.conversation, message.seq)}>{ row(&kith, message, &words) }</li>
                }
            </ul>
            <p class="contact-list__heading" role="status">
                if found.done && found.messages.is_empty() {
                    { text("search.none") }
                }
            </p>
            if found.more {
                <button class="button" type="button" {onclick}>{ text("search.more") }</button>
            }
        </section>
    }
}

/// Brings the next page, from both sides.
async fn look(engine: Engine, memory: Local<Memory>, online: bool) {
    let (round, pages, mut query) = memory.note(|memory| {
        memory.pages += 1;
        (memory.round, memory.pages, memory.query.clone())
    });
    let most = pages * PAGE;
    let stored = engine.search_stored(&query, most).await;
    let is_wanted = || memory.get().round == round;
    if !is_wanted() {
        return;
    }
    memory.set(|memory| {
        if pages == 1 {
            memory.messages.clear();
        }
        memory.more = stored.len() == most;
        memory.done = !online;
        merge(&mut memory.messages, stored);
    });
    TimeoutFuture::new(SETTLED).await;
    if !online || !is_wanted() {
        return;
    }
    query.cursor = memory.get().query.cursor;
    // Nothing to ask for is no question, and after the last page there is none.
    let filtered = query.from.is_some() || query.has.is_some() || query.before.or(query.after).is_some();
    let asked = filtered || query.q.chars().any(char::is_alphanumeric);
    let answer = if asked && (pages == 1 || query.cursor.is_some()) {
        engine.search_server(&query).await.ok()
    } else {
        None
    };
    if is_wanted() {
        memory.set(|memory| {
            memory.done = true;
            if let Some(answer) = answer {
                memory.more |= answer.cursor.is_some();
                memory.query.cursor = answer.cursor;
                merge(&mut memory.messages, answer.messages);
            }
        });
    }
}

fn row(kith: &Kith, message: &Message, words: &[&str]) -> Html {
    // One that was left meanwhile has nothing to show.
    let Some(view) = kith.state.conversations.get(&message.conversation) else { return Html::default() };
    let Some(said) = message.body.words() else { return Html::default() };
    if view.hides(message.seq) {
        return Html::default();
    }
    let me = kith.me();
    let who = if message.sender == me {
        text("dialog.you")
    } else {
        view.member_name(message.sender).to_owned().into()
    };
    let content = html! {
        <>
            { conversation_avatar(kith, view, Size::Medium) }
            <span class="contact-row__name">{ called(view, me) }</span>
            <span class="contact-row__time">{ time::short(message.sent_at, kith.state.now) }</span>
            <span class="contact-row__preview">
                { text_with("contact_list.members_message", &[("name", &who), ("text", "")]) }
                { excerpt(said, words) }
            </span>
        </>
    };
    let route = Route::Message(message.conversation, message.seq);
    let active = kith.state.route == route;
    link(kith, route, class("contact-row", &[("contact-row--active", active)]), None, content)
}

/// The text from shortly before the first word that was found, with all of them marked.
fn excerpt(said: &str, words: &[&str]) -> Html {
    let (mut parts, mut at, mut plain) = (Vec::new(), 0, 0);
    for term in terms(said) {
        let start = at + said[at..].find(term).unwrap_or_default();
        at = start + term.len();
        let folded = fold(term);
        if !words.iter().any(|word| folded.starts_with(word)) {
            continue;
        }
        if parts.is_empty() && start > BEFORE {
            plain = said.floor_char_boundary(start - BEFORE);
            plain += said[plain..start].find(' ').unwrap_or_default();
            parts.push(html! { "…" });
        }
        parts.push(html! { { &said[plain..start] } });
        parts.push(html! { <mark>{ term }</mark> });
        plain = at;
    }
    parts.push(html! { { &said[plain..] } });
    parts.into_iter().collect()
}
