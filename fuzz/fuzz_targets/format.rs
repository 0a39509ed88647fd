//! Any text is parsed, loses nothing but signs, and says the same twice.
#![no_main]

use kith_shared::format::{Block, Inline, mentions, parse, plain};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let tree = parse(text);
    let mut said = Vec::new();
    tree.iter().for_each(|block| blocks(block, &mut said));
    for part in said {
        // Every part is a piece of the text itself: nothing is made up, so nothing becomes markup.
        assert!(
            text.as_bytes().as_ptr_range().contains(&part.as_ptr()) || part.is_empty(),
            "{part:?} of {text:?}"
        );
    }
    let line = plain(text);
    assert!(!line.contains('\n'), "{line:?}");
    let _ = mentions(text, "mia");
});

fn blocks<'a>(block: &Block<'a>, said: &mut Vec<&'a str>) {
    match block {
        Block::Paragraph(lines) | Block::List { items: lines, .. } => {
            lines.iter().flatten().for_each(|part| inlines(part, said));
        }
        Block::Quote(quoted) => quoted.iter().for_each(|block| blocks(block, said)),
        Block::Code { language, lines } => {
            said.push(language);
            said.extend(lines);
        }
    }
}

fn inlines<'a>(part: &Inline<'a>, said: &mut Vec<&'a str>) {
    match part {
        Inline::Text(text) | Inline::Code(text) | Inline::Mention(text) => said.push(text),
        Inline::Bold(content)
        | Inline::Italic(content)
        | Inline::Strike(content)
        | Inline::Spoiler(content) => {
            content.iter().for_each(|part| inlines(part, said));
        }
        Inline::Link { address, content } => {
            let web = address.contains("://").then(|| address.starts_with("http")).unwrap_or(true);
            assert!(web, "a link to {address:?}");
            said.push(address);
            content.iter().for_each(|part| inlines(part, said));
        }
    }
}
