//! Every text the UI names is there in every language's file, and none is there for nothing.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows it in tests, but not in what helps them.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
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

/// The texts of a language by their whole names. The files are plain: names, and one text a line.
fn texts(file: &Path) -> BTreeMap<String, String> {
    let (mut texts, mut names) = (BTreeMap::new(), Vec::<String>::new());
    for line in fs::read_to_string(file).unwrap().lines().filter(|line| !line.trim().is_empty()) {
        let (name, text) = line.trim().split_once(':').unwrap_or_else(|| panic!("{line}"));
        names.truncate((line.len() - line.trim_start().len()) / 2);
        names.push(name.to_owned());
        if !text.is_empty() {
            texts.insert(names.join("."), text.trim().to_owned());
        }
    }
    texts.remove("_version");
    texts
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
    for language in files(&folder("locales"), "yml") {
        let texts = texts(&language);
        for (name, file, counted) in &used {
            let name = if *counted { format!("{name}.other") } else { name.clone() };
            assert!(texts.contains_key(&name), "{} has no {name} of {}", language.display(), file.display());
        }
    }
}

#[test]
fn every_problem_has_a_sentence() {
    for language in files(&folder("locales"), "yml") {
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
    for language in files(&folder("locales"), "yml") {
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
