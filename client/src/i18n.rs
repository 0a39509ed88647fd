//! All text of the UI, from one file per language in `client/locales/`. English is in the module, for it is what there is
//! when nothing else comes; any other is a file of its own, which `boot/language.js` has fetched before the app starts.

use std::cell::Cell;

use js_sys::{Array, Intl, Object, Reflect};
use wasm_bindgen::JsValue;
use yew::AttrValue;

/// The text of this name in the user's language.
pub fn text(key: &'static str) -> AttrValue {
    AttrValue::from(find(key))
}

/// A text with `%{name}` replaced by each name's value.
pub fn text_with(key: &str, values: &[(&str, &str)]) -> AttrValue {
    let fill = |text: String, (name, value): &(&str, &str)| text.replace(&format!("%{{{name}}}"), value);
    AttrValue::from(values.iter().fold(find(key).to_owned(), fill))
}

/// The text for a count, in the form the language has for it: `key.one`, `key.other`, and more where there are more.
pub fn plural(key: &str, count: i64) -> AttrValue {
    let form = SPOKEN.get().plurals.select(count as f64).as_string().unwrap_or_default();
    text_with(&format!("{key}.{form}"), &[("count", &count.to_string())])
}

/// Made by the build of `locales/en.json`; a fetched one is as this: the language's name, then each text's name and what
/// it says, a line each, in the order of the names.
const FIRST: &str = include_str!(concat!(env!("OUT_DIR"), "/en.txt"));
/// Where on the window the texts of another language are found.
const FETCHED: &str = "kithTexts";

/// A language, and how it is spoken where the user is.
struct Language {
    name: &'static str,
    texts: &'static str,
    /// Where in `texts` each begins, by its name.
    starts: Vec<usize>,
    /// What numbers and times are written by.
    tag: String,
    /// Made once: that takes longer than asking it many times.
    plurals: Intl::PluralRules,
}

thread_local! {
    static SPOKEN: Cell<&'static Language> = Cell::new(learned());
}

/// Speaks the language that has been fetched, or English again. What is on the screen is not drawn again by that.
pub fn learn() {
    SPOKEN.set(learned());
}

/// What the language's file is named by: `en`.
pub fn language() -> &'static str {
    SPOKEN.get().name
}

/// What numbers and times are written by: the language of the texts, as spoken where the user is.
pub fn languages() -> Array {
    tags(&SPOKEN.get().tag)
}

/// Texts are kept for as long as the app runs, for widgets hold them: a few kilobytes each time one chooses a language.
fn learned() -> &'static Language {
    let fetched =
        web_sys::window().and_then(|window| Reflect::get(&window, &FETCHED.into()).ok()?.as_string());
    let lines = fetched.map_or(FIRST, |lines| Box::leak(lines.into_boxed_str()));
    let (name, texts) = lines.split_once('\n').unwrap_or_default();
    let mut start = 0;
    let begin = texts.split_inclusive('\n').map(|line| {
        start += line.len();
        start - line.len()
    });
    let starts = begin.step_by(2).collect();
    let tag = tag(name);
    let plurals = Intl::PluralRules::new(&tags(&tag), &Object::new());
    Box::leak(Box::new(Language { name, texts, starts, tag, plurals }))
}

/// The language as the user's browser has it, with the country; without one if it has another language.
fn tag(name: &str) -> String {
    let theirs = web_sys::window().map(|window| window.navigator().languages()).unwrap_or_default();
    let is_ours = |tag: &String| tag.split('-').next() == Some(name);
    theirs.iter().filter_map(|tag| tag.as_string()).find(is_ours).unwrap_or_else(|| name.to_owned())
}

fn tags(tag: &str) -> Array {
    Array::of1(&JsValue::from_str(tag))
}

/// A name that has no text stands for itself.
fn find(key: &str) -> &str {
    let Language { starts, texts, .. } = SPOKEN.get();
    let part = |start: usize| texts[start..].split('\n').next().unwrap_or_default();
    let found = starts.binary_search_by(|start| part(*start).cmp(key));
    found.map_or(key, |place| part(starts[place] + key.len() + 1))
}
