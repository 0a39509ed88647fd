//! Times as people read them, in their own time zone.

use std::cell::RefCell;
use std::ptr;

use js_sys::{Date, Function, Intl, Object, Reflect};
use kith_shared::Millis;
use wasm_bindgen::{JsCast, JsValue};
use yew::AttrValue;

use crate::i18n::{languages, text, text_with};

const DAY: Millis = 24 * 3_600_000;

/// What a time is written with, as `Intl.DateTimeFormat` names it.
type Parts = &'static [(&'static str, &'static str)];

thread_local! {
    /// Each is made once: making one takes longer than writing many times with it, and a screen is full of times.
    static FORMATS: RefCell<Vec<(Parts, Function)>> = const { RefCell::new(Vec::new()) };
}

/// Times are written in another language from now on.
pub fn forget() {
    FORMATS.take();
}

/// Makes ready what the times of a dialog are written with: the first of each is slow.
pub fn prepare() {
    exact(0);
    date(0);
}

/// `14:03`
pub fn clock(at: Millis) -> AttrValue {
    format(at, &[("hour", "numeric"), ("minute", "2-digit")])
}

/// In the Contact List: the time today, the weekday this week, the date before.
pub fn short(at: Millis, now: Millis) -> AttrValue {
    match day(now) - day(at) {
        0 => clock(at),
        1 => text("time.yesterday"),
        2..7 => format(at, &[("weekday", "short")]),
        _ => format(at, &[("day", "numeric"), ("month", "short")]),
    }
}

/// Over a day's messages.
pub fn day_label(at: Millis, now: Millis) -> AttrValue {
    match day(now) - day(at) {
        0 => text("time.today"),
        1 => text("time.yesterday"),
        2..7 => format(at, &[("weekday", "long")]),
        _ => date(at),
    }
}

/// `last seen 14:03`, by day before today.
pub fn last_seen(at: Millis, now: Millis) -> AttrValue {
    let time = match day(now) - day(at) {
        ..=0 => clock(at),
        1 => text("presence.yesterday"),
        2..7 => format(at, &[("weekday", "long")]),
        _ => date(at),
    };
    text_with("presence.last_seen", &[("time", &time)])
}

/// `24 November 2026`
pub fn date(at: Millis) -> AttrValue {
    format(at, &[("day", "numeric"), ("month", "long"), ("year", "numeric")])
}

/// `Tue, 24 Nov, 14:03`: for whoever wants to know exactly.
pub fn exact(at: Millis) -> AttrValue {
    const PARTS: Parts = &[
        ("weekday", "short"),
        ("day", "numeric"),
        ("month", "short"),
        ("hour", "numeric"),
        ("minute", "2-digit"),
    ];
    format(at, PARTS)
}

/// Numbers the days of the user's own time zone.
pub fn day(at: Millis) -> i64 {
    let offset = js_date(at).get_timezone_offset() as Millis * 60_000;
    (at - offset).div_euclid(DAY)
}

/// When the next day has begun for most: at eight in the morning.
pub fn tomorrow(now: Millis) -> Millis {
    on_day(now, 1, 8)
}

/// An hour of a day, so many days from now.
pub fn on_day(now: Millis, days: u32, hour: u32) -> Millis {
    let date = js_date(now);
    date.set_date(date.get_date() + days);
    date.set_hours(hour);
    date.set_minutes(0);
    date.set_seconds(0);
    date.get_time() as Millis
}

/// When a day like `2026-01-31` begins, in the user's own time zone.
pub fn start(date: &str) -> Option<Millis> {
    parse(&format!("{date}T00:00"))
}

/// A time like `2026-01-31T09:00`, as a field for times has it, in the user's own time zone.
pub fn parse(text: &str) -> Option<Millis> {
    let at = Date::parse(text);
    (!at.is_nan()).then_some(at as Millis)
}

fn format(at: Millis, parts: Parts) -> AttrValue {
    let format = FORMATS.with_borrow_mut(|formats| {
        let known = formats.iter().find(|(of, _)| ptr::eq(*of, parts)).map(|(_, format)| format.clone());
        known.unwrap_or_else(|| {
            let format = make(parts);
            formats.push((parts, format.clone()));
            format
        })
    });
    let text = format.call1(&JsValue::UNDEFINED, js_date(at).unchecked_ref());
    text.ok().and_then(|text| text.as_string()).unwrap_or_default().into()
}

fn make(parts: Parts) -> Function {
    let wanted = Object::new();
    for (name, value) in parts {
        // A fresh object takes any property.
        let _ = Reflect::set(&wanted, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    Intl::DateTimeFormat::new(&languages(), &wanted).format()
}

fn js_date(at: Millis) -> Date {
    Date::new(&JsValue::from_f64(at as f64))
}
