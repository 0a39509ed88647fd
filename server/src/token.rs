//! Random secrets: session tokens, invitation links and passwords.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 256 random bits from the operating system, as URL-safe Base64 (43 characters).
pub fn session() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// 128 random bits, as URL-safe Base64 (22 characters): short enough for a link one reads out.
pub fn invitation() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

/// What a password is made of: no letter or digit that is taken for another, and as many as five bits tell apart.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 100 random bits to be read out and typed in: `k7mq-x2pd-…`, five times four.
pub fn password() -> String {
    let random: [[u8; 4]; 5] = rand::random();
    let four = |bytes: [u8; 4]| {
        bytes.map(|byte| char::from(LETTERS[usize::from(byte % 32)])).iter().collect::<String>()
    };
    random.map(four).join("-")
}

/// What is stored of a session's token. A fast hash is enough: the token is random, not chosen by a person.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kith_shared::validate;

    use super::*;

    #[test]
    fn a_made_up_password_is_one_that_may_be_and_never_the_same() {
        let made: HashSet<_> = (0..100).map(|_| password()).collect();
        assert_eq!(made.len(), 100);
        for password in made {
            assert!(validate::password(&password).is_ok());
            assert!(password.split('-').map(str::len).eq([4; 5]), "{password}");
        }
    }
}
