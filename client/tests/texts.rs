//! Every text the UI names is there in every language's file, and none is there for nothing.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows it in tests, but not in what helps them.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use kith_shared::problem::Code;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

#[path = "../build/texts.rs"]
mod language;

/// The texts of a language by their whole names.
fn texts(file: &Path) -> BTreeMap<String, String> {
    language::texts(&fs::read_to_string(file).unwrap()).unwrap()
}

/// Whether a literal of the UI is the name of a text: no other is small words with dots between.
fn is_name(literal: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    literal.contains('.') && literal.split('.').all(is_word)
}

/// The names of texts the UI has in its code, each with its file and whether it is asked for by a count.
fn used() -> Vec<(String, PathBuf, bool)> {
    let mut used = Vec::new();
    // The engine leaves some for the service worker.
    for file in files(&folder("src/ui"), "rs").into_iter().chain([folder("src/engine/push.rs")]) {
        for line in fs::read_to_string(&file).unwrap().lines().filter(|line| !line.trim().starts_with("//")) {
            let parts: Vec<&str> = line.split('"').collect();
            for pair in parts.windows(2).step_by(2).filter(|pair| is_name(pair[1])) {
                used.push((pair[1].to_owned(), file.clone(), pair[0].ends_with("plural(")));
            }
        }
    }
    used
}

#[test]
fn every_text_the_ui_names_is_there() {
    let used = used();
    assert!(used.len() > 100, "the names are not found any more: {used:?}");
    for language in files(&folder("locales"), "json") {
        let texts = texts(&language);
        for (name, file, counted) in &used {
            let name = if *counted { format!("{name}.other") } else { name.clone() };
            assert!(texts.contains_key(&name), "{} has no {name} of {}", language.display(), file.display());
        }
    }
}

#[test]
fn every_problem_has_a_sentence() {
    for language in files(&folder("locales"), "json") {
        let texts = texts(&language);
        for code in Code::ALL.iter().chain([&Code::Unknown]) {
            let name = format!("problem.{}", code.as_str());
            assert!(texts.contains_key(&name), "{} has no {name}", language.display());
        }
    }
}

#[test]
fn no_text_is_there_for_nothing() {
    let used = used();
    let codes: Vec<_> = Code::ALL.iter().chain([&Code::Unknown]).map(|code| code.as_str()).collect();
    for language in files(&folder("locales"), "json") {
        for name in texts(&language).keys() {
            let by_code = name.strip_prefix("problem.").is_some_and(|code| codes.contains(&code));
            let by_name = used.iter().any(|(used, _, counted)| match counted {
                true => name.rsplit_once('.').is_some_and(|(stem, _)| stem == used),
                false => name == used,
            });
            assert!(by_code || by_name, "{}: nobody uses {name}", language.display());
        }
    }
}

/// What is filled in: `%{name}`.
fn places(text: &str) -> BTreeSet<&str> {
    text.split("%{").skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

#[test]
fn every_language_has_the_same_texts_with_the_same_places() {
    let first = texts(&folder("locales/en.json"));
    for language in files(&folder("locales"), "json") {
        let other = texts(&language);
        assert!(first.keys().eq(other.keys()), "{}: {:?}", language.display(), differing(&first, &other));
        for (name, text) in &first {
            let mut found = places(&other[name]);
            // English has no need of it: its verb is the same for everybody.
            found.remove("has");
            assert_eq!(found, places(text), "{}: {name}", language.display());
        }
    }
}

fn differing<'a>(one: &'a BTreeMap<String, String>, other: &'a BTreeMap<String, String>) -> Vec<&'a String> {
    let lacking = |one: &'a BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        one.keys().filter(|name| !other.contains_key(*name)).collect::<Vec<_>>()
    };
    [lacking(one, other), lacking(other, one)].concat()
}

#[test]
fn what_the_app_looks_texts_up_in_is_in_order_a_line_each() {
    for file in files(&folder("locales"), "json") {
        let texts = texts(&file);
        assert!(texts.len() > 500, "{} has {}", file.display(), texts.len());
        let lines = language::lines("xx", &fs::read_to_string(&file).unwrap()).unwrap();
        let mut lines = lines.lines();
        assert_eq!(lines.next(), Some("xx"));
        for (name, text) in &texts {
            assert_eq!((lines.next(), lines.next()), (Some(name.as_str()), Some(text.as_str())));
        }
        assert_eq!(lines.next(), None);
    }
}
