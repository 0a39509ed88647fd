use std::collections::BTreeSet;

use kith_shared::routes;
use reqwest::StatusCode;
use serde_json::Value;

use crate::harness::{TestServer, read};

/// Every route with its methods, as the wire's own list names them.
pub fn routes() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut about = String::new();
    for line in include_str!("../../../shared/src/routes.rs").lines() {
        if let Some(text) = line.strip_prefix("/// ") {
            about.push_str(text);
        } else if let Some((_, path)) =
            line.strip_prefix("pub const ").and_then(|rest| rest.split_once("&str = "))
        {
            let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter();
            let methods: Vec<_> = methods.filter(|method| about.contains(&format!("`{method}`"))).collect();
            assert!(!methods.is_empty(), "no method for {path}");
            let path = path.trim_matches(['"', ';']);
            found.extend(methods.iter().map(|method| ((*method).to_owned(), path.to_owned())));
            about.clear();
        } else {
            about.clear();
        }
    }
    found
}

#[tokio::test]
async fn the_document_has_every_route_and_every_type_it_names() {
    let server = TestServer::start().await;
    let document: Value = read(server.get(routes::OPENAPI).await, StatusCode::OK).await;
    let paths = document["paths"].as_object().unwrap();
    let described = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
    });
    assert_eq!(described.collect::<BTreeSet<_>>(), routes());

    let types = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for name in text.split("#/components/schemas/").skip(1) {
        let name = name.split('"').next().unwrap();
        assert!(types.contains_key(name), "{name} is named and not there");
    }
    for frame in ["ClientFrame", "ServerFrame"] {
        assert!(types[frame].to_string().contains("\"typing\""), "{frame}: {}", types[frame]);
    }
}

#[tokio::test]
async fn the_page_names_every_call_and_needs_nothing_from_elsewhere() {
    let server = TestServer::start().await;
    let response = server.get(routes::DOCS).await;
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    let page = response.text().await.unwrap();
    for (method, path) in routes() {
        assert!(page.contains(&format!("<code>{method} {path}</code>")), "{method} {path}");
    }
    for outside in ["<script", "style=", "http://", "https://"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for anchor in page.split("href=\"#").skip(1) {
        let name = anchor.split('"').next().unwrap();
        assert!(page.contains(&format!("id=\"{name}\"")), "{name} leads nowhere");
    }
    assert_eq!(server.get(routes::DOCS_STYLE).await.headers()["content-type"], "text/css; charset=utf-8");
}
