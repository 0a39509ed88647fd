//! The document as a page: plain HTML, no script, readable offline and under the strict policy.

use kith_shared::routes;
use serde_json::{Map, Value};

use super::schema::{about, escape, long, prose, row, short, table};

pub fn render(document: &Value) -> String {
    let nothing = Map::new();
    let paths = document["paths"].as_object().unwrap_or(&nothing);
    let calls: Vec<_> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, call)| (path, method, call))
        })
        .collect();
    let types = document["components"]["schemas"].as_object().unwrap_or(&nothing);
    let index: String = calls.iter().map(|(path, method, call)| index_entry(path, method, call)).collect();
    let calls: String = calls.iter().map(|(path, method, call)| article(path, method, call)).collect();
    let types: String = types.iter().map(|(name, schema)| named(name, schema)).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Kith: the API</title>\
         <link rel=\"stylesheet\" href=\"{}\"></head><body><header><h1>Kith {}: the API</h1><p>{}</p>\
         <p><a href=\"{}\">As OpenAPI</a></p></header><nav aria-label=\"Calls\"><ul>{index}</ul></nav><main>\
         <h2>Calls</h2>{calls}<h2>Types</h2>{types}</main></body></html>",
        routes::DOCS_STYLE,
        prose(&document["info"]["version"]),
        prose(&document["info"]["description"]),
        routes::OPENAPI,
    )
}

fn heading(path: &str, method: &str) -> String {
    format!("<code>{} {}</code>", escape(&method.to_uppercase()), escape(path))
}

fn index_entry(path: &str, method: &str, call: &Value) -> String {
    format!("<li><a href=\"#{}\">{}</a></li>", prose(&call["operationId"]), heading(path, method))
}

fn article(path: &str, method: &str, call: &Value) -> String {
    let id = prose(&call["operationId"]);
    let access = if call["security"].is_array() { "" } else { "<p><small>Without logging in.</small></p>" };
    format!(
        "<article id=\"{id}\"><h3>{}</h3><p>{}</p>{access}{}{}{}</article>",
        heading(path, method),
        prose(&call["summary"]),
        parameters(&call["parameters"]),
        body(&call["requestBody"]),
        answers(&call["responses"]),
    )
}

fn parameters(parameters: &Value) -> String {
    let Some(parameters) = parameters.as_array().filter(|all| !all.is_empty()) else { return String::new() };
    let rows = parameters.iter().map(|parameter| {
        let mut schema = parameter["schema"].clone();
        if let (Some(fields), Some(text)) = (schema.as_object_mut(), parameter.get("description")) {
            fields.insert("description".to_owned(), text.clone());
        }
        row(parameter["name"].as_str().unwrap_or_default(), &schema, parameter["required"] == true)
    });
    table(&["Parameter", "Type", "Meaning"], &rows.collect::<String>())
}

fn body(body: &Value) -> String {
    content(body).map(|kind| format!("<p>Body: {kind}</p>")).unwrap_or_default()
}

fn answers(answers: &Value) -> String {
    let row = |(status, answer): (&String, &Value)| {
        let kind = content(answer).unwrap_or_else(|| "nothing".to_owned());
        format!(
            "<tr><th scope=\"row\">{}</th><td>{kind}</td><td>{}</td></tr>",
            escape(status),
            prose(&answer["description"])
        )
    };
    table(
        &["Answer", "Type", "Meaning"],
        &answers.as_object().into_iter().flatten().map(row).collect::<String>(),
    )
}

/// What a body or an answer holds.
fn content(of: &Value) -> Option<String> {
    let (_, content) = of["content"].as_object()?.iter().next()?;
    Some(short(&content["schema"]))
}

fn named(name: &str, schema: &Value) -> String {
    let name = escape(name);
    format!("<section id=\"{name}\"><h3>{name}</h3>{}{}</section>", about(schema), long(schema))
}
