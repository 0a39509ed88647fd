//! Read as it was written, and as serde_json reads it.

use proptest::prelude::*;
use serde::Serialize;
use serde_json::Value as Json;

use super::{list, read, write};
use crate::read_by_fields;

#[derive(Debug, PartialEq, Serialize)]
struct Boat {
    name: String,
    flag: Option<String>,
    oars: Vec<u8>,
    age: i64,
}

read_by_fields!(Boat { name, flag } [oars] or { age });

#[test]
fn a_struct_is_read_by_its_fields_in_any_order_and_unknown_ones_are_passed_over() {
    let boat: Boat = serde_json::from_str(r#"{"oars":[1,2],"sail":{"a":[]},"name":"Kit\u0065"}"#).unwrap();
    assert_eq!(boat, Boat { name: "Kite".to_owned(), flag: None, oars: vec![1, 2], age: 0 });
    let fleet = [boat];
    assert_eq!(list::<Boat>(&write(&fleet).unwrap()).unwrap(), fleet);
}

#[test]
fn what_is_missing_or_of_another_kind_is_refused_by_name() {
    let refused = |text| serde_json::from_str::<Boat>(text).unwrap_err().to_string();
    assert!(refused("{}").contains("missing field `name`"), "{}", refused("{}"));
    for text in ["[]", "7", r#"{"name":7}"#, r#"{"name":"x","oars":"y"}"#, r#"{"name":"x","age":"y"}"#] {
        assert!(serde_json::from_str::<Boat>(text).is_err(), "{text}");
        assert!(read::<Boat>(text).is_err(), "{text}");
    }
}

/// Anything that can be written as JSON, with whole numbers.
fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
        r#"[\\"/{}\[\],: \nu0-9]{0,8}"#.prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let fields = proptest::collection::btree_map(any::<String>(), inner.clone(), 0..5);
        prop_oneof![
            proptest::collection::vec(inner, 0..5).prop_map(Json::from),
            fields.prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

/// Every character of a JSON text's strings that may be, escaped by its number.
fn escaped(json: &str) -> String {
    let units = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    json.chars().map(|c| if c.is_ascii() { c.to_string() } else { units(c) }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn it_is_read_as_serde_json_reads_it_however_it_is_written(json in json()) {
        let compact = serde_json::to_string(&json).unwrap();
        for text in [escaped(&compact), serde_json::to_string_pretty(&json).unwrap(), compact] {
            prop_assert_eq!(&read::<Json>(&text).unwrap(), &json, "{}", text);
        }
    }

    #[test]
    fn what_is_damaged_is_refused_or_read_without_a_panic(
        json in json(),
        at: prop::sample::Index,
        by in "[\\\\\"{}\\[\\],:u0é]{0,2}",
    ) {
        let mut text: Vec<char> = serde_json::to_string(&json).unwrap().chars().collect();
        let at = at.index(text.len());
        text.splice(at..=at, by.chars());
        let text: String = text.into_iter().collect();
        let found = read::<Json>(&text);
        // What serde_json takes is read alike; some of what it refuses may be read.
        if let Ok(right) = serde_json::from_str::<Json>(&text) && !has_fraction(&right) {
            prop_assert_eq!(found.unwrap(), right, "{}", text);
        }
    }
}

fn has_fraction(json: &Json) -> bool {
    match json {
        Json::Number(number) => !number.is_i64(),
        Json::Array(items) => items.iter().any(has_fraction),
        Json::Object(fields) => fields.values().any(has_fraction),
        _ => false,
    }
}

#[test]
fn half_a_character_and_an_unknown_escape_are_refused() {
    for text in
        [r#""\ud83d""#, r#""\ude00""#, r#""\ud83dx\ude00""#, r#""\x""#, r#""\u12""#, r#""\""#, r#"""#, ""]
    {
        assert!(read::<String>(text).is_err(), "{text}");
    }
    assert_eq!(read::<String>(r#" "\ud83d\ude00\\n" "#).unwrap(), "😀\\n");
}
