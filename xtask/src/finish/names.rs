//! Short names between the module and its JavaScript. wasm-bindgen's carry a hash each, on both sides, and a hash is what
//! no compression makes smaller: together they are a twentieth of what a visitor loads.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};

/// Sections of a module, by the WebAssembly specification (5.5).
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
/// The magic number and the version.
const HEADER: usize = 8;
/// Whom wasm-bindgen has the module import from, and whom it imports from now.
const GLUE: &str = "./client_bg.js";
const SHORT_GLUE: &str = "_";

/// The module and its glue, with the same short names in both.
pub fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let mut names = Names::default();
    let (header, sections) = wasm.split_at_checked(HEADER).context("the module is too short")?;
    let (mut short, mut sections) = (header.to_vec(), Reader(sections));
    while !sections.0.is_empty() {
        let kind = sections.byte()?;
        let section = sections.bytes()?;
        let section = match kind {
            IMPORTS => imports(Reader(section), &mut names)?,
            EXPORTS => exports(Reader(section), &mut names)?,
            _ => section.to_vec(),
        };
        short.push(kind);
        write_bytes(&mut short, &section);
    }
    Ok((short, names.put_into(glue)))
}

fn imports(mut section: Reader, names: &mut Names) -> Result<Vec<u8>> {
    let mut short = Vec::new();
    let count = section.number()?;
    write_number(&mut short, count);
    for _ in 0..count {
        ensure!(section.bytes()? == GLUE.as_bytes(), "the module imports from somewhere else");
        write_bytes(&mut short, SHORT_GLUE.as_bytes());
        write_bytes(&mut short, names.short(section.name()?).as_bytes());
        ensure!(section.byte()? == 0, "the module imports something else than functions");
        short.push(0);
        write_number(&mut short, section.number()?);
    }
    Ok(short)
}

fn exports(mut section: Reader, names: &mut Names) -> Result<Vec<u8>> {
    let mut short = Vec::new();
    let count = section.number()?;
    write_number(&mut short, count);
    for _ in 0..count {
        write_bytes(&mut short, names.short(section.name()?).as_bytes());
        short.push(section.byte()?);
        write_number(&mut short, section.number()?);
    }
    Ok(short)
}

/// Each long name with its short one.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    /// The name to use now. Only wasm-bindgen's own are changed: no other word of the glue is like one of them.
    fn short(&mut self, name: &str) -> String {
        if !name.starts_with("__wb") && !name.starts_with("wasm_bindgen__") {
            return name.to_owned();
        }
        let next = letters(self.0.len());
        self.0.entry(name.to_owned()).or_insert(next).clone()
    }

    fn put_into(&self, glue: &str) -> String {
        let glue = glue.replace(&format!("\"{GLUE}\""), &format!("\"{SHORT_GLUE}\""));
        let mut short = String::with_capacity(glue.len());
        for part in glue.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            short.push_str(self.0.get(word).map_or(word, String::as_str));
            short.push_str(&part[word.len()..]);
        }
        short
    }
}

/// a, b, …, z, ba, bb, …: always another.
fn letters(mut number: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
        if number == 0 {
            return letters.iter().rev().collect();
        }
    }
}

/// What is left to be read. Numbers are unsigned LEB128; text and sections have their length before them.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8> {
        let (byte, rest) = self.0.split_first().context("the module ends too early")?;
        self.0 = rest;
        Ok(*byte)
    }

    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        anyhow::bail!("the module has a number that is too long")
    }

    fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        let (bytes, rest) = self.0.split_at_checked(length).context("the module ends too early")?;
        self.0 = rest;
        Ok(bytes)
    }

    fn name(&mut self) -> Result<&'a str> {
        Ok(std::str::from_utf8(self.bytes()?)?)
    }
}

fn write_number(into: &mut Vec<u8>, mut number: usize) {
    loop {
        let bits = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            return into.push(bits);
        }
        into.push(bits | 0x80);
    }
}

fn write_bytes(into: &mut Vec<u8>, bytes: &[u8]) {
    write_number(into, bytes.len());
    into.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(import: &str, exported: &[&str]) -> Vec<u8> {
        let (mut imports, mut exports) = (vec![1], vec![exported.len() as u8]);
        write_bytes(&mut imports, if import.len() > 2 { GLUE } else { SHORT_GLUE }.as_bytes());
        write_bytes(&mut imports, import.as_bytes());
        imports.extend([0, 5]);
        for name in exported {
            write_bytes(&mut exports, name.as_bytes());
            exports.extend([0, 9]);
        }
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        for (kind, section) in [(1, vec![0; 200]), (IMPORTS, imports), (EXPORTS, exports)] {
            module.push(kind);
            write_bytes(&mut module, &section);
        }
        module
    }

    #[test]
    fn a_name_is_the_same_short_one_on_both_sides_and_others_stay() {
        let long =
            module("__wbg_log_0123456789abcdef", &["memory", "__wbindgen_malloc", "wasm_bindgen__x_h1"]);
        let glue = "{\"./client_bg.js\": {__wbg_log_0123456789abcdef: f}}; wasm.__wbindgen_malloc(wasm.memory); \
                    wasm.wasm_bindgen__x_h1; function __wbg_init() {}";
        let (short, glue) = shorten(&long, glue).unwrap();
        assert_eq!(short, module("a", &["memory", "b", "c"]));
        assert_eq!(glue, "{\"_\": {a: f}}; wasm.b(wasm.memory); wasm.c; function __wbg_init() {}");
    }

    #[test]
    fn every_number_has_letters_of_its_own() {
        let all: Vec<String> = (0..1000).map(letters).collect();
        let different: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert_eq!((letters(25), letters(26)), ("z".to_owned(), "ba".to_owned()));
    }

    #[test]
    fn what_is_no_such_module_is_refused() {
        let long = module("__wbg_log_0123456789abcdef", &[]);
        assert!(shorten(&long[..long.len() - 1], "").is_err());
        assert!(shorten(b"\0asm", "").is_err());
        assert!(shorten(&module("a", &[]), "").is_err(), "done already");
    }
}
