//! A page that a message links to is read, whatever its bytes are and whatever it says they are.
#![no_main]

use kith_server::previews;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|page: (&str, &[u8])| {
    let (content_type, bytes) = page;
    let text = previews::decode(bytes, content_type);
    let _ = previews::read(&text);
});
