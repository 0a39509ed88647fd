//! Makes of the language files what the app looks texts up in: for each language one text of all names and texts, in
//! order, and where in it each begins. What a crate would build at start, as tables to search, takes ten times the code.

// A build that can't go on says why and stops.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=locales");
    let languages = rust_i18n_support::load_locales("locales", |_| false);
    let first = languages.get("en").expect("locales/en.yml is there: others fall back to it");
    let mut code = String::from("static LANGUAGES: &[Language] = &[\n");
    // The first is the one that is fallen back to.
    write(&mut code, "en", first, first);
    for (name, texts) in languages.iter().filter(|(name, _)| *name != "en") {
        write(&mut code, name, texts, first);
    }
    code.push_str("];\n");
    let folder = std::env::var("OUT_DIR").expect("cargo sets it");
    std::fs::write(Path::new(&folder).join("texts.rs"), code).expect("the texts can be written");
}

/// What a language lacks it has from the first.
fn write(code: &mut String, name: &str, texts: &BTreeMap<String, String>, first: &BTreeMap<String, String>) {
    let (mut all, mut starts) = (String::new(), Vec::new());
    for (key, fallback) in first {
        starts.push(u16::try_from(all.len()).expect("a language's texts are shorter than 64 KiB"));
        write!(all, "{key}\n{}\n", texts.get(key).unwrap_or(fallback)).unwrap();
    }
    writeln!(code, "Language {{ name: {name:?}, starts: &{starts:?}, texts: {all:?} }},").unwrap();
}
