//! Link previews: pages of another server, looked at, and what messages say of them.

mod looking;
mod messages;
pub mod site;
mod unavailable;

use kith_shared::preview::Preview;
use kith_shared::routes;
use reqwest::{Response, StatusCode};
use serde_json::json;

use crate::harness::{Person, read};

impl Person {
    async fn asks_preview(&self, url: &str) -> Response {
        self.post(routes::PREVIEWS, json!({"url": url})).await
    }

    pub async fn preview(&self, url: &str) -> Preview {
        read(self.asks_preview(url).await, StatusCode::OK).await
    }
}
