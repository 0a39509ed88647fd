//! A server that is a process of its own.

use kith_shared::auth::Session;
use kith_shared::media::tus;
use kith_shared::{FileId, routes};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;

use super::standing;
use crate::harness::{PASSWORD, http};
use crate::lifecycle::Kith;

/// A server by itself, and somebody who uploads to it.
pub struct Alone {
    pub kith: Kith,
    pub http: reqwest::Client,
    pub token: String,
}

impl Alone {
    pub async fn over(kith: Kith, route: &str) -> Self {
        let http = http();
        let body = json!({"username": "mia", "password": PASSWORD, "transport": "bearer"});
        let url = format!("http://{}{route}", kith.address);
        let session: Session =
            serde_json::from_str(&http.post(url).json(&body).send().await.unwrap().text().await.unwrap())
                .unwrap();
        Self { kith, http, token: session.token.unwrap() }
    }

    pub fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("http://{}{path}", self.kith.address));
        request.bearer_auth(&self.token).header("tus-resumable", tus::VERSION)
    }

    pub async fn begin(&self, length: usize) -> String {
        let begun =
            self.tus(Method::POST, routes::UPLOADS).header("upload-length", length).send().await.unwrap();
        assert_eq!(begun.status(), StatusCode::CREATED);
        begun.headers()["location"].to_str().unwrap().to_owned()
    }

    pub fn patch(&self, upload: &str, offset: usize, bytes: &[u8]) -> RequestBuilder {
        let patch = self.tus(Method::PATCH, upload).header("content-type", "application/offset+octet-stream");
        patch.header("upload-offset", offset).body(bytes.to_vec())
    }

    pub async fn stands(&self, upload: &str) -> (usize, Option<FileId>) {
        standing(&self.tus(Method::HEAD, upload).send().await.unwrap())
    }
}
