//! A finger that stays is what the other mouse button is: whoever hears `contextmenu` hears of it, also in a browser that
//! does not tell of it by itself.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Event, EventTarget, MouseEvent, MouseEventInit, PointerEvent};

use super::page;

/// So long it stays, in milliseconds.
const LONG: u32 = 450;
/// Pixels it may tremble.
const TREMBLE: i32 = 10;

/// A finger on the screen: where it came down, and what happens unless it moves or goes.
type Finger = Rc<RefCell<Option<((i32, i32), Timeout)>>>;

/// Listens as long as the page is there.
pub fn listen() {
    let finger = Finger::default();
    let hear = |event, heard: fn(&Finger, &PointerEvent)| {
        let finger = finger.clone();
        let unhear = page::hear(page::document_target(), event, move |event: Event| {
            if let Some(event) = event.dyn_ref() {
                heard(&finger, event);
            }
        });
        std::mem::forget(unhear);
    };
    hear("pointerdown", down);
    hear("pointermove", |finger, event| {
        let (x, y) = at(event);
        let moved = |(from, _): &((i32, i32), Timeout)| (from.0 - x).abs().max((from.1 - y).abs()) > TREMBLE;
        if finger.borrow().as_ref().is_some_and(moved) {
            finger.take();
        }
    });
    hear("pointerup", |finger, _| drop(finger.take()));
    hear("pointercancel", |finger, _| drop(finger.take()));
}

fn down(finger: &Finger, event: &PointerEvent) {
    finger.take();
    let (at, target) = (at(event), event.target());
    if event.pointer_type() != "mouse" {
        let stays = Timeout::new(LONG, move || target.iter().for_each(|target| tell(target, at)));
        finger.replace(Some((at, stays)));
    }
}

fn at(event: &PointerEvent) -> (i32, i32) {
    (event.client_x(), event.client_y())
}

fn tell(target: &EventTarget, (x, y): (i32, i32)) {
    let init = MouseEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    init.set_client_x(x);
    init.set_client_y(y);
    // Only a name or a target that is none is refused.
    if let Ok(event) = MouseEvent::new_with_mouse_event_init_dict("contextmenu", &init) {
        let _ = target.dispatch_event(&event);
    }
}
