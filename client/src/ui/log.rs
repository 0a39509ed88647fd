//! The messages of a Dialog: those around what one looks at, the newest kept in view unless one has scrolled up.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::{ConversationId, Seq, UserId};
use web_sys::Element;
use yew::prelude::*;

use super::bubble::BubbleView;
use super::chosen::Chosen;
use super::class::class;
use super::gestures::Gestures;
use super::group_notice::group_notice;
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::page::{use_page_visible, watch_size};
use super::scroller::{Scroller, parts};
use super::time;
use crate::engine::Engine;
use crate::i18n::{plural, text, text_with};
use crate::state::{Connection, Content, ConversationView, Place, Span};

#[derive(Properties)]
pub struct Props {
    pub view: Rc<ConversationView>,
    /// What the conversation is called.
    pub name: String,
    /// The message one came for.
    pub target: Option<Seq>,
    /// What one does with messages.
    pub chosen: Local<Chosen>,
    /// Those that are selected, while one selects.
    pub selected: Option<Vec<Seq>>,
    /// What stands below.
    pub children: Html,
}

impl PartialEq for Props {
    /// A conversation that changed is another allocation.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.view, &other.view)
            && self.name == other.name
            && self.target == other.target
            && self.selected == other.selected
            && self.children == other.children
    }
}

#[component]
pub fn Log(Props { view, name, target, chosen, selected, children }: &Props) -> Html {
    let kith = use_kith();
    let (visible, node, memory) = (use_page_visible(), use_node_ref(), use_local(Memory::default));
    // Before anything is drawn: the browser tells of scrolling later than it does it.
    let heard = node.cast::<Element>();
    let rows = memory.note(|memory| {
        if let Some(log) = &heard {
            memory.scroller.hear(log);
        }
        memory.scroller.choose(view)
    });
    let (id, online) = (view.id(), kith.state.connection == Connection::Online);
    let newest = view.messages.last().map(|newest| newest.seq);
    let told = Told {
        target: target.map(|seq| (seq, seq <= view.head())),
        there: Some((view.rows_in_memory(), online)),
        read: newest.filter(|_| visible && view.follows() && view.at_newest()),
    };
    let log = Handle { node: node.clone(), memory, engine: kith.engine.clone(), id };
    use_place(&log, told);
    let onscroll = {
        let log = log.clone();
        Callback::from(move |_: Event| log.scrolled())
    };
    let to_newest = {
        let engine = kith.engine.clone();
        Callback::from(move |_: MouseEvent| engine.go_to_newest(id))
    };
    let unread = view.unread(kith.me());
    log.memory.note(|memory| memory.note_fresh(view, kith.me(), visible));
    let fresh = log.memory.get().fresh;
    let follows = view.follows();
    let marks = Marks { target: *target, fresh: fresh.map(|fresh| fresh.seq), selected: selected.as_deref() };
    let drawn = draw(&kith, view, rows, &marks);
    let class = class("dialog__log", &[("dialog__log--selects", selected.is_some())]);
    let hand = Gestures { engine: kith.engine, conversation: id, chosen: chosen.clone() };
    let by_hand = |does: fn(&Gestures, &PointerEvent)| {
        let hand = hand.clone();
        Callback::from(move |event: PointerEvent| does(&hand, &event))
    };
    let (onpointerdown, onpointermove) = (by_hand(Gestures::pressed), by_hand(Gestures::moved));
    let (onpointerup, onpointercancel) =
        (by_hand(|hand, _| hand.released()), by_hand(|hand, _| drop(hand.forget())));
    let (clicked, asked) = (hand.clone(), hand);
    let onclick = Callback::from(move |event: MouseEvent| clicked.clicked(&event));
    let oncontextmenu = Callback::from(move |event: MouseEvent| asked.context_menu(&event));
    // What is drawn while one scrolls is no news.
    let live = (!follows).then_some("off");
    html! {
        <>
            { for fresh.filter(|fresh| fresh.seq.0 < rows.first).map(|fresh| log.to_fresh(fresh)) }
            <div {class} ref={node} {onscroll} {onclick} {oncontextmenu} {onpointerdown} {onpointermove} {onpointerup}
                {onpointercancel} role="log" tabindex="0" aria-live={live}
                aria-busy={view.loading.then_some("true")} aria-label={text_with("dialog.log", &[("name", name)])}>
                <div class="dialog__beyond" />
                <div class="dialog__rows">{ drawn }</div>
                <div class="dialog__beyond" />
            </div>
            <div class="dialog__foot">
                if !follows {
                    <button class="new-messages" type="button" onclick={to_newest}>
                        { Icon::Down.draw() }
                        { if unread > 0 { plural("dialog.new_messages", unread) } else { text("dialog.newest") } }
                    </button>
                }
                { children.clone() }
            </div>
        </>
    }
}

#[derive(Default)]
struct Memory {
    scroller: Scroller,
    told: Told,
    /// Where what is new to the user begins.
    fresh: Option<Fresh>,
    /// Somebody has looked since.
    looked: bool,
}

/// The first message the user had not read when they came, and how many there were.
#[derive(Clone, Copy)]
struct Fresh {
    seq: Seq,
    count: i64,
}

impl Memory {
    /// What is new stays marked as long as one looks at the Dialog, and is found out anew when one comes back.
    fn note_fresh(&mut self, view: &ConversationView, me: UserId, visible: bool) {
        if !self.looked {
            let count = view.unread(me);
            self.fresh = (count > 0).then(|| Fresh { seq: view.first_unread(me), count });
        }
        self.looked = visible;
    }
}

/// What scrolling needs whenever it happens: it asks for the conversation as it is then.
#[derive(Clone)]
struct Handle {
    node: NodeRef,
    memory: Local<Memory>,
    engine: Engine,
    id: ConversationId,
}

impl Handle {
    fn here(&self) -> Option<(Element, Rc<ConversationView>)> {
        let view = self.engine.state().conversations.get(&self.id).cloned();
        self.node.cast().zip(view)
    }

    fn settle(&self) {
        let Some((log, view)) = self.here() else { return };
        if self.memory.note(|memory| memory.scroller.settle(&log, &view)) {
            self.memory.set(|_| ());
        }
    }

    fn scrolled(&self) {
        let Some((log, view)) = self.here() else { return };
        let (at_end, redraw) = self.memory.note(|memory| memory.scroller.scrolled(&log, &view));
        if at_end != view.follows() {
            self.keep_place(at_end);
        } else if redraw {
            self.memory.set(|_| ());
        }
        self.load_around();
    }

    /// Leads to where what is new begins.
    fn to_fresh(&self, fresh: Fresh) -> Html {
        let (engine, id) = (self.engine.clone(), self.id);
        let onclick = Callback::from(move |_: MouseEvent| engine.load_message(id, fresh.seq));
        html! {
            <button class="first-unread" type="button" {onclick}>
                { Icon::Up.draw() }{ plural("dialog.new_messages", fresh.count) }
            </button>
        }
    }

    fn keep_place(&self, at_end: bool) {
        let anchor = self.memory.get().scroller.viewport.anchor;
        self.engine.set_place(self.id, if at_end { Place::Newest } else { Place::At(anchor) });
    }

    fn load_around(&self) {
        let seen = self.memory.get().scroller.viewport.seen();
        self.engine.load_around(self.id, seen);
    }
}

/// What the engine was told of a drawing.
#[derive(Clone, Copy, Default, PartialEq)]
struct Told {
    /// The message one came for, and whether the conversation is known to go so far: one may come before all is caught up.
    target: Option<(Seq, bool)>,
    /// What is in memory, and whether the server is there to bring more.
    there: Option<(Span, bool)>,
    /// The newest, where it is in view.
    read: Option<Seq>,
}

impl Handle {
    /// Goes to the message one came for; brings what is missing around what is seen, for a page may not be enough; and
    /// what is seen is read. Each once: what failed is tried again when the network is back, not at once.
    fn tell(&self, told: Told) {
        let before = self.memory.note(|memory| std::mem::replace(&mut memory.told, told));
        if let Some((seq, _)) = told.target.filter(|_| told.target != before.target) {
            self.engine.load_message(self.id, seq);
        }
        if told.there != before.there {
            self.load_around();
        }
        self.engine.bring_elsewhere(self.id, self.memory.get().scroller.drawn);
        if let Some(seq) = told.read.filter(|_| told.read != before.read) {
            self.engine.mark_read(self.id, seq);
        }
    }
}

/// After each drawing: keeps what one looks at where it is, also when sizes change, and until one comes back.
#[hook]
fn use_place(log: &Handle, told: Told) {
    {
        let log = log.clone();
        use_effect(move || {
            log.settle();
            log.tell(told);
        });
    }
    let log = log.clone();
    use_effect_with((), move |()| {
        let element = log.node.cast::<Element>();
        let rows = element.as_ref().and_then(parts).map(|[_, rows, _]| rows);
        let resized = log.clone();
        let unwatch = watch_size(element.into_iter().chain(rows), move || resized.settle());
        move || {
            unwatch();
            let view = log.engine.state().conversations.get(&log.id).cloned();
            if view.is_some_and(|view| !view.follows()) {
                log.keep_place(false);
            }
        }
    });
}

/// What rows show besides their messages.
struct Marks<'a> {
    /// The message one came for.
    target: Option<Seq>,
    /// Where what is new begins.
    fresh: Option<Seq>,
    selected: Option<&'a [Seq]>,
}

fn draw(kith: &Kith, view: &ConversationView, rows: Span, marks: &Marks<'_>) -> Html {
    let bubbles = view.timeline(kith.me(), rows, time::day);
    if bubbles.is_empty() {
        return nothing(view);
    }
    let (total, named) = (view.row_count().to_string(), view.is_group());
    let row = |(number, bubble): (i64, crate::state::Bubble)| {
        let (sender, bot) = match &bubble.content {
            Content::Message(message, None) => {
                (view.member_name(message.sender).to_owned().into(), view.is_bot(message.sender))
            }
            _ => (text("dialog.you"), false),
        };
        let notice = match &bubble.content {
            Content::Message(message, _) => group_notice(view, message, kith.me()),
            Content::Outgoing(_) => None,
        };
        let day = bubble.day.map(|at| time::day_label(at, kith.state.now));
        let (seq, conversation, hidden) = (Seq(number), view.id(), bubble.hidden);
        let selected = marks.selected.map(|selected| selected.contains(&seq));
        let class = class(
            "dialog__row",
            &[
                ("dialog__row--found", marks.target == Some(seq)),
                ("dialog__row--selected", selected == Some(true)),
            ],
        );
        html! {
            <article key={bubble.content.key()} {class} aria-posinset={number.to_string()} aria-setsize={total.clone()}>
                if let Some(day) = day {
                    <p class="dialog__day">{ day }</p>
                }
                if marks.fresh == Some(seq) {
                    <p class="dialog__fresh">{ text("dialog.fresh") }</p>
                }
                if let Some(notice) = notice {
                    <p class="dialog__notice">{ notice }</p>
                } else if !hidden {
                    if let Some(selected) = selected.filter(|_| number <= view.head().0) {
                        <input class="dialog__check" type="checkbox" checked={selected} aria-label={text("message.select")} />
                    }
                    <BubbleView {conversation} {bubble} {sender} {bot} {named} engine={kith.engine.clone()} />
                }
            </article>
        }
    };
    (rows.first..).zip(bubbles).map(row).collect()
}

fn nothing(view: &ConversationView) -> Html {
    if view.loaded || view.head() == Seq::ZERO {
        html! { <p class="dialog__empty">{ text("dialog.empty") }</p> }
    } else {
        html! {
            <div class="dialog__waiting" role="status"><span class="visually-hidden">{ text("dialog.loading") }</span></div>
        }
    }
}
