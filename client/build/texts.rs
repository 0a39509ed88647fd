//! What is in a language file: for the client's build, for the files of other languages, and for the tests.

use std::collections::BTreeMap;

use serde_json::{Error, Value, from_str};

/// A language's texts by their whole names: those of its objects and its own, with dots between.
///
/// # Errors
/// When it is no JSON object.
pub fn texts(json: &str) -> Result<BTreeMap<String, String>, Error> {
    let mut texts = BTreeMap::new();
    for (name, value) in from_str::<BTreeMap<String, Value>>(json)? {
        collect(name, value, &mut texts);
    }
    Ok(texts)
}

fn collect(name: String, value: Value, texts: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(parts) => {
            parts.into_iter().for_each(|(part, value)| collect(format!("{name}.{part}"), value, texts));
        }
        Value::String(text) => drop(texts.insert(name, text)),
        // Not a text: the tests find that it lacks.
        _ => {}
    }
}

/// The texts as the client looks them up: the language's name, then each text's name and what it says, a line each, in
/// the order of the names.
///
/// # Errors
/// When it is no JSON object.
pub fn lines(language: &str, json: &str) -> Result<String, Error> {
    let texts = texts(json)?;
    let lines = texts.iter().map(|(name, text)| format!("{name}\n{text}\n"));
    Ok(format!("{language}\n{}", lines.collect::<String>()))
}
