//! From which sites a browser may come.

use axum::http::{HeaderMap, Uri, header};
use kith_shared::problem::Code;

use crate::error::Result;

/// The server's own address and those it is told of.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Besides the one in the request's own `Host`: behind a proxy that rewrites it, say.
    extra: Vec<String>,
}

impl Origins {
    /// `extra`: such as `https://chat.example.org`.
    pub fn new(extra: Vec<String>) -> Self {
        Self { extra: extra.into_iter().map(|origin| origin.trim_end_matches('/').to_owned()).collect() }
    }

    /// Programs send no `Origin` and carry no cookies somebody else could borrow: they pass.
    ///
    /// # Errors
    /// `forbidden_origin`
    pub fn check(&self, headers: &HeaderMap) -> Result<()> {
        let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
        let own = |origin: &str| {
            let authority = origin.parse::<Uri>().ok().and_then(|uri| uri.authority().cloned());
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
            authority.is_some_and(|authority| host.is_some_and(|host| host == authority.as_str()))
        };
        match origin.to_str() {
            Ok(origin) if self.extra.iter().any(|extra| extra == origin) || own(origin) => Ok(()),
            _ => Err(Code::ForbiddenOrigin.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origin: &str) -> HeaderMap {
        let pairs = [(header::HOST, "kith.example:8080"), (header::ORIGIN, origin)];
        pairs.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect()
    }

    #[test]
    fn a_browser_comes_from_the_servers_own_site_or_one_it_was_told_of() {
        let origins = Origins::new(vec!["https://chat.example.org/".to_owned()]);
        assert!(origins.check(&HeaderMap::new()).is_ok());
        for fine in ["http://kith.example:8080", "https://chat.example.org"] {
            assert!(origins.check(&headers(fine)).is_ok(), "{fine}");
        }
        for forged in
            ["https://evil.example", "http://kith.example", "null", "https://chat.example.org.evil.example"]
        {
            assert!(origins.check(&headers(forged)).is_err(), "{forged}");
        }
    }
}
