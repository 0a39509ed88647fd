//! Telegram's texts, which come in parts, each with what it is, as text with Kith's marks.

use serde::Deserialize;

use super::model::{Names, code, code_block, literal, marked};

/// A text, or its parts.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Texts {
    Plain(String),
    Parts(Vec<Part>),
}

impl Default for Texts {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Part {
    Plain(String),
    Marked(Marked),
}

#[derive(Deserialize)]
pub(super) struct Marked {
    #[serde(rename = "type")]
    kind: String,
    text: String,
    #[serde(default)]
    href: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    user_id: Option<i64>,
}

pub(super) fn text(texts: &Texts, names: &Names) -> String {
    let made = match texts {
        Texts::Plain(text) => literal(text),
        Texts::Parts(parts) => parts.iter().fold(String::new(), |mut made, part| {
            let part = match part {
                Part::Plain(text) => literal(text),
                Part::Marked(part) => mark(&made, part, names),
            };
            made.push_str(&part);
            made
        }),
    };
    made.trim().to_owned()
}

/// A part as it stands behind what came before it.
fn mark(before: &str, part: &Marked, names: &Names) -> String {
    let Marked { kind, text, href, language, user_id } = part;
    match kind.as_str() {
        "bold" => marked(&literal(text), "**"),
        "italic" => marked(&literal(text), "*"),
        "strikethrough" => marked(&literal(text), "~~"),
        "spoiler" => marked(&literal(text), "||"),
        "code" => code(text),
        "pre" => code_block(before, language.as_deref().unwrap_or_default(), text),
        "blockquote" => quoted(before, text),
        "text_link" => match href.as_deref().filter(|href| href.starts_with("http")) {
            Some(href) => format!("[{}]({href})", text.replace(['[', ']'], "")),
            None => literal(text),
        },
        "mention_name" => {
            let known = user_id.and_then(|id| names.get(&format!("user{id}")));
            known.map_or_else(|| literal(text), |name| format!("@{name}"))
        }
        "link" | "email" | "mention" | "hashtag" => text.clone(),
        _ => literal(text),
    }
}

fn quoted(before: &str, text: &str) -> String {
    let apart = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    let lines: Vec<String> = text.trim().split('\n').map(|line| format!("> {}", literal(line))).collect();
    format!("{apart}{}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_marks() {
        let names = Names::from([("user7".to_owned(), "leo".to_owned())]);
        for (json, made) in [
            (r#""a *b* c""#, "a \\*b\\* c"),
            (r#"["see ", {"type": "bold", "text": "this "}, "one"]"#, "see **this** one"),
            (r#"[{"type": "italic", "text": "a"}, {"type": "strikethrough", "text": "b"}]"#, "*a*~~b~~"),
            (
                r#"[{"type": "text_link", "text": "page", "href": "https://example.org"}]"#,
                "[page](https://example.org)",
            ),
            (r#"[{"type": "text_link", "text": "page", "href": "javascript:alert(1)"}]"#, "page"),
            (r#"["hi ", {"type": "mention_name", "text": "Leo", "user_id": 7}]"#, "hi @leo"),
            (
                r#"["so: ", {"type": "pre", "text": "let a;", "language": "rust"}]"#,
                "so: \n```rust\nlet a;\n```",
            ),
            (r#"[{"type": "blockquote", "text": "a\nb"}, "c"]"#, "> a\n> b\nc"),
            (r#"[{"type": "spoiler", "text": "he did it"}]"#, "||he did it||"),
        ] {
            let texts: Texts = serde_json::from_str(json).unwrap();
            assert_eq!(text(&texts, &names), made, "{json}");
        }
    }
}
