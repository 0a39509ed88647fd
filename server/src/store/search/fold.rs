//! Texts made comparable: "É", "é" and "e" are one.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Compatibility decomposed, without its marks, in lower case: what [`kith_shared::search::terms`] takes.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let bare = text.nfkd().filter(|c| !is_combining_mark(*c));
    bare.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_forms_make_no_difference() {
        assert_eq!(fold("ÉCOLE cafe\u{301} İstanbul"), "ecole cafe istanbul");
        assert_eq!(fold("ﬁnd Ｋith ①"), "find kith 1");
        assert_eq!(fold("Ёж"), "еж");
    }
}
