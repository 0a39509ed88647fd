//! A photo, seen whole: as large as the window, closer where one wants, and from there to the others of the dialog.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::media::{Attachment, FileKind};
use kith_shared::{FileId, Seq, routes};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::file::use_file;
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::page;
use super::sheet::Sheet;
use super::time;
use crate::engine::{FileState, Want};
use crate::i18n::text;
use crate::state::{ConversationView, Zoom};

/// Pixels one swipes at least to go on, or to be done.
const SWIPE: i32 = 60;
/// Hundredths of a press of a key, or a turn of the wheel; and of two taps.
const STEP: i32 = 125;
const CLOSE: i32 = 250;

#[derive(Properties)]
pub struct Props {
    pub view: Rc<ConversationView>,
    /// In their order.
    pub photos: Rc<Vec<(Seq, Attachment)>>,
    /// Which one came for, and of which message.
    pub seq: Seq,
    pub file: FileId,
    pub onclose: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.view, &other.view) && self.photos == other.photos && self.file == other.file
    }
}

/// What one looks at, and how.
struct Look {
    at: (Seq, FileId),
    zoom: Zoom,
    /// Fingers, or the mouse's button, that are down: which, and where.
    down: Vec<(i32, (i32, i32))>,
    /// How far the first of them has come.
    swiped: (i32, i32),
}

#[component]
pub fn Viewer(Props { view, photos: all, seq, file, onclose }: &Props) -> Html {
    let (kith, node) = (use_kith(), use_node_ref());
    let first = Look { at: (*seq, *file), zoom: Zoom::default(), down: Vec::new(), swiped: (0, 0) };
    let look = use_local(move || first);
    let at = look.get().at;
    let want = Want { file: at.1, conversation: view.id(), thumb: false, comes: true };
    let state = use_file(&kith.engine, Some(want));
    let place = all.iter().position(|(seq, photo)| (*seq, photo.file) == at);
    let Some((seq, photo)) = place.and_then(|place| all.get(place)).cloned() else {
        // It was deleted meanwhile.
        return html! { <Sheet class="viewer" label={text("viewer.gone")} at={None} onclose={onclose.clone()}><p class="viewer__gone">{ text("viewer.gone") }</p></Sheet> };
    };
    {
        // Where it is shown already, and does not come by itself, it does now.
        let engine = kith.engine.clone();
        use_effect_with((photo.file, state == FileState::Absent), move |(file, absent)| {
            if *absent {
                engine.load_file(*file);
            }
        });
    }
    let zoom = look.get().zoom;
    {
        let node = node.clone();
        use_effect(move || node.cast::<HtmlElement>().iter().for_each(|image| draw(image, zoom)));
    }
    let go: Rc<dyn Fn(i64)> = {
        let (look, all) = (look.clone(), all.clone());
        Rc::new(move |by: i64| {
            let next =
                place.and_then(|place| place.checked_add_signed(by as isize)).and_then(|next| all.get(next));
            if let Some((seq, photo)) = next {
                look.set(|look| (look.at, look.zoom) = ((*seq, photo.file), Zoom::default()));
            }
        })
    };
    let step = |by: i64| {
        let go = go.clone();
        Callback::from(move |_: MouseEvent| go(by))
    };
    let hand = Hand { look, go: go.clone(), onclose: onclose.clone() };
    let (has_before, has_after) = (place > Some(0), place.is_some_and(|place| place + 1 < all.len()));
    let shown = match state {
        FileState::Here(url) => Some(AttrValue::from(url)),
        _ => None,
    };
    let message = view.at_hand(seq);
    let by = message.map(|message| view.member_name(message.sender).to_owned());
    let sent = message.map(|message| time::exact(message.sent_at));
    html! {
        <Sheet class="viewer" label={photo.name.clone()} at={None} onclose={onclose.clone()}>
            <div class="viewer__bar">
                <span class="viewer__by"><b>{ by }</b>{ sent }</span>
                { button(Icon::Minus, "viewer.smaller", hand.zoom(80)) }
                { button(Icon::Plus, "viewer.larger", hand.zoom(STEP)) }
                <a class="icon-button" href={routes::file(photo.file)} download={photo.name.clone()} aria-label={text("viewer.save")} title={text("viewer.save")}>{ Icon::Down.draw() }</a>
                <button class="icon-button" aria-label={text("keys.close")} title={text("keys.close")}>{ Icon::Close.draw() }</button>
            </div>
            { hand.stage(&node, &photo, shown) }
            if has_before {
                <button class="icon-button viewer__before" type="button" aria-label={text("viewer.before")} onclick={step(-1)}>{ Icon::Back.draw() }</button>
            }
            if has_after {
                <button class="icon-button viewer__after" type="button" aria-label={text("viewer.after")} onclick={step(1)}>{ Icon::Back.draw() }</button>
            }
        </Sheet>
    }
}

fn button(icon: Icon, label: &'static str, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button class="icon-button" type="button" aria-label={text(label)} title={text(label)} {onclick}>{ icon.draw() }</button>
    }
}

/// The photos at hand, in the order they were sent.
pub fn at_hand(kith: &Kith, view: &ConversationView) -> Rc<Vec<(Seq, Attachment)>> {
    let mut photos = Vec::new();
    for message in view.messages.iter().filter(|message| !view.hides(message.seq)) {
        let shown = view.shown(message, kith.me());
        let files = shown.body.files().iter().filter(|file| file.kind == FileKind::Photo);
        photos.extend(files.map(|file| (message.seq, file.clone())));
    }
    Rc::new(photos)
}

/// Through the style object, as the page allows no style in its text.
fn draw(image: &HtmlElement, Zoom { percent, x, y }: Zoom) {
    for (property, value) in [("scale", format!("{percent}%")), ("translate", format!("{x}px {y}px"))] {
        // Only a style that can't be changed refuses, and an element's own can.
        let _ = image.style().set_property(property, &value);
    }
}

/// What one does with it by hand and by keys.
#[derive(Clone)]
struct Hand {
    look: Local<Look>,
    go: Rc<dyn Fn(i64)>,
    onclose: Callback<()>,
}

impl Hand {
    fn zoom(&self, hundredths: i32) -> Callback<MouseEvent> {
        let look = self.look.clone();
        Callback::from(move |_| look.set(|look| look.zoom = look.zoom.by(hundredths, (0, 0), window())))
    }

    /// Where the photo is, and all that is done with it.
    fn stage(&self, node: &NodeRef, photo: &Attachment, shown: Option<AttrValue>) -> Html {
        let hears = |does: fn(&Self, &PointerEvent)| {
            let hand = self.clone();
            Callback::from(move |event: PointerEvent| does(&hand, &event))
        };
        let (onpointerdown, onpointermove) = (hears(Self::pressed), hears(Self::moved));
        let (onpointerup, onpointercancel) = (hears(Self::released), hears(Self::released));
        let (turned, twice, keyed) = (self.clone(), self.clone(), self.clone());
        let onwheel = Callback::from(move |event: WheelEvent| {
            let hundredths = if event.delta_y() < 0.0 { STEP } else { 80 };
            let at = from_middle((event.client_x(), event.client_y()));
            turned.look.set(|look| look.zoom = look.zoom.by(hundredths, at, window()));
        });
        let ondblclick = Callback::from(move |event: MouseEvent| {
            let at = from_middle((event.client_x(), event.client_y()));
            twice.look.set(|look| {
                let close = look.zoom.is_close();
                look.zoom = if close { Zoom::default() } else { look.zoom.by(CLOSE, at, window()) };
            });
        });
        let onkeydown = Callback::from(move |event: KeyboardEvent| keyed.key(&event));
        html! {
            <div class="viewer__stage" tabindex="0" autofocus=true {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} {onwheel} {ondblclick} {onkeydown}>
                if let Some(shown) = shown {
                    <img class="viewer__image" ref={node.clone()} alt={photo.name.clone()} src={shown} draggable="false" />
                } else {
                    <span class="viewer__waits" role="status">{ text("file.loading") }</span>
                }
            </div>
        }
    }

    fn key(&self, event: &KeyboardEvent) {
        let zoom =
            |hundredths: i32| self.look.set(|look| look.zoom = look.zoom.by(hundredths, (0, 0), window()));
        match event.key().as_str() {
            "ArrowLeft" => (self.go)(-1),
            "ArrowRight" => (self.go)(1),
            "+" | "=" => zoom(STEP),
            "-" => zoom(80),
            "0" => self.look.set(|look| look.zoom = Zoom::default()),
            _ => return,
        }
        event.prevent_default();
    }

    fn pressed(&self, event: &PointerEvent) {
        if let Some(stage) = event.target_dyn_into::<HtmlElement>() {
            // One that is gone already can't be held.
            let _ = stage.set_pointer_capture(event.pointer_id());
        }
        self.look.note(|look| {
            look.down.push((event.pointer_id(), (event.client_x(), event.client_y())));
            look.swiped = (0, 0);
        });
    }

    fn moved(&self, event: &PointerEvent) {
        let now = (event.client_x(), event.client_y());
        let redraws = self.look.note(|look| {
            let others: Vec<_> =
                look.down.iter().filter(|(id, _)| *id != event.pointer_id()).copied().collect();
            let Some((_, before)) = look.down.iter_mut().find(|(id, _)| *id == event.pointer_id()) else {
                return false;
            };
            let was = std::mem::replace(before, now);
            let by = (now.0 - was.0, now.1 - was.1);
            if let Some((_, other)) = others.first() {
                let apart = |at: (i32, i32)| (at.0 - other.0).abs().max((at.1 - other.1).abs()).max(1);
                let middle = from_middle(((now.0 + other.0) / 2, (now.1 + other.1) / 2));
                look.zoom = look.zoom.by(apart(now) * 100 / apart(was), middle, window());
            } else if look.zoom.is_close() {
                look.zoom = look.zoom.moved(by, window());
            } else {
                look.swiped = (look.swiped.0 + by.0, look.swiped.1 + by.1);
                return false;
            }
            true
        });
        if redraws {
            self.look.set(|_| ());
        }
    }

    fn released(&self, event: &PointerEvent) {
        let (x, y) = self.look.note(|look| {
            look.down.retain(|(id, _)| *id != event.pointer_id());
            std::mem::take(&mut look.swiped)
        });
        if x.abs() > SWIPE && x.abs() > y.abs() {
            (self.go)(if x < 0 { 1 } else { -1 });
        } else if y > SWIPE * 2 {
            self.onclose.emit(());
        }
    }
}

/// Width and height in whole pixels.
fn window() -> (i32, i32) {
    let (width, height) = page::size();
    (width as i32, height as i32)
}

fn from_middle((x, y): (i32, i32)) -> (i32, i32) {
    let (width, height) = window();
    (x - width / 2, y - height / 2)
}
