//! Texts that are longer than a message may be, in pieces that are not.

use kith_shared::limits::MESSAGE_CHARS;

/// The pieces of a text, cut where a line ends, or a word, if one does in the second half; none of what says nothing.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let mut rest = text.trim();
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let end = rest.char_indices().nth(MESSAGE_CHARS).map_or(rest.len(), |(end, _)| end);
        let cut = if end == rest.len() { end } else { cut(&rest[..end]) };
        pieces.push(rest[..cut].trim_end().to_owned());
        rest = rest[cut..].trim_start();
    }
    pieces
}

fn cut(piece: &str) -> usize {
    let half = piece.len() / 2;
    let late = |at: &usize| *at > half;
    let line = piece.rfind('\n').filter(late);
    line.or_else(|| piece.rfind(char::is_whitespace).filter(late)).unwrap_or(piece.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_words_and_nothing_of_it_is_lost() {
        let text = "né word ".repeat(1_200);
        let pieces = pieces(&text);
        assert_eq!(pieces.len(), 3);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= MESSAGE_CHARS && piece.ends_with("word")));
        let words = |text: &str| text.split_whitespace().count();
        assert_eq!(pieces.iter().map(|piece| words(piece)).sum::<usize>(), words(&text));
        assert_eq!(
            super::pieces(&"x".repeat(9_000)).iter().map(String::len).collect::<Vec<_>>(),
            [4_000, 4_000, 1_000]
        );
        assert!(super::pieces(" \n ").is_empty());
    }
}
