//! Any bytes are a picture or not; of one what is left is bare, and bare again is the same.
#![no_main]

use kith_shared::{picture, thumbhash};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(stripped) = picture::strip(bytes) {
        let bare = stripped.bytes(bytes);
        // What says which way is up may be new.
        assert!(bare.len() <= bytes.len() + 64, "{} of {}", bare.len(), bytes.len());
        let again = picture::strip(&bare).expect("what is bare is still a picture");
        assert_eq!(again.bytes(&bare), bare);
    }
    if let Some(pixels) = thumbhash::draw(bytes) {
        assert_eq!(pixels.rgba.len(), (pixels.width * pixels.height * 4) as usize);
        assert!(pixels.width.max(pixels.height) <= 32);
    }
});
