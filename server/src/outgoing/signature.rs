//! The signature of a delivery: by it the receiver knows that the server, and nobody else, posted it, and when.

use hmac::{Hmac, KeyInit, Mac};
use kith_shared::Millis;
use sha2::Sha256;

/// The header's value: `t=` seconds since the Unix epoch, `v1=` HMAC-SHA256 over `{t}.{body}` in hexadecimal.
pub fn sign(secret: &str, now: Millis, body: &[u8]) -> String {
    let seconds = now / 1_000;
    // A key of any length is one: what HMAC would refuse there is not.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_other_programs_make() {
        // printf '1700000000.{"event":"messages"}' | openssl dgst -sha256 -hmac secret
        let signature = sign("secret", 1_700_000_000_999, br#"{"event":"messages"}"#);
        assert_eq!(
            signature,
            "t=1700000000,v1=36fcb6675112367ccf1234a70bd4326398995c867c5798c874d477edf6aa4159"
        );
    }
}
