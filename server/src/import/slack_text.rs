//! Slack's own marks, made Kith's.

use super::model::{Names, code, code_block, emoji_at};

/// A text as Slack stores it: `*bold*`, `~struck~`, `<@U1>`, `<https://…|label>`, and `&amp;` for what would be one of these.
pub(super) fn text(raw: &str, names: &Names) -> String {
    let mut made = String::with_capacity(raw.len());
    for (place, part) in raw.split("```").enumerate() {
        // An odd number of fences leaves the last one open: it ends with the text.
        match place % 2 {
            0 => made.push_str(&lines(part.strip_prefix('\n').filter(|_| place > 0).unwrap_or(part), names)),
            _ => {
                let block = code_block(&made, "", &plain(part, names));
                made.push_str(&block);
            }
        }
    }
    made.trim().to_owned()
}

fn lines(text: &str, names: &Names) -> String {
    text.split('\n').map(|line| whole_line(line, names)).collect::<Vec<_>>().join("\n")
}

fn whole_line(line: &str, names: &Names) -> String {
    if let Some(quoted) = line.strip_prefix("&gt;") {
        return format!("> {}", inline(quoted.trim_start(), names));
    }
    match line.strip_prefix("• ") {
        Some(item) => format!("- {}", inline(item, names)),
        None => inline(line, names),
    }
}

fn inline(line: &str, names: &Names) -> String {
    let (mut made, mut rest) = (String::with_capacity(line.len()), line);
    while let Some(c) = rest.chars().next() {
        let before = made.chars().next_back();
        let (put, length) = step(c, rest, before, names);
        made.push_str(&put);
        rest = &rest[length..];
    }
    made
}

/// What a line goes on with, and how much of it that was.
fn step(c: char, rest: &str, before: Option<char>, names: &Names) -> (String, usize) {
    let typed = || (c.to_string(), c.len_utf8());
    match c {
        '`' => match rest[1..].find('`').filter(|length| *length > 0) {
            Some(length) => (code(&plain(&rest[1..=length], names)), length + 2),
            None => typed(),
        },
        '<' => match rest.find('>') {
            Some(end) => (reference(&rest[1..end], names), end + 1),
            None => typed(),
        },
        '&' => match entity(rest) {
            Some((put, length)) => (put.to_owned(), length),
            None => typed(),
        },
        '*' | '~' => match pair(rest, c, before) {
            Some(end) => {
                let mark = if c == '*' { "**" } else { "~~" };
                (format!("{mark}{}{mark}", inline(&rest[1..end], names)), end + 1)
            }
            None => typed(),
        },
        ':' => emoji_at(rest).map_or_else(typed, |(emoji, length)| (emoji.to_owned(), length)),
        '\\' => ("\\\\".to_owned(), 1),
        _ => typed(),
    }
}

/// Where what a mark opens is closed, in the same line.
fn pair(rest: &str, mark: char, before: Option<char>) -> Option<usize> {
    let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let inner = &rest[1..];
    if !apart(before) || inner.starts_with(|c: char| c.is_whitespace() || c == mark) {
        return None;
    }
    let closes = |(at, _): &(usize, &str)| {
        let (within, after) = (&inner[..*at], &inner[at + 1..]);
        !within.ends_with(char::is_whitespace) && apart(after.chars().next())
    };
    inner.match_indices(mark).find(closes).map(|(at, _)| at + 1)
}

/// What stands between `<` and `>`.
fn reference(text: &str, names: &Names) -> String {
    let (target, label) = text.split_once('|').map_or((text, None), |(target, label)| (target, Some(label)));
    if let Some(user) = target.strip_prefix('@') {
        let name = names.get(user).map(String::as_str).or(label).unwrap_or(user);
        return format!("@{name}");
    }
    if let Some(channel) = target.strip_prefix('#') {
        return format!("#{}", label.unwrap_or(channel));
    }
    if let Some(special) = target.strip_prefix('!') {
        return match special {
            "here" | "channel" | "everyone" => "@all".to_owned(),
            other => entities(label.unwrap_or(other)),
        };
    }
    let address = entities(target.strip_prefix("mailto:").unwrap_or(target));
    match label.map(entities) {
        Some(label) if label != address && address.starts_with("http") => {
            let label = label.replace(['[', ']'], "");
            format!("[{label}]({address})")
        }
        _ => address,
    }
}

/// What code says: names of people and addresses as they were typed, and nothing formatted.
fn plain(text: &str, names: &Names) -> String {
    let (mut made, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find('<') {
        let Some(length) = rest[start..].find('>') else { break };
        let inner = &rest[start + 1..start + length];
        made.push_str(&entities(&rest[..start]));
        let address = inner.split('|').next().unwrap_or_default();
        let shown =
            if inner.starts_with(['@', '#', '!']) { reference(inner, names) } else { entities(address) };
        made.push_str(&shown);
        rest = &rest[start + length + 1..];
    }
    made + &entities(rest)
}

fn entities(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn entity(rest: &str) -> Option<(&'static str, usize)> {
    let known = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    known.into_iter().find(|(typed, _)| rest.starts_with(typed)).map(|(typed, sign)| (sign, typed.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_kiths() {
        let names = Names::from([("U1".to_owned(), "mia".to_owned())]);
        for (raw, made) in [
            ("*bold* and _italic_, ~gone~", "**bold** and _italic_, ~~gone~~"),
            ("2*3*4 is 24", "2*3*4 is 24"),
            ("hi <@U1>, see <#C1|general>", "hi @mia, see #general"),
            ("<@U9> left", "@U9 left"),
            ("<!here> now", "@all now"),
            ("<https://example.org/?a=1&amp;b=2|the page>", "[the page](https://example.org/?a=1&b=2)"),
            ("<https://example.org>", "https://example.org"),
            ("<mailto:mia@example.org|mia@example.org>", "mia@example.org"),
            ("a &lt;b&gt; &amp; c", "a <b> & c"),
            ("&gt; quoted\n• one", "> quoted\n- one"),
            (":tada: *yes*", "🎉 **yes**"),
            ("`*not* &lt;bold&gt; :tada:`", "`*not* <bold> :tada:`"),
            ("so:\n```let a = 1;\n&amp;b```\ndone", "so:\n```\nlet a = 1;\n&b\n```\ndone"),
            ("an open ` and *", "an open ` and *"),
            ("", ""),
        ] {
            assert_eq!(text(raw, &names), made, "{raw}");
        }
    }
}
