//! What widgets need to know of the page around them.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AudioContext, CanvasRenderingContext2d, Document, Element, EventTarget, HtmlCanvasElement, HtmlElement,
    HtmlImageElement, ResizeObserver, ScrollIntoViewOptions, ScrollLogicalPosition, VisibilityState, Window,
};
use yew::prelude::*;

fn window() -> Option<Window> {
    web_sys::window()
}

/// What hears all that happens in the page.
pub fn document_target() -> Option<EventTarget> {
    document().map(EventTarget::from)
}

fn document() -> Option<Document> {
    window()?.document()
}

/// What a text in Base64 stands for.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let decoded = window()?.atob(text).ok()?;
    // The browser gives a character for each byte.
    Some(decoded.chars().map(|byte| byte as u8).collect())
}

/// The whole address of a path here.
pub fn address(path: &str) -> String {
    let origin = window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    format!("{origin}{path}")
}

/// A short tone, for what comes.
pub fn sound() {
    // A browser that plays nothing before one has pressed something says so, and need not.
    let _ = tone();
}

fn tone() -> Result<(), JsValue> {
    let context = AudioContext::new()?;
    let (tone, volume) = (context.create_oscillator()?, context.create_gain()?);
    let begins = context.current_time();
    tone.frequency().set_value(880.0);
    tone.frequency().set_value_at_time(1174.7, begins + 0.09)?;
    volume.gain().set_value_at_time(0.08, begins)?;
    volume.gain().linear_ramp_to_value_at_time(0.0, begins + 0.3)?;
    tone.connect_with_audio_node(&volume)?.connect_with_audio_node(&context.destination())?;
    let ended = Closure::once_into_js(move || drop(context.close()));
    tone.set_onended(Some(ended.unchecked_ref()));
    tone.start()?;
    tone.stop_with_when(begins + 0.3)
}

/// Whether the text is on the clipboard now. Where there is none, what is on the screen can be marked by hand.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    if !js_sys::Reflect::has(&window.navigator(), &"clipboard".into()).unwrap_or(false) {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// As [`copy`], for where nothing depends on it.
pub fn copy_soon(text: String) {
    spawn_local(async move {
        let _ = copy(&text).await;
    });
}

/// Whether somebody may be looking.
pub fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Of the window, in pixels.
pub fn height() -> f64 {
    window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or_default()
}

/// Of the window, in pixels: width and height.
pub fn size() -> (f64, f64) {
    let width = window().and_then(|window| window.inner_width().ok()?.as_f64()).unwrap_or_default();
    (width, height())
}

/// Whether some of the page's text is marked.
pub fn has_selection() -> bool {
    let selection = window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// Whether one points with a finger: then a keyboard is a guest that covers half the screen.
pub fn is_touched() -> bool {
    is_so("(pointer: coarse)")
}

pub fn wants_less_motion() -> bool {
    is_so("(prefers-reduced-motion: reduce)")
}

/// Whether this is true of the screen and of whom it is for.
fn is_so(query: &str) -> bool {
    let query = window().and_then(|window| window.match_media(query).ok().flatten());
    query.is_some_and(|query| query.matches())
}

/// The first picture of one that moves, or the one there is, as an address.
pub fn first_picture(image: &HtmlImageElement) -> Option<String> {
    let canvas: HtmlCanvasElement = document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(image.natural_width());
    canvas.set_height(image.natural_height());
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_html_image_element(image, 0.0, 0.0).ok()?;
    canvas.to_data_url().ok()
}

/// The icon of the page's tab says whether something is unread.
pub fn set_icon(unread: bool) {
    let icon = if unread { "/logo_unread.svg" } else { "/logo.svg" };
    if let Some(link) = find("link[rel=icon]") {
        // Only a name that is none is refused.
        let _ = link.set_attribute("href", icon);
    }
}

/// The first element the selector finds.
pub fn find(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok()?
}

/// Puts the focus on the first element the selector finds.
pub fn focus(selector: &str) {
    if let Some(element) = find(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        focus_on(&element);
    }
}

/// Presses the first element the selector finds.
pub fn press(selector: &str) {
    if let Some(element) = find(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

/// Scrolls the first element the selector finds into view, no further than it takes.
pub fn scroll_to(selector: &str) {
    if let Some(element) = find(selector) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Scrolls the first element the selector finds to the top.
pub fn scroll_to_top(selector: &str) {
    find(selector).iter().for_each(Element::scroll_into_view);
}

/// Calls `heard` with every key that is pressed and that no widget took, until what is given back is called.
pub fn hear_keys(heard: impl Fn(KeyboardEvent) + 'static) -> impl FnOnce() {
    hear(window().map(EventTarget::from), "keydown", move |event| {
        if let Ok(event) = event.dyn_into() {
            heard(event);
        }
    })
}

/// Calls `heard` with every such event, until what is given back is called.
pub fn hear(
    target: Option<EventTarget>,
    event: &'static str,
    heard: impl Fn(Event) + 'static,
) -> impl FnOnce() {
    let heard = Closure::<dyn Fn(Event)>::new(heard);
    if let Some(target) = &target {
        // Only what is no function is refused.
        let _ = target.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
    }
    move || {
        if let Some(target) = target {
            let _ = target.remove_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
        }
    }
}

pub fn focus_on(element: &HtmlElement) {
    // Only an element that is not in the document can't be focused, and then there is nothing to do.
    let _ = element.focus();
}

/// Whether the page is visible; draws the widget again when that changes.
#[hook]
pub fn use_page_visible() -> bool {
    let visible = use_state_eq(is_visible);
    let setter = visible.setter();
    use_effect_with((), move |()| {
        hear(document_target(), "visibilitychange", move |_| setter.set(is_visible()))
    });
    *visible
}

/// Calls `resized` whenever the size of one of the elements changes, until what is given back is called.
pub fn watch_size(elements: impl Iterator<Item = Element>, resized: impl Fn() + 'static) -> impl FnOnce() {
    let heard = Closure::<dyn FnMut()>::new(resized);
    let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok();
    if let Some(observer) = &observer {
        elements.for_each(|element| observer.observe(&element));
    }
    move || {
        if let Some(observer) = observer {
            observer.disconnect();
        }
        drop(heard);
    }
}
