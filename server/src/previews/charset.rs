//! A page's bytes as text: in the encoding it names, or most likely has.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Bytes in which a page has to name its encoding: <https://html.spec.whatwg.org/#charset>.
const NAMED_WITHIN: usize = 1024;

/// Decodes by what stands first, what was answered with it, or what it says itself. What says nothing is UTF-8 if it can be.
pub fn decode<'a>(bytes: &'a [u8], content_type: &str) -> Cow<'a, str> {
    let beginning = bytes.get(..NAMED_WITHIN).unwrap_or(bytes);
    let named = named(content_type.as_bytes()).or_else(|| {
        // One that could be read to find its name is not in UTF-16, whatever it says.
        named(beginning).map(Encoding::output_encoding)
    });
    let encoding = named.unwrap_or_else(|| if is_utf8(bytes) { UTF_8 } else { WINDOWS_1252 });
    encoding.decode(bytes).0
}

/// What `charset=` names.
fn named(text: &[u8]) -> Option<&'static Encoding> {
    const NAME: &[u8] = b"charset=";
    let at = text.windows(NAME.len()).position(|part| part.eq_ignore_ascii_case(NAME))?;
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_:.".contains(*byte);
    let quoted = text[at + NAME.len()..].iter().skip_while(|byte| matches!(byte, b' ' | b'"' | b'\''));
    let label: Vec<u8> = quoted.take_while(is_part).copied().collect();
    Encoding::for_label(&label)
}

/// Whether it is, but that what was cut off may have cut a character.
fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_in_the_encoding_it_names_or_most_likely_has() {
        let (utf8, latin) = ("Grüße", &b"Gr\xfc\xdfe"[..]);
        for (bytes, content_type, text) in [
            (utf8.as_bytes(), "text/html", utf8),
            (latin, "text/html", utf8),
            (latin, "text/html; Charset=\"ISO-8859-1\"", utf8),
            (b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", "text/html; charset=latin1", utf8),
            (b"<meta charset=utf-16>abc", "text/html", "<meta charset=utf-16>abc"),
            (b"<meta charset='shift_jis'>\x93\xfa", "", "<meta charset='shift_jis'>日"),
            (b"<meta charset=klingon>\xc3\xbc", "", "<meta charset=klingon>ü"),
            (b"cut off \xc3", "", "cut off \u{fffd}"),
        ] {
            assert_eq!(decode(bytes, content_type), text, "{bytes:?}");
        }
    }
}
