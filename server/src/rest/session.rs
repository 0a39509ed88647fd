//! The session behind a request: a cookie for browsers, a bearer token for programs.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use cookie::{Cookie, SameSite};
use kith_shared::auth::Session;
use kith_shared::limits::SESSION_LIFE;
use kith_shared::problem::Code;

use crate::app::App;
use crate::error::{Error, Result};
use crate::token;

const COOKIE: &str = "kith_session";

/// Who asks. As an extractor it refuses whoever is nobody with `unauthorized`.
pub struct Authenticated(pub Session);

impl FromRequestParts<App> for Authenticated {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let token = bearer(&parts.headers).or_else(|| from_cookie(&parts.headers));
        let token = token.ok_or(Code::Unauthorized)?;
        let session = app.store.session(&token::hash(token)).await?;
        session.map(Self).ok_or_else(|| Code::Unauthorized.into())
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn from_cookie(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// The cookie that carries `token`. `request` tells whether the browser came over https.
pub fn set_cookie(token: String, request: &HeaderMap) -> String {
    let life = i64::try_from(SESSION_LIFE.as_secs()).unwrap_or(i64::MAX);
    build(token, request, cookie::time::Duration::seconds(life))
}

/// The cookie that makes the browser forget.
pub fn clear_cookie(request: &HeaderMap) -> String {
    build(String::new(), request, cookie::time::Duration::ZERO)
}

fn build(token: String, request: &HeaderMap, life: cookie::time::Duration) -> String {
    let origin = request.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let secure = origin.is_some_and(|origin| origin.starts_with("https://"));
    let cookie = Cookie::build((COOKIE, token)).path("/").http_only(true).same_site(SameSite::Strict);
    cookie.secure(secure).max_age(life).build().to_string()
}
