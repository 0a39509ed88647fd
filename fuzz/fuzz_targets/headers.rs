//! Headers of uploads and downloads are read or refused; a range is within the file.
#![no_main]

use kith_server::media::headers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|said: (u64, &str)| {
    let (size, text) = said;
    if let Ok(kept) = headers::metadata(text) {
        assert_eq!(kept, text);
    }
    let _ = headers::checksum(text);
    headers::matches(text, "\"a\"");
    if let Ok(Some(range)) = headers::range(Some(text), size) {
        assert!(range.start < range.end && range.end <= size, "{range:?} of {size}");
    }
});
