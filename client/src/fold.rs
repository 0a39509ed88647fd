//! Texts made comparable: "É", "é" and "e" are one. As the server does it, by the browser's own tables.

use js_sys::{JsString, RegExp};

/// Compatibility decomposed, without its marks, in lower case: what [`kith_shared::search`] takes.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let bare = JsString::from(text).normalize("NFKD").replace_by_pattern(&RegExp::new("\\p{M}", "gu"), "");
    bare.to_lower_case().into()
}
