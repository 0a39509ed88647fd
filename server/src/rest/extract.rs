//! axum's extractors with this server's errors.

use axum::extract::{FromRequest, FromRequestParts};
use axum::response::{IntoResponse, Response};
use kith_shared::problem::Code;
use serde::Serialize;

use crate::error::Error;

/// A JSON body, read or written.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Error))]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Error))]
pub struct Query<T>(pub T);

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub struct Path<T>(pub T);

pub async fn method_not_allowed() -> Error {
    Code::MethodNotAllowed.into()
}

pub async fn nothing_here() -> Error {
    Code::NotFound.into()
}
