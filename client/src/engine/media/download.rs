//! Having a file from the server, whole.

use gloo_net::http::RequestBuilder;
use kith_shared::routes;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Response};

use super::super::{Engine, rest};
use super::{Want, digest};
use crate::state::Failure;

impl Engine {
    /// Brings a file and keeps it.
    ///
    /// # Errors
    /// When it can't be reached, may not be had, or is not what was asked for.
    pub(super) async fn download(&self, want: Want) -> Result<Blob, Failure> {
        let answer = rest::response(RequestBuilder::new(&routes::file(want.file)).build()).await?;
        let blob = Response::from(answer).blob().map_err(|_| Failure::Unreachable)?;
        let blob: Blob =
            JsFuture::from(blob).await.ok().and_then(|it| it.dyn_into().ok()).ok_or(Failure::Unreachable)?;
        if digest::sha256(&blob).await.is_some_and(|is| is != want.file) {
            return Err(Failure::Unreachable);
        }
        self.keep_file(want, &blob).await;
        Ok(blob)
    }
}
