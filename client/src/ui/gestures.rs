//! What one does with messages by hand: the menu, by its button, the other mouse button or a long press; a swipe, which
//! answers; a photo that is opened; and while one selects, a press. A Dialog hears all of it in one place, so that its rows need not.

use kith_shared::message::Body;
use kith_shared::{ConversationId, PackId, Seq};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::chosen::{Above, Chosen};
use super::local::Local;
use super::page;
use crate::engine::Engine;

/// Pixels a finger may tremble.
const TREMBLE: i32 = 10;
/// Pixels one swipes at most, and at least for it to count.
const SWIPE: std::ops::RangeInclusive<i32> = 56..=72;

/// A finger on a message.
pub struct Touch {
    row: HtmlElement,
    seq: Seq,
    start: (i32, i32),
    /// How far the message was swiped.
    swiped: Option<i32>,
}

/// Hears of it, for one conversation.
#[derive(Clone)]
pub struct Gestures {
    pub engine: Engine,
    pub conversation: ConversationId,
    pub chosen: Local<Chosen>,
}

impl Gestures {
    pub fn clicked(&self, event: &MouseEvent) {
        let Some((row, seq)) = self.message(event) else { return };
        if self.selects() {
            event.prevent_default();
            self.chosen.set(|chosen| chosen.toggle(seq));
            return;
        }
        let target = event.target_dyn_into::<Element>();
        let button = target.and_then(|target| target.closest(".bubble__more").ok().flatten());
        if let Some(pack) = self.pack(event, seq) {
            self.engine.look_at_pack(Some(pack));
        } else if let Some(button) = button.filter(|button| row.contains(Some(button))) {
            let place = button.get_bounding_client_rect();
            self.open(seq, (place.left() as i32, place.bottom() as i32));
            return;
        }
        let photo = event.target_dyn_into::<Element>().and_then(|it| it.closest("[data-file]").ok()?);
        let file = photo.and_then(|photo| photo.get_attribute("data-file")?.parse().ok());
        if let Some(file) = file {
            self.chosen.set(|chosen| chosen.above = Some(Above::View(seq, file)));
        }
    }

    /// Where text is marked, or on a link, the browser's own menu is what one wants.
    pub fn context_menu(&self, event: &MouseEvent) {
        let on_link = event
            .target_dyn_into::<Element>()
            .is_some_and(|target| target.closest("a").is_ok_and(|link| link.is_some()));
        let Some((_, seq)) = self.message(event).filter(|_| !on_link && !page::has_selection()) else {
            return;
        };
        event.prevent_default();
        self.forget();
        if !self.selects() {
            self.open(seq, (event.client_x(), event.client_y()));
        }
    }

    pub fn pressed(&self, event: &PointerEvent) {
        self.forget();
        let Some((row, seq)) = self.message(event) else { return };
        if event.pointer_type() == "mouse" || self.selects() {
            return;
        }
        let start = (event.client_x(), event.client_y());
        let touch = Touch { row, seq, start, swiped: None };
        self.chosen.note(|chosen| chosen.touch = Some(touch));
    }

    pub fn moved(&self, event: &PointerEvent) {
        let scrolls = self.chosen.note(|chosen| {
            let Some(touch) = &mut chosen.touch else { return false };
            let (x, y) = (event.client_x() - touch.start.0, event.client_y() - touch.start.1);
            if touch.swiped.is_none() && y.abs() > TREMBLE {
                return true;
            }
            if touch.swiped.is_some() || x.abs() > TREMBLE {
                let swiped = x.clamp(0, *SWIPE.end());
                touch.swiped = Some(swiped);
                shift(&touch.row, &format!("{swiped}px"));
            }
            false
        });
        if scrolls {
            self.forget();
        }
    }

    pub fn released(&self) {
        let Some(touch) = self.forget() else { return };
        let state = self.engine.state();
        let view = state.conversations.get(&self.conversation);
        let answers = touch.swiped.is_some_and(|swiped| SWIPE.contains(&swiped));
        if answers && view.is_some_and(|view| view.may_answer(touch.seq)) {
            self.engine.set_reply(self.conversation, Some(touch.seq));
        }
    }

    /// Whatever was begun is over.
    pub fn forget(&self) -> Option<Touch> {
        let touch = self.chosen.note(|chosen| chosen.touch.take())?;
        if touch.swiped.is_some() {
            shift(&touch.row, "");
        }
        Some(touch)
    }

    /// The pack of the sticker that was pressed, if one was.
    fn pack(&self, event: &Event, seq: Seq) -> Option<PackId> {
        event.target_dyn_into::<Element>()?.closest(".sticker").ok()??;
        let state = self.engine.state();
        match &state.conversations.get(&self.conversation)?.at_hand(seq)?.body {
            Body::Sticker(sent) => Some(sent.pack),
            _ => None,
        }
    }

    fn open(&self, seq: Seq, at: (i32, i32)) {
        self.chosen.set(|chosen| chosen.above = Some(Above::Menu(seq, at)));
    }

    fn selects(&self) -> bool {
        self.chosen.get().selected.is_some()
    }

    /// The message something happened to; none that is still in the outbox, and no notice: there is nothing to do with it.
    fn message(&self, event: &Event) -> Option<(HtmlElement, Seq)> {
        let target = event.target_dyn_into::<Element>()?;
        let row = target.closest(".dialog__row").ok()??.dyn_into::<HtmlElement>().ok()?;
        let seq = Seq(row.get_attribute("aria-posinset")?.parse().ok()?);
        let state = self.engine.state();
        let message = state.conversations.get(&self.conversation)?.at_hand(seq)?;
        (!matches!(message.body, Body::Notice(_))).then_some((row, seq))
    }
}

/// Set through the style object, as the page allows no style in its text.
fn shift(row: &HtmlElement, pixels: &str) {
    // Only a style that can't be changed refuses, and an element's own can.
    let _ = row.style().set_property("--swiped", pixels);
}
