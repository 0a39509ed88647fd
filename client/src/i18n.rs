//! All text of the UI, from one file per language in `client/locales/`.

use js_sys::{Array, Intl, Object};
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

thread_local! {
    /// Made once: that takes longer than asking it many times.
    static PLURALS: Intl::PluralRules = Intl::PluralRules::new(&languages(), &Object::new());
}

/// The text for a count, in the form the language has for it: `key.one`, `key.other`, and more where there are more.
pub fn plural(key: &str, count: i64) -> AttrValue {
    let form = PLURALS.with(|rules| rules.select(count as f64).as_string().unwrap_or_default());
    text_with(&format!("{key}.{form}"), &[("count", &count.to_string())])
}

/// A language's texts, made by the build.
struct Language {
    name: &'static str,
    /// Where in `texts` each begins: its name, and what it says, a line each; in the order of the names.
    starts: &'static [u16],
    texts: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The language the browser is set to, or the first of ours.
fn language(theirs: &str) -> &'static Language {
    let wanted = theirs.split('-').next().unwrap_or_default();
    LANGUAGES.iter().find(|language| language.name == wanted).unwrap_or(&LANGUAGES[0])
}

thread_local! {
    /// The browser's language, and ours for it; asked for once.
    static SPOKEN: (String, &'static Language) = {
        let theirs = web_sys::window().and_then(|window| window.navigator().language()).unwrap_or_default();
        let ours = language(&theirs);
        (theirs, ours)
    };
}

/// A name that has no text stands for itself.
fn find(key: &str) -> &str {
    let Language { starts, texts, .. } = SPOKEN.with(|(_, language)| *language);
    let part = |start: usize| texts[start..].split('\n').next().unwrap_or_default();
    let found = starts.binary_search_by(|start| part(usize::from(*start)).cmp(key));
    found.map_or(key, |place| part(usize::from(starts[place]) + key.len() + 1))
}

/// What numbers and times are written by: the language of the texts, as spoken where the user is.
pub fn languages() -> Array {
    SPOKEN.with(|(theirs, ours)| {
        let is_ours = theirs.split('-').next() == Some(ours.name);
        Array::of1(&JsValue::from_str(if is_ours { theirs } else { ours.name }))
    })
}
