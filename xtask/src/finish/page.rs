//! The page: what trunk put into it comes out, and what it was made into goes in.

use anyhow::{Context, Result, ensure};

/// The page without what trunk put into it, and the names of that.
#[derive(Debug, Default, PartialEq)]
pub struct Parts {
    pub page: String,
    /// What runs before the page is painted.
    pub boot: Vec<String>,
    /// In the order in which they hold.
    pub styles: Vec<String>,
    /// The JavaScript around the module.
    pub glue: String,
    pub wasm: String,
}

pub fn take_apart(page: &str) -> Result<Parts> {
    let (mut parts, mut rest) = (Parts::default(), page);
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        parts.page.push_str(before);
        let (tag, after) = split_after(from, if from.starts_with("<!--") { "-->" } else { ">" })?;
        rest = after;
        let name = || attribute(tag, "href").map(|href| href.trim_start_matches('/').to_owned());
        match (tag.split([' ', '>']).next(), attribute(tag, "rel")) {
            (Some("<!--"), _) => {}
            (Some("<link"), Some("stylesheet")) => parts.styles.extend(name()),
            (Some("<link"), Some("modulepreload")) => parts.glue = name().unwrap_or_default(),
            (Some("<link"), Some("preload")) => parts.wasm = name().unwrap_or_default(),
            (Some("<script"), _) => {
                rest = without_script(tag, rest)?;
                parts.boot.extend(attribute(tag, "src").map(|src| src.trim_start_matches('/').to_owned()));
            }
            _ => parts.page.push_str(tag),
        }
    }
    parts.page.push_str(rest);
    ensure!(!parts.glue.is_empty() && !parts.wasm.is_empty(), "trunk's page names no module");
    Ok(parts)
}

/// The one script in the page itself is trunk's, which starts the app. Those of files run before it.
fn without_script<'a>(tag: &str, rest: &'a str) -> Result<&'a str> {
    let known = tag.contains("\"module\"") != tag.contains(" src=");
    ensure!(known, "index.html has a script of its own, which the build does not know: {tag}");
    Ok(split_after(rest, "</script>")?.1)
}

/// The page with our files, and without its indentation.
pub fn put_together(page: &str, boot: &str, style: &str, wasm: &str, script: &str) -> Result<String> {
    let (head, body) = page.split_once("</head>").context("index.html has no </head>")?;
    let files = format!(
        "<script src=\"/{boot}\"></script>\n\
         <link rel=\"stylesheet\" href=\"/{style}\">\n\
         <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\" src=\"/{script}\"></script>\n"
    );
    let page = format!("{head}{files}</head>{body}");
    let lines = page.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split_once('"').map(|(value, _)| value)
}

fn split_after<'a>(text: &'a str, end: &str) -> Result<(&'a str, &'a str)> {
    let at = text.find(end).with_context(|| format!("index.html lacks a {end}"))?;
    Ok(text.split_at(at + end.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: &str = "<!DOCTYPE html><html><head>\n\
        <link rel=\"icon\" href=\"/logo.svg\">\n\
        <script src=\"/first.js\"></script>\n\
        <link rel=\"stylesheet\" href=\"/a-01.css\" integrity=\"x\"/>\n\
        <link rel=\"stylesheet\" href=\"/b-02.css\"/>\n\
        <script type=\"module\">\nimport init from '/client-0f.js';\nawait init();\n</script>\
        <link rel=\"modulepreload\" href=\"/client-0f.js\" crossorigin=\"anonymous\">\
        <link rel=\"preload\" href=\"/client-0f_bg.wasm\" as=\"fetch\">\n</head>\n\
        <body>\n  <!-- Soon\n gone. -->\n  <p class=\"boot\">1 &lt; 2</p>\n</body></html>";

    #[test]
    fn what_trunk_made_comes_out_and_what_is_ours_stays() {
        let parts = take_apart(BUILT).unwrap();
        assert_eq!(parts.boot, ["first.js"]);
        assert_eq!(parts.styles, ["a-01.css", "b-02.css"]);
        assert_eq!((parts.glue.as_str(), parts.wasm.as_str()), ("client-0f.js", "client-0f_bg.wasm"));
        assert_eq!(
            put_together(&parts.page, "f.js", "s.css", "m.wasm", "b.js").unwrap(),
            "<!DOCTYPE html><html><head>\n\
             <link rel=\"icon\" href=\"/logo.svg\">\n\
             <script src=\"/f.js\"></script>\n\
             <link rel=\"stylesheet\" href=\"/s.css\">\n\
             <link rel=\"preload\" href=\"/m.wasm\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
             <script type=\"module\" src=\"/b.js\"></script>\n\
             </head>\n<body>\n<p class=\"boot\">1 &lt; 2</p>\n</body></html>"
        );
    }

    #[test]
    fn a_script_the_build_does_not_know_stops_it() {
        for script in ["<script>alert(1)</script>", "<script type=\"module\" src=\"/mine.js\"></script>"] {
            let page = BUILT.replace("</body>", &format!("{script}</body>"));
            assert!(take_apart(&page).unwrap_err().to_string().contains("a script of its own"), "{script}");
        }
        assert!(take_apart("<html><head></head></html>").is_err());
    }
}
