//! Makes of the texts the client brings along what it looks them up in. What a crate would build at start, as tables to
//! search, takes ten times the code.

// A build that can't go on says why and stops.
#![allow(clippy::expect_used)]

mod texts;

use std::fs;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=locales/en.json");
    let json = fs::read_to_string("locales/en.json").expect("locales/en.json is there");
    let lines = texts::lines("en", &json).expect("locales/en.json is an object");
    let folder = std::env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&folder).join("en.txt"), lines).expect("the texts can be written");
}
