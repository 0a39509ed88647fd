//! Having a file from the server, whole.

use kith_shared::problem::Code;
use kith_shared::routes;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Response};

use super::super::{Engine, browser};
use super::{Want, digest};
use crate::state::Failure;

impl Engine {
    /// Brings a file and keeps it.
    ///
    /// # Errors
    /// When it can't be reached, may not be had, or is not what was asked for.
    pub(super) async fn download(&self, want: Want) -> Result<Blob, Failure> {
        let window = browser::window().ok_or(Failure::Unreachable)?;
        let asked = JsFuture::from(window.fetch_with_str(&routes::file(want.file)));
        let response: Response =
            asked.await.ok().and_then(|it| it.dyn_into().ok()).ok_or(Failure::Unreachable)?;
        if !response.ok() {
            return Err(if response.status() >= 500 {
                Failure::Unreachable
            } else {
                Failure::Refused(Code::FileNotFound)
            });
        }
        let blob = response.blob().map_err(|_| Failure::Unreachable)?;
        let blob: Blob =
            JsFuture::from(blob).await.ok().and_then(|it| it.dyn_into().ok()).ok_or(Failure::Unreachable)?;
        if digest::sha256(&blob).await.is_some_and(|is| is != want.file) {
            return Err(Failure::Unreachable);
        }
        self.keep_file(want, &blob).await;
        Ok(blob)
    }
}
