//! What is done to a text where its caret is, as if it had been typed.

use web_sys::{HtmlTextAreaElement, InputEvent, InputEventInit};

/// Puts a sign before and after what is selected.
pub fn put_around(area: &HtmlTextAreaElement, sign: &str) {
    let (start, end) = selection(area);
    let length = sign.len() as u32;
    put(area, sign, end, end);
    put(area, sign, start, start);
    select(area, start + length, end + length);
}

/// Puts a text in the place of what is selected, and of so many of the browser's units before it.
pub fn write(area: &HtmlTextAreaElement, before: u32, text: &str) {
    let (start, end) = selection(area);
    let start = start.saturating_sub(before);
    put(area, text, start, end);
    let caret = start + text.encode_utf16().count() as u32;
    select(area, caret, caret);
}

/// What stands before the caret; nothing where something is selected.
pub fn text_before(area: &HtmlTextAreaElement) -> String {
    let (start, end) = selection(area);
    let (mut text, mut units) = (area.value(), 0);
    if start != end {
        return String::new();
    }
    let is_before = |c: &char| {
        units += c.len_utf16() as u32;
        units <= start
    };
    let length = text.chars().take_while(is_before).map(char::len_utf8).sum();
    text.truncate(length);
    text
}

fn selection(area: &HtmlTextAreaElement) -> (u32, u32) {
    let at = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or_default();
    (at(area.selection_start()), at(area.selection_end()))
}

fn put(area: &HtmlTextAreaElement, text: &str, start: u32, end: u32) {
    // Only places outside the text are refused, and these are the browser's own.
    let _ = area.set_range_text_with_start_and_end(text, start, end);
}

/// Ends the change too: it is heard of as one.
fn select(area: &HtmlTextAreaElement, start: u32, end: u32) {
    let _ = area.set_selection_range(start, end);
    let init = InputEventInit::new();
    init.set_bubbles(true);
    let typed = InputEvent::new_with_event_init_dict("input", &init);
    let _ = typed.and_then(|typed| area.dispatch_event(&typed));
}
