use proptest::prelude::*;

use super::{Block, Inline, links, parse, plain};

/// A tree in words: what a part is, and what it says in brackets.
fn shown(text: &str) -> String {
    parse(text).iter().map(block).collect::<Vec<_>>().join(" ")
}

fn block(block: &Block<'_>) -> String {
    match block {
        Block::Paragraph(lines) => lines.iter().map(|line| inlines(line)).collect::<Vec<_>>().join("\n"),
        Block::Quote(blocks) => {
            format!("quote({})", blocks.iter().map(self::block).collect::<Vec<_>>().join(" "))
        }
        Block::List { first, items } => {
            let items: Vec<_> = items.iter().map(|item| inlines(item)).collect();
            format!("list{}({})", first.map_or(String::new(), |first| first.to_string()), items.join(", "))
        }
        Block::Code { language, lines } => format!("code:{language}({})", lines.join("\n")),
    }
}

fn inlines(parts: &[Inline<'_>]) -> String {
    let part = |part: &Inline<'_>| match part {
        Inline::Text(text) => (*text).to_owned(),
        Inline::Bold(content) => format!("bold({})", inlines(content)),
        Inline::Italic(content) => format!("italic({})", inlines(content)),
        Inline::Strike(content) => format!("strike({})", inlines(content)),
        Inline::Spoiler(content) => format!("spoiler({})", inlines(content)),
        Inline::Code(text) => format!("code({text})"),
        Inline::Link { address, content } => format!("link:{address}({})", inlines(content)),
        Inline::Mention(name) => format!("mention({name})"),
    };
    parts.iter().map(part).collect()
}

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "of {text:?}");
    }
}

#[test]
fn a_text_links_to_what_stands_in_it_open_and_whole() {
    let text = "see https://a.example/x?y=1. and **[b](http://b.example)**\n- HTTPS://c.example\n\
        > https://quoted.example\n`https://code.example` ||https://hidden.example|| d.example main.rs";
    assert_eq!(links(text), ["https://a.example/x?y=1", "http://b.example", "HTTPS://c.example"]);
    assert_eq!(links("javascript://alert(1) ftp://e.example"), Vec::<&str>::new());
}

#[test]
fn parts_of_a_line_are_what_stands_around_them() {
    check(&[
        (
            "**bold** *it* _alic_ ~~gone~~ ||secret||",
            "bold(bold) italic(it) italic(alic) strike(gone) spoiler(secret)",
        ),
        ("***both*** and **a *b* c**", "bold(italic(both)) and bold(a italic(b) c)"),
        ("**a *b** c* and *a **b* c**", "bold(a *b) c* and italic(a **b) c**"),
        ("**bold *and italic***", "bold(bold italic(and italic))"),
        ("重**要**点", "重bold(要)点"),
        ("||a **b** c||", "spoiler(a bold(b) c)"),
        ("`a *b*` and ``c`d`` and `` ` ``", "code(a *b*) and code(c`d) and code(`)"),
        ("@mia-1: hi, @leo.", "mention(mia-1): hi, mention(leo)."),
    ]);
}

#[test]
fn what_is_no_formatting_stands_as_it_was_typed() {
    for text in [
        "2 * 3 * 4",
        "2*3*4",
        "snake_case_name",
        "__init__",
        "a ** b ** c",
        "**open",
        "*a _b* c",
        "|| not ||",
        "a|b||c",
        "~~",
        "****",
        "``` a",
        "`a",
        "mail me@home",
        "[a](b",
        "[a] (https://b.c)",
        "[](https://b.c)",
        "@",
        "5 ~~ 6",
        "[x](javascript:alert(1))",
        "[x](data:text/html,a.b)",
        "ftp://a.b",
        "-no list",
        "1.nö",
        "1234567. no list",
    ] {
        let expected = if text == "*a _b* c" { "italic(a _b) c" } else { text };
        assert_eq!(shown(text), expected);
    }
}

#[test]
fn a_backslash_takes_a_signs_meaning() {
    check(&[
        (r"\*a\* \`b\` \\", r"*a* `b` \"),
        (r"**a\** b**", "bold(a** b)"),
        (r"C:\dir", r"C:\dir"),
        ("a\\", "a\\"),
    ]);
}

#[test]
fn links_lead_to_the_web_and_nowhere_else() {
    check(&[
        ("see https://a.bc/c_d_e*f, ok", "see link:https://a.bc/c_d_e*f(https://a.bc/c_d_e*f), ok"),
        ("**https://a.bc/**", "bold(link:https://a.bc/(https://a.bc/))"),
        ("[a *b*](https://c.d/e?f=(g)", "link:https://c.d/e?f=(g(a italic(b))"),
        ("[https://a.bc](https://c.d)", "link:https://c.d(https://a.bc)"),
        ("a.example and [b](c.example)", "link:a.example(a.example) and link:c.example(b)"),
        ("`https://a.bc`", "code(https://a.bc)"),
    ]);
}

#[test]
fn lines_are_quotes_lists_and_code() {
    check(&[
        ("a\nb\n\nc", "a\nb\n\nc"),
        ("> a\n> **b**\nc", "quote(a\nbold(b)) c"),
        ("> a\n>> b\n> - c", "quote(a quote(b) list(c))"),
        ("- a\n- *b*\n* c\nd", "list(a, italic(b), c) d"),
        ("3. a\n4. b\n- c", "list3(a, b) list(c)"),
        ("```rust\nfn a() {}\n\n*b*\n```\nc", "code:rust(fn a() {}\n\n*b*) c"),
        ("> ```\n> a\n> ```", "quote(code:(a))"),
        ("```\nnever ends", "```\nnever ends"),
        ("", ""),
    ]);
}

#[test]
fn a_text_in_one_line_has_no_signs_and_no_secrets() {
    let text = "> **a**\n- b\n```\nc\n```\n[d](https://e.f) ||g|| @h";
    assert_eq!(plain(text), "a b c d ▒▒▒ @h");
}

/// Texts that make a careless parser look back again and again, half a million characters each: one that does is not
/// done within a day.
#[test]
fn time_grows_with_the_text_and_no_faster() {
    for part in [
        "*",
        "**a",
        "_a ",
        "~~a||",
        "`",
        "`` ` ",
        "[",
        "[a](",
        "](",
        "[](",
        "> ",
        ">",
        "- ",
        "```\n",
        "\n",
        "\\",
        "@",
        "@a ",
        "http://",
        "a.b ",
        "*a _b ~~c ||d [e ",
        "[a](b[a](b",
        "> ```\n",
        "1. ",
    ] {
        let text = part.repeat(500_000 / part.len());
        assert!(!parse(&text).is_empty());
    }
    let ticks: String = (1..1_000).map(|length| "`".repeat(length) + " ").collect();
    assert!(!parse(&ticks).is_empty());
}

/// All that is said, in its order.
fn said(blocks: &[Block<'_>], to: &mut String) {
    fn inlines(parts: &[Inline<'_>], to: &mut String) {
        for part in parts {
            match part {
                Inline::Text(text) | Inline::Code(text) | Inline::Mention(text) => to.push_str(text),
                Inline::Bold(content)
                | Inline::Italic(content)
                | Inline::Strike(content)
                | Inline::Spoiler(content)
                | Inline::Link { content, .. } => inlines(content, to),
            }
        }
    }
    for block in blocks {
        match block {
            Block::Paragraph(lines) | Block::List { items: lines, .. } => {
                lines.iter().for_each(|line| inlines(line, to));
            }
            Block::Quote(quoted) => said(quoted, to),
            Block::Code { lines, .. } => lines.iter().for_each(|line| to.push_str(line)),
        }
    }
}

fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        prop::sample::select(vec![
            "*",
            "**",
            "_",
            "~~",
            "||",
            "`",
            "``",
            "```",
            "\n",
            "> ",
            "- ",
            "1. ",
            "[",
            "](",
            ")",
            "](https://a.b)",
            "\\",
            "@",
            " ",
            "a",
            "b c",
            "é",
            "重",
            "https://x.y/z",
            "a.example",
            "```\n",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Nothing is made up, and of letters nothing is lost but where a link leads and what a code's language is.
    #[test]
    fn whatever_is_typed_its_words_are_said(text in texts()) {
        let mut words = String::new();
        said(&parse(&text), &mut words);
        let mut typed = text.chars();
        prop_assert!(words.chars().all(|word| typed.any(|c| c == word)), "{words:?}");
        if !text.contains(['[', '`']) {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            prop_assert_eq!(letters(&words), letters(&text));
        }
    }
}
