//! What the document's placeholders, such as `{mia}`, stand for in this run.

use std::collections::{BTreeSet, HashMap};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};
use uuid::Uuid;

#[derive(Default)]
pub struct Names(HashMap<String, String>);

impl Names {
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("{{{name}}} is not known yet"))
    }

    /// Says beforehand what a name stands for.
    pub fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    /// Puts values in the place of names; one that has none yet gets an id, as a device makes them.
    pub fn fill(&mut self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            filled.push_str(before);
            let name = after[1..].split('}').next().unwrap_or_default();
            if is_name(name) && after[1..].len() > name.len() {
                let value = self.0.entry(name.to_owned()).or_insert_with(|| Uuid::now_v7().to_string());
                filled.push_str(value);
                rest = &after[name.len() + 2..];
            } else {
                filled.push('{');
                rest = &after[1..];
            }
        }
        filled + rest
    }

    /// Holds an answer against the one that is documented: the same fields and values, but that times may be others.
    /// Names without a value yet take theirs from it.
    pub fn hold(&mut self, documented: &Value, got: &Value) -> Result<(), String> {
        match (documented, got) {
            (Value::Object(all), Value::Object(there)) if keys(all) == keys(there) => {
                all.iter().try_for_each(|(key, value)| self.hold(value, &there[key]))
            }
            (Value::Array(all), Value::Array(there)) if all.len() == there.len() => {
                all.iter().zip(there).try_for_each(|(value, got)| self.hold(value, got))
            }
            (Value::String(text), Value::String(value)) => {
                let name = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
                let known =
                    name.map_or(text, |name| self.0.entry(name.to_owned()).or_insert_with(|| value.clone()));
                same(known == value, documented, got)
            }
            _ => same(documented == got || (is_time(documented) && is_time(got)), documented, got),
        }
    }
}

impl Names {
    /// Holds what a header says against what is documented, in which one name may stand; it takes its value from it.
    pub fn hold_header(&mut self, documented: &str, got: &str) {
        let (before, rest) = documented.split_once('{').unwrap_or((documented, "}"));
        let (name, after) = rest.split_once('}').unwrap_or_default();
        let value = got.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        let value = value.unwrap_or_else(|| panic!("documented is {documented}, but it is {got}"));
        let known = self.0.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        assert_eq!(known, value, "{documented}");
    }
}

/// A map's keys, in no order: JSON's fields have none.
fn keys(of: &Map<String, Value>) -> BTreeSet<&String> {
    of.keys().collect()
}

fn same(is_same: bool, documented: &Value, got: &Value) -> Result<(), String> {
    if is_same { Ok(()) } else { Err(format!("documented is\n{documented}\nbut it is\n{got}")) }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
}

/// In the document it is the first moment of 2026.
const DOCUMENTED_NOW: i64 = 1_767_225_600_000;

/// Makes times that are sent lie as far ahead as they do in the document.
pub fn bring_up_to_now(sent: &mut Value) {
    match sent {
        Value::Object(fields) => fields.values_mut().for_each(bring_up_to_now),
        time if is_time(time) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
            *time = (time.as_i64().unwrap() - DOCUMENTED_NOW + now).into();
        }
        _ => {}
    }
}

fn is_time(value: &Value) -> bool {
    value.as_i64().is_some_and(|value| value > 1_000_000_000_000)
}
