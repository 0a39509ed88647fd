//! What a push says, for nobody but the device to read: RFC 8291 over RFC 8188, in one record.
//!
//! By ring, which is here for TLS anyway: a key pair and an agreement take it a quarter of the time they take the crates
//! that bring the whole of it, and the rest costs next to nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kith_shared::problem::Code;
use kith_shared::push::Subscribe;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::SystemRandom;

use crate::store::push::Keys;

const PUBLIC: usize = 65;
const AUTH: usize = 16;
const SHARED: usize = 32;
const SALT: usize = 16;
/// Bytes of the record a push service takes at least, with what stands before it.
const BODY: usize = 4_096;
/// What stands before the record: the salt, its size, and the sender's key with its length.
const HEADER: usize = SALT + 4 + 1 + PUBLIC;
const TAG: usize = 16;
/// What the record holds: the text and the byte that ends it, filled up.
const RECORD: usize = BODY - HEADER - TAG;
/// A record's length is a multiple of it, so that a push service learns little of how long a text is.
const STEP: usize = 256;
/// Ends the text in the last record.
const END: u8 = 2;

/// By what one push is encrypted. It is used for no other.
pub struct Agreement {
    pub own: [u8; PUBLIC],
    shared: [u8; SHARED],
}

impl Keys {
    /// # Errors
    /// `invalid_subscription` for what is no point of P-256, or no secret of 16 bytes.
    pub fn of(subscription: &Subscribe) -> Result<Self, Code> {
        let read = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
        let (Ok(public), Ok(auth)) = (read(&subscription.p256dh), read(&subscription.auth)) else {
            return Err(Code::InvalidSubscription);
        };
        let keys = Self { public, auth };
        let fits = keys.public.len() == PUBLIC && keys.auth.len() == AUTH;
        // Whether it is on the curve is found out where it is used.
        if fits && keys.agree().is_ok() { Ok(keys) } else { Err(Code::InvalidSubscription) }
    }

    /// A key of our own for one push, and what it and the device's have in common.
    ///
    /// # Errors
    /// For a key that is not on the curve.
    pub fn agree(&self) -> Result<Agreement, Unspecified> {
        let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new())?;
        let own_public = own.compute_public_key()?;
        let device = UnparsedPublicKey::new(&ECDH_P256, &self.public);
        let shared = agree_ephemeral(own, &device, |shared| shared.try_into())?.map_err(|_| Unspecified)?;
        let own = own_public.as_ref().try_into().map_err(|_| Unspecified)?;
        Ok(Agreement { own, shared })
    }
}

impl Agreement {
    /// The body of a push.
    ///
    /// # Errors
    /// For a text that is too long for one record.
    pub fn encrypt(self, keys: &Keys, text: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let record = record(text).ok_or(Unspecified)?;
        self.seal(keys, rand::random(), record)
    }

    fn seal(self, keys: &Keys, salt: [u8; SALT], mut record: Vec<u8>) -> Result<Vec<u8>, Unspecified> {
        let Self { own, shared } = self;
        let between = Salt::new(HKDF_SHA256, &keys.auth).extract(&shared);
        let input: [u8; 32] = expand(&between, &[b"WebPush: info\0", &keys.public, &own])?;
        let key = Salt::new(HKDF_SHA256, &salt).extract(&input);
        let content: [u8; 16] = expand(&key, &[b"Content-Encoding: aes128gcm\0"])?;
        let nonce: [u8; 12] = expand(&key, &[b"Content-Encoding: nonce\0"])?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content)?);
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;
        let mut body = Vec::with_capacity(HEADER + record.len());
        body.extend_from_slice(&salt);
        body.extend_from_slice(&(BODY as u32).to_be_bytes());
        body.push(PUBLIC as u8);
        body.extend_from_slice(&own);
        body.append(&mut record);
        Ok(body)
    }
}

/// The text, ended and filled up.
fn record(text: &[u8]) -> Option<Vec<u8>> {
    let length = text.len() + 1;
    if length > RECORD {
        return None;
    }
    let mut record = Vec::with_capacity(RECORD + TAG);
    record.extend_from_slice(text);
    record.push(END);
    record.resize(length.next_multiple_of(STEP).min(RECORD), 0);
    Some(record)
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(key: &Prk, info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut bytes = [0; N];
    key.expand(info, Length(N))?.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use kith_shared::limits;
    use web_push_native::p256::ecdh::diffie_hellman;
    use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;
    use web_push_native::p256::{PublicKey, SecretKey};
    use web_push_native::{Auth, decrypt};

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291, Appendix A.
    const PLAIN: &str = "V2hlbiBJIGdyb3cgdXAsIEkgd2FudCB0byBiZSBhIHdhdGVybWVsb24";
    const OWN_PRIVATE: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const OWN_PUBLIC: &str =
        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    const DEVICE_PRIVATE: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    const DEVICE_PUBLIC: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const SHARED_SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
    const SHARED_AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const ENCRYPTED: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY\
                             WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS\
                             gSxsj_Qulcy4a-fN";

    fn subscription() -> Subscribe {
        let endpoint = "https://push.example.org/".to_owned();
        Subscribe { endpoint, p256dh: DEVICE_PUBLIC.to_owned(), auth: SHARED_AUTH.to_owned() }
    }

    #[test]
    fn the_example_of_rfc_8291_is_encrypted_as_it_is_there() {
        let keys = Keys::of(&subscription()).unwrap();
        let own = SecretKey::from_slice(&bytes(OWN_PRIVATE)).unwrap();
        assert_eq!(own.public_key().to_encoded_point(false).as_bytes(), bytes(OWN_PUBLIC));
        let device = PublicKey::from_sec1_bytes(&bytes(DEVICE_PUBLIC)).unwrap();
        let shared = diffie_hellman(own.to_nonzero_scalar(), device.as_affine());
        // The example is not filled up.
        let record = [bytes(PLAIN), vec![END]].concat();
        let salt = bytes(SHARED_SALT).try_into().unwrap();
        let shared = shared.raw_secret_bytes().as_slice().try_into().unwrap();
        let agreement = Agreement { own: bytes(OWN_PUBLIC).try_into().unwrap(), shared };
        let sealed = agreement.seal(&keys, salt, record).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed), ENCRYPTED);
    }

    #[test]
    fn a_device_reads_what_was_encrypted_for_it_and_a_push_service_learns_little_of_its_length() {
        let keys = Keys::of(&subscription()).unwrap();
        let own = SecretKey::from_slice(&bytes(DEVICE_PRIVATE)).unwrap();
        let auth = Auth::clone_from_slice(&bytes(SHARED_AUTH));
        for (length, takes) in [(0, 256), (255, 256), (256, 512), (limits::PUSH_BYTES, RECORD)] {
            let text = vec![b'x'; length];
            let body = keys.agree().unwrap().encrypt(&keys, &text).unwrap();
            assert_eq!(body.len(), HEADER + takes + TAG, "{length}");
            assert_eq!(decrypt(body, &own, &auth).unwrap(), text);
        }
        assert!(keys.agree().unwrap().encrypt(&keys, &vec![b'x'; RECORD]).is_err());
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let off_curve = URL_SAFE_NO_PAD.encode([[4; 1].as_slice(), &[1; 64]].concat());
        for (p256dh, auth) in [
            ("", SHARED_AUTH),
            (DEVICE_PUBLIC, ""),
            (DEVICE_PUBLIC, "c2hvcnQ"),
            ("not base64!", SHARED_AUTH),
            (&DEVICE_PUBLIC[..80], SHARED_AUTH),
            (&off_curve, SHARED_AUTH),
        ] {
            let bad = Subscribe { p256dh: p256dh.to_owned(), auth: auth.to_owned(), ..subscription() };
            assert_eq!(Keys::of(&bad).err(), Some(Code::InvalidSubscription), "{p256dh} {auth}");
        }
        let padded = Subscribe { auth: format!("{SHARED_AUTH}=="), ..subscription() };
        assert!(Keys::of(&padded).is_ok());
    }
}
