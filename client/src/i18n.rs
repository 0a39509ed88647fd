//! All text of the UI, from one file per language in `client/locales/`.

use js_sys::{Array, Intl, Object};
use rust_i18n::t;
use wasm_bindgen::JsValue;

/// The text of this name in the user's language. A function, not the macro: each call of that is half a kilobyte.
pub fn text(key: &str) -> String {
    t!(key).into_owned()
}

/// A text with `%{name}` replaced by each name's value.
pub fn text_with(key: &str, values: &[(&str, &str)]) -> String {
    let fill = |text: String, (name, value): &(&str, &str)| text.replace(&format!("%{{{name}}}"), value);
    values.iter().fold(text(key), fill)
}

/// The text for a count, in the form the language has for it: `key.one`, `key.other`, and more where there are more.
pub fn plural(key: &str, count: i64) -> String {
    let rules = Intl::PluralRules::new(&languages(), &Object::new());
    let form = rules.select(count as f64).as_string().unwrap_or_default();
    text_with(&format!("{key}.{form}"), &[("count", &count.to_string())])
}

/// What numbers and times are written by: the language of the texts, as spoken where the user is.
pub fn languages() -> Array {
    let ours = rust_i18n::locale();
    let theirs = web_sys::window().and_then(|window| window.navigator().language()).unwrap_or_default();
    let language = if theirs.split('-').next() == Some(&*ours) { theirs } else { ours.to_string() };
    Array::of1(&JsValue::from_str(&language))
}
