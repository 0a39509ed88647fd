//! What is read of JSON without serde_json is what serde_json reads, wherever that reads it.
#![no_main]

use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (ours, theirs) = (json::read::<ServerFrame>(text), serde_json::from_str::<ServerFrame>(text));
    if let Ok(theirs) = theirs {
        assert_eq!(ours.as_ref().ok(), Some(&theirs), "{text}");
    }
    let _ = json::list::<String>(text);
    if let Ok(frame) = serde_json::from_str::<ClientFrame>(text) {
        let _ = serde_json::to_string(&frame);
    }
});
