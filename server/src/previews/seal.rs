//! The seal of a preview: by it the server knows its own words again, whenever a message brings them and whoever passes them
//! on, and keeps no list of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use kith_shared::preview::Preview;
use sha2::Sha256;

use crate::error::{Error, Result};

/// Bytes of the hash that are told: more than anybody can try.
const BYTES: usize = 16;

pub struct Sealer {
    mac: Hmac<Sha256>,
}

impl Sealer {
    /// # Errors
    /// None that is known: HMAC refuses no length.
    pub fn new(key: &[u8]) -> Result<Self> {
        let mac = Hmac::new_from_slice(key).map_err(|error| Error::Corrupt(error.to_string()))?;
        Ok(Self { mac })
    }

    /// Makes it one the server knows again.
    pub fn seal(&self, preview: &mut Preview) -> Result<()> {
        let hash = self.over(preview)?.finalize().into_bytes();
        preview.seal = URL_SAFE_NO_PAD.encode(&hash[..BYTES]);
        Ok(())
    }

    /// Whether it is one of the server's own, to the letter.
    pub fn knows(&self, preview: &Preview) -> Result<bool> {
        let Ok(seal) = URL_SAFE_NO_PAD.decode(&preview.seal) else { return Ok(false) };
        Ok(seal.len() == BYTES && self.over(preview)?.verify_truncated_left(&seal).is_ok())
    }

    fn over(&self, preview: &Preview) -> Result<Hmac<Sha256>> {
        let bare = Preview { seal: String::new(), ..preview.clone() };
        let mut mac = self.mac.clone();
        // A struct is always written in the same way.
        mac.update(&serde_json::to_vec(&bare)?);
        Ok(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_letter_of_a_preview_can_be_changed() {
        let sealer = Sealer::new(b"secret").unwrap();
        let preview = r#"{"url": "https://example.org", "title": "Boats", "site": "Harbour"}"#;
        let mut preview: Preview = serde_json::from_str(preview).unwrap();
        assert!(!sealer.knows(&preview).unwrap());
        sealer.seal(&mut preview).unwrap();
        assert!(sealer.knows(&preview).unwrap());
        for change in [
            &(|it: &mut Preview| it.title.push('!')) as &dyn Fn(&mut Preview),
            &|it| it.url.push('/'),
            &|it| it.description = Some("Free money".to_owned()),
            &|it| (it.title, it.site) = ("Harbour".to_owned(), Some("Boats".to_owned())),
            &|it| it.seal.truncate(10),
        ] {
            let mut other = preview.clone();
            change(&mut other);
            assert!(!sealer.knows(&other).unwrap(), "{other:?}");
        }
        assert!(!Sealer::new(b"another").unwrap().knows(&preview).unwrap());
    }
}
