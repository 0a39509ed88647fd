//! All text of the UI, from one file per language in `client/locales/`.

use std::borrow::Cow;

use js_sys::{Array, Intl, Object};
use rust_i18n::t;
use wasm_bindgen::JsValue;
use yew::AttrValue;

/// The text of this name in the user's language.
pub fn text(key: &'static str) -> AttrValue {
    AttrValue::from(find(key))
}

/// A text with `%{name}` replaced by each name's value.
pub fn text_with(key: &str, values: &[(&str, &str)]) -> AttrValue {
    let fill = |text: String, (name, value): &(&str, &str)| text.replace(&format!("%{{{name}}}"), value);
    AttrValue::from(values.iter().fold(find(key).into_owned(), fill))
}

thread_local! {
    /// Made once: that takes longer than asking it many times.
    static PLURALS: Intl::PluralRules = Intl::PluralRules::new(&languages(), &Object::new());
}

/// The text for a count, in the form the language has for it: `key.one`, `key.other`, and more where there are more.
pub fn plural(key: &str, count: i64) -> AttrValue {
    let form = PLURALS.with(|rules| rules.select(count as f64).as_string().unwrap_or_default());
    text_with(&format!("{key}.{form}"), &[("count", &count.to_string())])
}

/// A function, not the macro: each call of that is half a kilobyte.
fn find(key: &str) -> Cow<'_, str> {
    t!(key)
}

/// What numbers and times are written by: the language of the texts, as spoken where the user is.
pub fn languages() -> Array {
    let ours = rust_i18n::locale();
    let theirs = web_sys::window().and_then(|window| window.navigator().language()).unwrap_or_default();
    let language = if theirs.split('-').next() == Some(&*ours) { theirs } else { ours.to_string() };
    Array::of1(&JsValue::from_str(&language))
}
