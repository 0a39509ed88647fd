//! A type of the document, as HTML.

use serde_json::Value;

/// Text that is no markup.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A doc comment: what stands between backticks is code; links of Rust's documentation lead nowhere here.
pub fn prose(value: &Value) -> String {
    let text =
        value.as_str().unwrap_or_default().replace("[`", "`").replace("`]", "`").replace("crate::", "");
    let parts = text.split('`').enumerate();
    let html = parts.map(|(n, part)| match n % 2 {
        0 => escape(part).replace("\n\n", "<br>"),
        _ => format!("<code>{}</code>", escape(part)),
    });
    html.collect()
}

/// A type in a few words: its name where it has one.
pub fn short(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#{0}\">{0}</a>", escape(name));
    }
    if let Some(any) = alternatives(schema) {
        return any.iter().map(short).collect::<Vec<_>>().join(" or ");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> =
            values.iter().map(|value| format!("<code>{}</code>", escape(&value.to_string()))).collect();
        return values.join(" or ");
    }
    match &schema["type"] {
        Value::Array(types) => {
            let each = |kind: &Value| short(&with_type(schema, kind));
            types.iter().map(each).collect::<Vec<_>>().join(" or ")
        }
        Value::String(kind) if kind == "array" => format!("list of {}", short(&schema["items"])),
        Value::String(kind) => match schema["format"].as_str() {
            Some(format) if kind != "null" => format!("{} ({})", escape(kind), escape(format)),
            _ => escape(kind),
        },
        _ => "anything".to_owned(),
    }
}

/// A type whole: its fields, or what it may be.
pub fn long(schema: &Value) -> String {
    if let Some(any) = alternatives(schema) {
        let items: String = any.iter().map(|one| format!("<li>{}{}</li>", about(one), long(one))).collect();
        return format!("<ul class=\"one-of\">{items}</ul>");
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().map(long).collect();
    }
    match schema["properties"].as_object() {
        Some(fields) => {
            let needed = |name: &str| {
                schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name))
            };
            let rows = fields.iter().map(|(name, field)| row(name, field, needed(name)));
            table(&["Field", "Type", "Meaning"], &rows.collect::<String>())
        }
        None => format!("<p>{}</p>", short(schema)),
    }
}

pub fn about(schema: &Value) -> String {
    let text = prose(&schema["description"]);
    if text.is_empty() { text } else { format!("<p>{text}</p>") }
}

pub fn row(name: &str, schema: &Value, is_needed: bool) -> String {
    let optional = if is_needed { "" } else { "<small>may be left out</small>" };
    format!(
        "<tr><th scope=\"row\"><code>{}</code></th><td>{} {optional}</td><td>{}</td></tr>",
        escape(name),
        short(schema),
        prose(&schema["description"])
    )
}

pub fn table(heads: &[&str], rows: &str) -> String {
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    format!("<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
}

fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array())
}

fn with_type(schema: &Value, kind: &Value) -> Value {
    let mut one = schema.clone();
    one["type"] = kind.clone();
    one
}
