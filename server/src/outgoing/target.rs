//! Where messages may be posted to, and which pages may be looked at. Addresses are given by users: what only this machine
//! or its network can reach is none of theirs, unless the server was started so.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::http::Uri;
use axum::http::uri::Scheme;
use kith_shared::limits;
use kith_shared::problem::Code;

/// Which addresses are let be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public ones; messages are posted to them over https.
    Public,
    /// Any, also over http.
    Any,
}

/// An address, taken apart.
pub struct Target {
    pub uri: Uri,
    pub host: String,
    pub port: u16,
    pub is_tls: bool,
}

/// The ports the web is at.
const WEB: [u16; 2] = [80, 443];

impl Target {
    /// Where messages are posted to.
    ///
    /// # Errors
    /// `invalid_url`
    pub fn parse(url: &str, reach: Reach) -> Result<Self, Code> {
        let target = Self::read(url, reach)?;
        let is_allowed = url.len() <= limits::URL_BYTES && (target.is_tls || reach == Reach::Any);
        if is_allowed { Ok(target) } else { Err(Code::InvalidUrl) }
    }

    /// A page: also over http, and of public ones only where the web is, so that nobody has other doors tried.
    ///
    /// # Errors
    /// `invalid_url`
    pub fn page(url: &str, reach: Reach) -> Result<Self, Code> {
        let target = Self::read(url, reach)?;
        let is_allowed = WEB.contains(&target.port) || reach == Reach::Any;
        if is_allowed { Ok(target) } else { Err(Code::InvalidUrl) }
    }

    fn read(url: &str, reach: Reach) -> Result<Self, Code> {
        let uri: Uri = url.parse().map_err(|_| Code::InvalidUrl)?;
        let is_tls = uri.scheme() == Some(&Scheme::HTTPS);
        let is_allowed = is_tls || uri.scheme() == Some(&Scheme::HTTP);
        let authority = uri.authority().filter(|authority| is_allowed && !authority.as_str().contains('@'));
        let authority = authority.ok_or(Code::InvalidUrl)?;
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let port = authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let is_reached = host.parse().map_or(!host.is_empty(), |address| reach.has(address));
        if is_reached { Ok(Self { uri, host, port, is_tls }) } else { Err(Code::InvalidUrl) }
    }

    /// As a request's `Host` names it.
    pub fn authority(&self) -> &str {
        self.uri.authority().map_or("", |authority| authority.as_str())
    }

    /// Scheme, host and port, without the port that goes with the scheme.
    pub fn origin(&self) -> String {
        let (scheme, usual) = if self.is_tls { ("https", 443) } else { ("http", 80) };
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == usual {
            format!("{scheme}://{host}")
        } else {
            format!("{scheme}://{host}:{}", self.port)
        }
    }

    /// As a request asks for it.
    pub fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    /// Its addresses that may be reached, asked for anew each time: what a name stands for can change.
    pub async fn addresses(&self, reach: Reach) -> std::io::Result<Vec<SocketAddr>> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await?;
        Ok(found.filter(|address| reach.has(address.ip())).collect())
    }
}

impl Reach {
    fn has(self, address: IpAddr) -> bool {
        self == Self::Any
            || match address.to_canonical() {
                IpAddr::V4(address) => is_public(address),
                IpAddr::V6(address) => is_public_v6(address),
            }
    }
}

/// By IANA's registry of special-purpose addresses.
fn is_public(address: Ipv4Addr) -> bool {
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation();
    let [a, b, c, _] = address.octets();
    // This network, carriers' own, protocol assignments, benchmarks, and what is reserved.
    let reserved = match (a, b, c) {
        (0 | 240.., _, _) | (192, 0, 0) | (198, 18 | 19, _) => true,
        (100, b, _) => (64..128).contains(&b),
        _ => false,
    };
    !special && !reserved
}

/// Global unicast, without what leads back to IPv4 addresses (Teredo, 6to4), and documentation.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, second, ..] => second >= 0x0200 && second != 0x0db8,
        [0x2002, ..] => false,
        [first, ..] => (0x2000..0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_reached_unless_all_are() {
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:1::1",
            "2001:db8::1",
            "ff02::1",
        ];
        for address in private {
            let address: IpAddr = address.parse().unwrap();
            assert!(!Reach::Public.has(address) && Reach::Any.has(address), "{address}");
        }
        for address in
            ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2a00:1450::1", "2001:4860::1"]
        {
            assert!(Reach::Public.has(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn an_address_is_https_to_a_named_host_without_a_password() {
        let long = format!("https://example.org/{}", "x".repeat(limits::URL_BYTES));
        for bad in [
            "",
            "example.org",
            "/hook",
            "ftp://example.org",
            "http://example.org",
            "https://",
            "https://me:pw@example.org",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://192.168.1.1:8443/",
            "https://exa mple.org",
            &long,
        ] {
            assert_eq!(Target::parse(bad, Reach::Public).err(), Some(Code::InvalidUrl), "{bad}");
        }
        let target = Target::parse("https://example.org:8443/hook?a=1", Reach::Public).unwrap();
        assert_eq!((target.host.as_str(), target.port, target.is_tls), ("example.org", 8443, true));
        let target = Target::parse("http://[::1]", Reach::Any).unwrap();
        assert_eq!((target.host.as_str(), target.port, target.is_tls), ("::1", 80, false));
    }

    #[test]
    fn an_origin_has_no_port_but_one_of_its_own() {
        for (url, origin) in [
            ("https://example.org:443/hook", "https://example.org"),
            ("https://example.org:8443/hook?a=1", "https://example.org:8443"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(Target::parse(url, Reach::Any).unwrap().origin(), origin);
        }
    }

    #[test]
    fn a_page_is_where_the_web_is() {
        for good in ["https://example.org/a?b=c", "http://example.org", "https://example.org:443/"] {
            assert!(Target::page(good, Reach::Public).is_ok(), "{good}");
        }
        for bad in [
            "https://example.org:22/",
            "http://example.org:6379/",
            "http://127.0.0.1/",
            "http://[::ffff:169.254.169.254]/latest/meta-data",
            "https://me:pw@example.org/",
            "file:///etc/passwd",
            "gopher://example.org/",
        ] {
            assert_eq!(Target::page(bad, Reach::Public).err(), Some(Code::InvalidUrl), "{bad}");
        }
        assert!(Target::page("http://127.0.0.1:8080/", Reach::Any).is_ok());
    }
}
