//! Addresses by which a file can be had without a session, for a while: signed, so that whoever serves them needs no
//! database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use kith_shared::problem::Code;
use kith_shared::{FileId, Millis, routes};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::error::{Error, Result};
use crate::store::files::StoredFile;

/// How long a signed address is good for, at least; at most twice as long. Until it is half over the same address is
/// given again, and the browser has it cached.
const LIFE: Millis = 30 * 60 * 1_000;

/// What an address says besides the object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Signed {
    pub file: FileId,
    #[serde(rename = "type")]
    pub content_type: String,
    pub name: String,
    /// Until when it is good, by the clock of who signed it.
    pub expires: Millis,
    /// HMAC-SHA256 in URL-safe Base64.
    pub signature: String,
}

/// Signs and checks. Every node with the same key does both alike.
#[derive(Clone)]
pub struct Signer {
    mac: Hmac<Sha256>,
}

impl Signer {
    /// A key of any length is one.
    ///
    /// # Errors
    /// None that is known: HMAC refuses no length.
    pub fn new(key: &[u8]) -> Result<Self> {
        let mac = Hmac::new_from_slice(key).map_err(|error| Error::Corrupt(error.to_string()))?;
        Ok(Self { mac })
    }

    /// The path and query by which a file can be had from `now` on.
    ///
    /// # Errors
    /// When what it is made of has no form in an address.
    pub fn address(&self, file: &StoredFile, name: &str, now: Millis) -> Result<String> {
        let expires = (now / LIFE + 2) * LIFE;
        let mut signed = Signed {
            file: file.id,
            content_type: file.content_type.clone(),
            name: name.to_owned(),
            expires,
            signature: String::new(),
        };
        signed.signature = URL_SAFE_NO_PAD.encode(self.over(&file.object, &signed).finalize().into_bytes());
        let query =
            serde_urlencoded::to_string(&signed).map_err(|error| Error::Corrupt(error.to_string()))?;
        Ok(format!("{}?{query}", routes::MEDIA.replace("{object}", &file.object)))
    }

    /// # Errors
    /// `file_not_found` for an address that was not signed by this key or is over.
    pub fn check(&self, object: &str, signed: &Signed, now: Millis) -> Result<(), Code> {
        let signature = URL_SAFE_NO_PAD.decode(&signed.signature).map_err(|_| Code::FileNotFound)?;
        let mac = self.over(object, signed);
        mac.verify_slice(&signature).map_err(|_| Code::FileNotFound)?;
        if now < signed.expires { Ok(()) } else { Err(Code::FileNotFound) }
    }

    /// Each part with its length, so that none can pass for another.
    fn over(&self, object: &str, signed: &Signed) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        let file = signed.file.0;
        let parts: [&[u8]; 4] =
            [object.as_bytes(), &file, signed.content_type.as_bytes(), signed.name.as_bytes()];
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.update(&signed.expires.to_be_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> StoredFile {
        StoredFile {
            id: FileId([7; 32]),
            object: "07-1".to_owned(),
            size: 3,
            content_type: "image/png".to_owned(),
            dimensions: None,
        }
    }

    fn read(address: &str) -> (String, Signed) {
        let (path, query) = address.split_once('?').unwrap();
        (path.rsplit('/').next().unwrap().to_owned(), serde_urlencoded::from_str(query).unwrap())
    }

    #[test]
    fn an_address_is_good_for_a_while_and_by_one_key() {
        let signer = Signer::new(b"key").unwrap();
        let (object, signed) = read(&signer.address(&file(), "a b&c.png", 1_000).unwrap());
        assert_eq!((object.as_str(), signed.name.as_str()), ("07-1", "a b&c.png"));
        assert_eq!(signer.check(&object, &signed, 1_000 + LIFE), Ok(()));
        assert_eq!(signer.check(&object, &signed, 1_000 + 2 * LIFE), Err(Code::FileNotFound));
        assert_eq!(Signer::new(b"other").unwrap().check(&object, &signed, 1_000), Err(Code::FileNotFound));
    }

    #[test]
    fn nothing_in_an_address_can_be_changed() {
        let signer = Signer::new(b"key").unwrap();
        let (object, signed) = read(&signer.address(&file(), "a.png", 0).unwrap());
        for changed in [
            Signed { name: "a.html".to_owned(), ..signed.clone() },
            Signed { content_type: "text/html".to_owned(), ..signed.clone() },
            Signed { expires: signed.expires + 1, ..signed.clone() },
            Signed { file: FileId([8; 32]), ..signed.clone() },
            Signed { signature: "AAAA".to_owned(), ..signed.clone() },
        ] {
            assert_eq!(signer.check(&object, &changed, 0), Err(Code::FileNotFound), "{changed:?}");
        }
        assert_eq!(signer.check("08-1", &signed, 0), Err(Code::FileNotFound));
    }

    #[test]
    fn the_same_address_is_given_for_a_while() {
        let signer = Signer::new(b"key").unwrap();
        let at = |now| signer.address(&file(), "a.png", now).unwrap();
        assert_eq!(at(0), at(LIFE - 1));
        assert_ne!(at(0), at(LIFE));
    }
}
