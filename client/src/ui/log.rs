//! The messages of a Dialog: the newest kept in view unless one has scrolled up, older ones brought as one goes there.

use std::rc::Rc;

use kith_shared::{Millis, Seq};
use web_sys::Element;
use yew::prelude::*;

use super::bubble::BubbleView;
use super::icon::Icon;
use super::kith::use_kith;
use super::page::{use_page_visible, use_resize};
use super::time;
use crate::engine::Engine;
use crate::i18n::{plural, text, text_with};
use crate::state::{Connection, Content, ConversationView, Row};

/// Closer to the end than this is at the end, in pixels.
const AT_END: i32 = 40;
/// Closer to the top than this, older messages are brought, in pixels.
const NEAR_TOP: i32 = 800;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub view: Rc<ConversationView>,
    /// What the conversation is called.
    pub name: String,
    /// What stands below.
    pub children: Html,
}

/// Where one was before the messages changed.
#[derive(Default)]
struct Place {
    /// One has scrolled up: the newest are not to be brought into view.
    away: bool,
    height: i32,
    first: Option<Seq>,
}

#[component]
pub fn Log(Props { view, name, children }: &Props) -> Html {
    let kith = use_kith();
    let (node, place) = (use_node_ref(), use_mut_ref(Place::default));
    let away = use_state_eq(|| false);
    let first = view.messages.first();
    let load_older = {
        let (engine, id) = (kith.engine.clone(), view.id());
        Callback::from(move |log: Element| {
            if log.scroll_top() < NEAR_TOP {
                engine.load_older(id);
            }
        })
    };
    use_place(&node, &place, first);
    {
        let (node, load_older) = (node.clone(), load_older.clone());
        let online = kith.state.connection == Connection::Online;
        // A page may not fill the screen. What failed is tried again when the network is back, not at once.
        use_effect_with((first, online), move |_| {
            node.cast::<Element>().into_iter().for_each(|log| load_older.emit(log))
        });
    }
    use_read(view, *away);
    let onscroll = {
        let (node, place, away) = (node.clone(), place.clone(), away.setter());
        Callback::from(move |_: Event| {
            let Some(log) = node.cast::<Element>() else { return };
            let is_away = log.scroll_height() - log.scroll_top() - log.client_height() > AT_END;
            place.borrow_mut().away = is_away;
            away.set(is_away);
            load_older.emit(log);
        })
    };
    let to_end = {
        let node = node.clone();
        Callback::from(move |_: MouseEvent| node.cast::<Element>().iter().for_each(show_end))
    };
    let unread = view.unread(kith.me());
    let (now, me) = (kith.state.now, kith.me());
    html! {
        <>
            <div class="dialog__log" ref={node} {onscroll} role="log" tabindex="0" aria-label={text_with("dialog.log", &[("name", name)])}>
                { above(view) }
                { for view.timeline(me, time::day).into_iter().map(|row| draw(row, now, view, &kith.engine)) }
            </div>
            <div class="dialog__foot">
                if *away {
                    <button class="new-messages" type="button" onclick={to_end}>
                        { Icon::Down.draw() }
                        { if unread > 0 { plural("dialog.new_messages", unread) } else { text("dialog.newest") } }
                    </button>
                }
                { children.clone() }
            </div>
        </>
    }
}

fn show_end(log: &Element) {
    log.set_scroll_top(log.scroll_height());
}

/// Keeps what one looks at where it is: the newest at the bottom, or, when one has scrolled up, the same messages in
/// the same place while older ones are put above them.
#[hook]
fn use_place(node: &NodeRef, place: &Rc<std::cell::RefCell<Place>>, first: Option<Seq>) {
    {
        let (node, place) = (node.clone(), place.clone());
        use_effect(move || {
            let Some(log) = node.cast::<Element>() else { return };
            let mut place = place.borrow_mut();
            if !place.away {
                show_end(&log);
            } else if first < place.first {
                log.set_scroll_top(log.scroll_top() + log.scroll_height() - place.height);
            }
            place.first = first;
            place.height = log.scroll_height();
        });
    }
    let (log, place) = (node.clone(), place.clone());
    use_resize(node, move || {
        if let Some(log) = log.cast::<Element>().filter(|_| !place.borrow().away) {
            show_end(&log);
        }
    });
}

/// What is seen is read.
#[hook]
fn use_read(view: &ConversationView, away: bool) {
    let (kith, visible) = (use_kith(), use_page_visible());
    let newest = view.messages.last().map(|message| message.seq);
    let id = view.id();
    use_effect_with((newest, visible && !away), move |(newest, seen)| {
        if let Some(seq) = newest.filter(|_| *seen) {
            kith.engine.mark_read(id, seq);
        }
    });
}

/// What is said over the first message.
fn above(view: &ConversationView) -> Html {
    if view.messages.is_empty() && view.outgoing.is_empty() {
        return if view.loaded || view.head() == Seq::ZERO {
            html! { <p class="dialog__empty" key="above">{ text("dialog.empty") }</p> }
        } else {
            html! { <p class="dialog__empty" key="above" role="status">{ text("dialog.loading") }</p> }
        };
    }
    if view.at_start() {
        return Html::default();
    }
    html! { <p class="dialog__older" key="above">{ text("dialog.older") }</p> }
}

fn draw(row: Row, now: Millis, view: &ConversationView, engine: &Engine) -> Html {
    match row {
        Row::Day(at) => html! {
            <p class="dialog__day" key={format!("day {}", time::day(at))}>{ time::day_label(at, now) }</p>
        },
        Row::Bubble(bubble) => {
            let sender = match &bubble.content {
                Content::Message(message, None) => view.member_name(message.sender).to_owned().into(),
                _ => text("dialog.you"),
            };
            let named = view.is_group();
            let key = bubble.content.key();
            html! { <BubbleView {key} {bubble} {sender} {named} engine={engine.clone()} /> }
        }
    }
}
